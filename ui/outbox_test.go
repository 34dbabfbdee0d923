package ui

import (
	"fmt"
	"strings"
	"testing"

	"unibox/keymap"
	"unibox/state"
)

// queueAt is the selected entry of the outbox's view.
func (a *app) queueAt() (u state.Unsent, ok bool) {
	a.inspect(func(m *Model) { u, ok = m.queue.Selected() })
	return u, ok
}

// entry moves to the entry of the outbox that begins so.
func (a *app) entry(body string) {
	a.t.Helper()
	a.until("the entry "+body, func(string) bool {
		a.press("g", "g")
		for range 20 {
			if u, ok := a.queueAt(); ok && u.Message != nil && u.Message.Body == body {
				return true
			}
			a.press("j")
		}
		return false
	})
}

func TestOutboxListsWhatIsUnsentWithWhyAndWhen(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	a.down("pact")
	row := a.first("Pact", open)
	a.press("r")
	for _, text := range []string{"first of Pact", "second of Pact", "third of Pact"} {
		a.write(text)
		a.press("enter")
		a.see(text)
	}
	a.press("esc")
	a.see("Outbox 3")
	a.press("Q")
	a.see("OUTBOX")
	a.until("why and when", func(s string) bool {
		return strings.Contains(s, "first of Pact") && strings.Contains(s, " in ") && strings.Contains(s, "goes after the one above")
	})
	if n := strings.Count(a.frame(), a.name(row)); n < 2 {
		t.Errorf("the conversation is not named in the list and over its thread:\n%s", a.screen)
	}

	a.entry("second of Pact")
	a.press("D")
	a.see("Discard this message?")
	a.choose("Yes, discard the message")
	a.gone("second of Pact")

	a.entry("third of Pact")
	a.press("W")
	a.until("the text in the box", func(string) (back bool) {
		a.inspect(func(m *Model) {
			back = m.reply.Composing() && m.reply.Draft().Conversation == row.Conversation.ID && m.reply.Draft().Body == "third of Pact"
		})
		return back
	})
	a.press("esc")
	a.heal()
	a.press("Q")
	a.until("the first at the server", func(string) bool { return a.took("pact", "first of Pact") == 1 })
	a.press("1", "2")
	a.see("Outbox")
	for _, text := range []string{"second of Pact", "third of Pact"} {
		if a.took("pact", text) != 0 {
			t.Errorf("%q went out", text)
		}
	}
}

func (a *app) name(row state.Row) (name string) {
	a.inspect(func(m *Model) { name = m.env.Name(row.Conversation) })
	return name
}

func TestRetryingFromTheOutbox(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.open("Olivia Patel")
	a.control("fault", map[string]any{"platform": "pact", "match": "POST /messages$", "kind": "status", "status": 429, "retry_after": 3600, "calls": 1}, nil)
	a.press("r")
	a.inReplyBox()
	a.write("no need to wait")
	a.press("enter", "esc")
	a.press("Q")
	a.until("the entry that waits", func(string) bool {
		u, ok := a.queueAt()
		return ok && u.Message.Body == "no need to wait" && again(u)
	})
	var why string
	a.inspect(func(m *Model) { why = m.why(keymap.RetryMessage) })
	if why != "" {
		t.Errorf("it cannot be tried now: %s", why)
	}
	a.press("t")
	a.until("it at the server", func(string) bool { return a.took("pact", "no need to wait") == 1 })
}

func TestEnterInTheOutboxDecides(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.open("Olivia Patel")
	a.fault("POST /messages$", "drop_before", 1)
	a.press("r")
	a.write("nobody knows")
	a.press("enter", "esc")
	a.see("no answer came")
	a.open("Leo Ellison")
	a.press("Q")
	a.see("OUTBOX · 1 to decide")
	a.see("Outbox 1, 1 to decide")
	a.see("enter decide  D discard")
	a.press("enter")
	a.see("Did it arrive?")
	a.choose("Leave it")
	a.gone("to decide")
}

// In little room the accounts keep their names, and the outbox says it shorter.
func TestStripIsSharedByOutboxAndAccounts(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	a.overtaken("Pact", "too late")
	a.see("Outbox 1, 1 to decide")
	a.resize(120, 40)
	strip := strings.SplitN(a.see("· Decide 1 "), "\n", 2)[0]
	for _, name := range []string{"Bakery", "Corner Café", "Harbor Dental", "Studio chat"} {
		if !strings.Contains(strip, name) {
			t.Errorf("%s is not named: %q", name, strip)
		}
	}
	a.press("esc")
	a.resize(40, 10)
	a.press("Q")
	a.see("OUTBOX · 1 to decide")
	if strip, _, _ := strings.Cut(a.frame(), "\n"); strings.Count(strip, "Outbox") != 1 {
		t.Errorf("%q", strip)
	}
}

func TestOutboxIsEmptyInWords(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{40, 10}, {80, 24}, {200, 50}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			a := startApp(t, appOptions{w: size[0], h: size[1], offline: true})
			a.press("Q")
			a.see("The outbox is empty")
			rows(t, a, size[0], size[1])
		})
	}
}
