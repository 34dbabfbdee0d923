package ui

import (
	"net/http"
	"strings"
	"testing"

	"unibox/api/sandbox"
	"unibox/state"
)

// down lets a platform answer nothing but that one has to wait.
func (a *app) down(platform string) {
	a.t.Helper()
	a.control("fault", map[string]any{"platform": platform, "match": "", "kind": "status", "status": 429, "retry_after": 1, "calls": -1}, nil)
}

// heal ends all faults.
func (a *app) heal() {
	a.t.Helper()
	req, _ := http.NewRequest(http.MethodDelete, a.origin+"/control/fault", nil)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	res.Body.Close()
}

// took counts the messages with a text that a platform took in.
func (a *app) took(platform, text string) (n int) {
	a.t.Helper()
	var list []sandbox.Received
	a.control("received?platform="+platform, nil, &list)
	for _, r := range list {
		if r.Text == text {
			n++
		}
	}
	return n
}

// overtaken writes a reply while the platform is down and lets the customer
// write before it comes back.
func (a *app) overtaken(label, text string) state.Row {
	a.t.Helper()
	platform := strings.ToLower(label)
	row := a.first(label, open)
	a.press("r")
	a.inReplyBox()
	a.down(platform)
	a.write(text)
	a.press("enter")
	a.until("the reply that is to be tried again", func(string) bool { return a.toBeTriedAgain(row) })
	a.control("inbound", map[string]any{"platform": platform, "conversation": row.Conversation.ID.Remote, "text": "no, forget it"}, nil)
	a.heal()
	a.see("not sent: a message is there that you had not seen")
	if n := a.took(platform, text); n != 0 {
		a.t.Errorf("%s took it %d times", label, n)
	}
	return row
}

// toBeTriedAgain says that the only entry of the outbox for this conversation
// waits for its next try. The mark on the screen is not enough: it is there
// before the first try has ended.
func (a *app) toBeTriedAgain(row state.Row) bool {
	own := a.queueOf(row)
	return len(own) == 1 && again(own[0])
}

// again reports whether a message was tried, and waits for its next try.
func again(u state.Unsent) bool {
	return u.Message != nil && u.Message.Status == state.Queued && !u.Message.NotBefore.IsZero()
}

func TestReplyThatWasOvertakenAsksOnEachPlatform(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	for _, c := range []struct {
		label, choice string
		check         func(text string)
	}{
		{"Pact", "Send anyway", func(text string) {
			a.gone("not sent: a message")
			a.until("it at the server", func(string) bool { return a.took("pact", text) == 1 })
		}},
		{"TextUs", "Edit", func(text string) {
			a.until("the text in the box", func(string) (back bool) {
				a.inspect(func(m *Model) { back = m.reply.Draft().Body == text && m.reply.Composing() })
				return back
			})
		}},
		{"Protocol", "Discard", func(text string) { a.gone(text) }},
	} {
		text := "Too late over " + c.label
		row := a.overtaken(c.label, text)
		a.waitRow(row.Conversation.ID, "held", func(r state.Row) bool { return r.Held == 1 })
		a.press("enter")
		card := a.see("Your reply is not sent:")
		if !strings.Contains(card, "they wrote: “no, forget it”") || !strings.Contains(card, text) {
			t.Errorf("the card shows too little:\n%s", card)
		}
		a.choose(c.choice)
		c.check(text)
		a.waitRow(row.Conversation.ID, "decided", func(r state.Row) bool { return r.Held == 0 })
		if want := map[bool]int{true: 1}[c.choice == "Send anyway"]; a.took(strings.ToLower(c.label), text) != want {
			t.Errorf("%s took it %d times, want %d", c.label, a.took(strings.ToLower(c.label), text), want)
		}
		a.press("esc")
	}
}

// choose goes to an item of the open box and takes it.
func (a *app) choose(label string) {
	a.t.Helper()
	for range 10 {
		here := false
		a.inspect(func(m *Model) {
			if !m.dialogs.Empty() {
				it, ok := m.dialogs.Chosen()
				here = ok && it.Label == label
			}
		})
		if here {
			a.press("enter")
			return
		}
		a.press("down")
	}
	a.t.Fatalf("there is no choice %q:\n%s", label, a.screen)
}

func TestUncheckedReplyGoesOutAllTheSame(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, settings: &Settings{Theme: "dark", MarkRead: "reply", Hints: true, Unchecked: true}})
	a.synced()
	row := a.first("Pact", open)
	a.press("r")
	a.inReplyBox()
	a.down("pact")
	a.write("whatever they say")
	a.press("enter")
	a.until("the reply that is to be tried again", func(string) bool { return a.toBeTriedAgain(row) })
	a.control("inbound", map[string]any{"platform": "pact", "conversation": row.Conversation.ID.Remote, "text": "no, forget it"}, nil)
	a.heal()
	a.until("it at the server", func(string) bool { return a.took("pact", "whatever they say") == 1 })
}
