package reply

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/state"
)

// A quote is part of the reply: above the text, in the draft on disk, in what is sent. Esc
// takes it away before it leaves the box, and a quote alone is no draft.
func TestAQuoteIsPartOfTheReply(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	asked := api.Message{ID: api.MessageID{Account: "a", Remote: "m7"}, Body: "Is it ready?\nI could come at six."}
	f.Quote(asked, "Anna")
	if d := f.Draft(); !d.Empty() || !d.Quote.IsZero() {
		t.Errorf("a quote alone is the draft %+v", d)
	}
	f.write("Yes")
	f.run(f.save())
	want := state.Quote{Message: "m7", Author: "Anna", Text: asked.Body}
	if got := f.disk.drafts[anna].Quote; got != want {
		t.Errorf("stored is %+v", got)
	}
	rows := strings.Split(ansi.Strip(strings.Join(f.View(), "\n")), "\n")
	if !strings.Contains(rows[1], "│ Anna: Is it ready? · esc takes it away") || !strings.Contains(rows[2], "Yes") || f.Height() != len(rows) {
		t.Errorf("%d rows high:\n%s", f.Height(), strings.Join(rows, "\n"))
	}
	w := f.w
	f.Resize(40, 30) // a long one is cut, not what takes it away
	if row := ansi.Strip(f.View()[1]); !strings.Contains(row, "… · esc takes it away") || !strings.Contains(row, "│ Anna") {
		t.Errorf("where it is narrow: %q", row)
	}
	f.Resize(w, 30)
	if _, y := f.Cursor(); y != 2 {
		t.Errorf("the cursor is in row %d", y)
	}

	f.run(f.Open(api.ConversationID{Account: "a", Remote: "boris"}, nil))
	if !f.quote.IsZero() {
		t.Error("it went along to another conversation")
	}
	f.run(f.Open(anna, nil))
	f.SetComposing(true)
	if f.quote != want {
		t.Errorf("after coming back it is %+v", f.quote)
	}
	f.leave()
	if !f.quote.IsZero() || !f.Composing() || f.text.Value() != "Yes" {
		t.Errorf("after esc: %+v, writing %v, %q", f.quote, f.Composing(), f.text.Value())
	}
	f.Quote(asked, "Anna")
	f.run(f.send())
	if len(f.disk.sent) != 1 || f.disk.sent[0].Quote != want || !f.quote.IsZero() {
		t.Errorf("sent %+v, left %+v", f.disk.sent, f.quote)
	}
}

// A reply that could not be submitted comes back with what it quotes.
func TestAQuoteComesBackWithItsReply(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.Quote(api.Message{ID: api.MessageID{Remote: "m7"}, Body: "Is it ready?"}, "Anna")
	f.write("Yes")
	f.disk.err = errors.New("no space")
	f.run(f.send())
	if f.quote.Message != "m7" || f.text.Value() != "Yes" {
		t.Errorf("in the box is %q, quoting %+v", f.text.Value(), f.quote)
	}
}

// Where nothing but a template arrives, enter sends no text behind the agent's back.
func TestEnterAsksWhereOnlyTemplatesArrive(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.thread.templatesOnly = true
	f.write("Hello")
	f.run(f.send())
	if len(f.disk.sent) != 0 || f.dialogs.Empty() || f.text.Value() != "Hello" {
		t.Errorf("sent %+v, asked %v, in the box %q", f.disk.sent, !f.dialogs.Empty(), f.text.Value())
	}
	if head := f.heading(); !strings.Contains(head, "Templates only") {
		t.Errorf("the box says %q", head)
	}
}

// templater is a platform with templates.
type templater struct {
	api.Provider
	api.Templater
}

// Templates are promised where some can be offered; elsewhere the box says that none can,
// and enter says why.
func TestTemplatesArePromisedWhereTheyCanBeSent(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.thread.templatesOnly = true
	if head, why := f.heading(), f.whyNoEnter(); strings.Contains(head, "enter offers them") || !strings.Contains(why, "not supported by") {
		t.Errorf("without templates: the box says %q, enter %q", head, why)
	}
	account := &f.env.Accounts[0]
	account.Provider, account.Caps = templater{}, api.CapTemplates
	account.Traits.Rules = map[api.ChannelKind]api.ChannelRules{"chat": {Title: "Chat", Window: 24 * time.Hour}}
	if head, why := f.heading(), f.whyNoEnter(); !strings.Contains(head, "enter offers them") || why != "" {
		t.Errorf("with templates: the box says %q, enter %q", head, why)
	}
}

// C15: where the platform cannot quote, the message stands in the text, shortened, before what
// is written.
func TestAQuoteInTheText(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.Paste("Hello")
	f.run(f.QuoteText(api.Message{ID: api.MessageID{Remote: "m7"}, Body: "Is it ready?\nI\x1b[2J wait.\nSince noon.\nReally."}, "Anna"))
	f.press("Yes")
	if got, want := f.Draft().Body, "Hello\n> Is it ready?\n> I wait.\n> Since noon.…\nYes"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	want := state.Quote{Message: "m7", Author: "Anna", Text: "Is it ready?", InText: true}
	if f.quote.Native() || f.Draft().Quote != want {
		t.Errorf("it quotes %+v", f.Draft().Quote)
	}
	if rows := ansi.Strip(strings.Join(f.View(), "\n")); strings.Contains(rows, "takes it away") {
		t.Errorf("it is shown twice:\n%s", rows)
	}
	f.run(f.send())
	if len(f.disk.sent) != 1 || f.disk.sent[0].Quote != want {
		t.Errorf("sent %+v", f.disk.sent)
	}
}

// C15: a reply from which the lines were taken answers nothing any more.
func TestAQuoteInTheTextEndsWithItsLines(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.run(f.QuoteText(api.Message{ID: api.MessageID{Remote: "m7"}, Body: "Is it ready?"}, "Anna"))
	f.text.SetValue("Yes > no")
	if q := f.Draft().Quote; !q.IsZero() {
		t.Errorf("it quotes %+v", q)
	}
}
