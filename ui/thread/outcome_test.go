package thread

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/dialog"
)

// lost is a message of the shown conversation whose outcome is unknown.
func lost(p *Pane) state.Outbound {
	return state.Outbound{ID: 7, Conversation: p.id, Body: "hello", Status: state.Uncertain, SentAt: noon}
}

// wrote is what the customer wrote, some time after noon.
func wrote(pos state.Pos, body string, after time.Duration) state.Item {
	return state.Item{Pos: pos, Message: api.Message{Direction: api.Inbound, Body: body, At: noon.Add(after)}}
}

// A card says nothing of what came in another conversation than that of its message: who believes
// that nothing came would send it twice.
func TestACardSaysNothingOfAnotherConversation(t *testing.T) {
	p := newPane(80, 12)
	p.Set(state.Row{Checked: noon.Add(time.Minute)}, state.Window{Items: []state.Item{wrote(1, "thank you", time.Second)}}, state.Fetching{})
	o := lost(p)
	if own := p.Outcome(o); len(own.Since) != 1 || own.Read.IsZero() {
		t.Errorf("of its own conversation: %+v", own)
	}
	o.Conversation.Remote = "another"
	if other := p.Outcome(o); other.Since != nil || !other.Read.IsZero() {
		t.Errorf("of another conversation: %d messages since, read at %v", len(other.Since), other.Read)
	}
}

// What can be done by now is offered with what came since the message was sent, as it is read by
// now, and not as it was when the first card opened.
func TestWhatCanBeDoneNowIsSaidWithWhatCameSince(t *testing.T) {
	p := newPane(80, 12)
	s := dialog.NewStack(p.env)
	p.env.Look = p.look
	s.Resize(80, 24)
	p.screen.Dialogs = s
	queued := lost(p)
	queued.Status, queued.SentAt = state.Queued, time.Time{}
	before := wrote(1, "where is my order?", -10*time.Minute)
	show := func(read time.Time, o state.Outbound, items ...state.Item) {
		p.Set(state.Row{Checked: read}, state.Window{Items: append(items, state.Item{Message: api.Message{Direction: api.Outbound, Body: o.Body}, Sending: &o})}, state.Fetching{})
	}
	show(noon.Add(-time.Minute), queued, before)
	p.selectLast()
	p.Card()
	if s.Title() != "Not sent yet" {
		t.Fatalf("%q is open", s.Title())
	}
	now := lost(p)
	show(noon.Add(time.Minute), now, before, wrote(2, "thank you, it is here", time.Second))
	s.Unsent(0, []state.Unsent{{Message: &now}})
	s.Do(keymap.MenuChoose)
	view := ansi.Strip(strings.Join(s.View(), "\n"))
	if !strings.Contains(view, "Did it arrive?") || !strings.Contains(view, "thank you, it is here") || strings.Contains(view, "where is my order?") || strings.Contains(view, "not been read since") {
		t.Errorf("by now:\n%s", view)
	}
}

// A message of the outbox that is to be decided is looked for at the newest end, where it is,
// also while older messages are shown.
func TestAMessageOfTheOutboxIsFoundFromFarBack(t *testing.T) {
	p := newPane(80, 12)
	p.Set(state.Row{}, state.Window{Items: messages(1, 30), Older: state.EdgeEnd, Newer: state.EdgeLocal}, state.Fetching{})
	if read := p.SelectSending(7); read == nil {
		t.Fatal("the newest end is not read")
	}
	o := lost(p)
	p.Set(state.Row{}, state.Window{Items: append(messages(31, 60), state.Item{Message: api.Message{Direction: api.Outbound, Body: o.Body}, Sending: &o}), Older: state.EdgeLocal}, state.Fetching{})
	if it, ok := p.Selected(); !ok || it.Sending == nil || it.Sending.ID != 7 {
		t.Errorf("selected is %+v", it)
	}
	if again := p.SelectSending(7); again != nil {
		t.Error("it is there, and looked for once more")
	}
}

// What changed while a reading was under way is read also where that reading failed.
func TestWhatChangedIsReadAlsoAfterAFailure(t *testing.T) {
	p := newPane(80, 12)
	for _, changed := range []bool{false, true} {
		p.Reload()
		_, next := p.Readings()
		if changed {
			p.Load()
		}
		if _, cmd := p.Update(windowMsg{seq: next - 1, id: p.id, err: errors.New("busy")}); (cmd != nil) != changed || !p.Failed() {
			t.Errorf("changed %v: read again %v, failed %v", changed, cmd != nil, p.Failed())
		}
	}
}
