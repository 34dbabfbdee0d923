package ui

import (
	"errors"
	"strings"
	"testing"

	"unibox/api"
	"unibox/state"
)

var (
	anna  = api.ConversationID{Account: "a", Remote: "0"}
	boris = api.ConversationID{Account: "a", Remote: "1"}
)

func said(id api.ConversationID, body string) state.Draft {
	return state.Draft{Conversation: id, Body: body}
}

// A submit that ends after the agent has moved on may touch neither the box
// nor the marks of the conversation that is open then.
func TestLateSubmitActsWhereItWasMade(t *testing.T) {
	m := bare(3, 3, 120, 40)
	m.open(anna)
	row, _ := m.inbox.Selected()
	visit := m.reply.visit
	m.open(boris)
	m.reply.loaded, m.focus, m.composing = true, 2, true
	m.reply.box.SetValue("to boris")
	m.submitted(submittedMsg{visit: visit, row: row, sent: said(anna, "to anna"), next: true})
	if !m.composing || m.reply.box.Value() != "to boris" || m.thread.Conversation() != boris {
		t.Errorf("composing %v, box %q, thread %v", m.composing, m.reply.box.Value(), m.thread.Conversation())
	}
	m.submitted(submittedMsg{visit: visit, row: row, sent: said(anna, "to anna"), err: errors.New("disk full")})
	if got := m.reply.box.Value(); strings.Contains(got, "anna") {
		t.Errorf("anna's reply is in boris's box: %q", got)
	}
}

func TestLateLookUpFillsNoOtherSheet(t *testing.T) {
	m := bare(3, 3, 120, 40)
	m.openInfo()
	late := infoMsg{sheet: m.sheet, facts: []api.Fact{{Label: "Participants", Value: "Maya"}}}
	asked := goToMsg{sheet: m.sheet, list: state.List{Rows: m.opt.Store.(*shelf).rows}}
	m.menuClose()
	m.openPalette()
	m.gotInfo(late)
	m.gotGoTo(asked)
	if it, _ := m.sheet.menu.Selected(); it.Value == nil || it.Detail == "" {
		t.Errorf("the palette holds %+v", it)
	}
	m.menuChoose() // panicked when the value was of another sheet
}
