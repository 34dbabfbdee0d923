package ui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unibox/api"
	"unibox/state"
)

// struck is a reply whose answer is lost, and what the agent makes of it.
type struck struct {
	label, kind string // of platform and fault
	text        string
	file        bool
	// blind: the platform cannot be read afterwards; wrote is what the customer
	// writes after it.
	blind  bool
	wrote  string
	choice string
	want   int // at the server, in the end
}

var strikes = []struck{
	{label: "Pact", kind: "drop_before", text: "Pact: send it again", choice: "Send again", want: 1},
	{label: "Pact", kind: "drop_after", text: "Pact: with a file", file: true, blind: true, choice: "It arrived", want: 1},
	{label: "TextUs", kind: "drop_before", text: "TextUs: send it again", wrote: "hello? anybody?", choice: "Send again", want: 1},
	{label: "TextUs", kind: "drop_after", text: "TextUs: it arrived", blind: true, choice: "It arrived", want: 1},
	{label: "Protocol", kind: "drop_before", text: "Protocol: with a file", file: true, wrote: "and?", choice: "Leave it", want: 0},
	{label: "Protocol", kind: "drop_before", text: "Protocol: forget it", choice: "Discard", want: 0},
}

func TestUnknownOutcomeIsDecidedOnEachPlatform(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	for _, s := range strikes {
		row := a.strike(s)
		a.press("esc", "Q")
		a.see("OUTBOX")
		a.entry(s.text)
		a.until(s.text+" to decide", func(string) bool { u, ok := a.queueAt(); return ok && u.Decides() })
		if !s.blind {
			a.readSince(s.text, s.wrote)
		}
		a.press("enter")
		a.see("Did it arrive?")
		card := a.frame()
		for _, want := range []string{s.text, "It arrived", "Send again", "Leave it", s.wrote} {
			if !strings.Contains(card, want) {
				t.Errorf("the card of %q does not say %q:\n%s", s.text, want, card)
			}
		}
		if blind := strings.Contains(card, "has not been read since"); blind != s.blind {
			t.Errorf("the card of %q says wrongly whether the conversation was read:\n%s", s.text, card)
		}
		if s.file && !strings.Contains(card, "▣ photo.png") {
			t.Errorf("the card of %q does not name the file:\n%s", s.text, card)
		}
		a.choose(s.choice) // first: once it can be read, the program may find the message by itself
		a.heal()
		a.waitRow(row.Conversation.ID, s.text+" decided", func(r state.Row) bool { return r.Uncertain == 0 })
		platform := strings.ToLower(s.label)
		a.until(s.text+" as often as decided", func(string) bool { return a.took(platform, s.text) == s.want })
	}
	a.settled()
	for _, s := range strikes {
		if n := a.took(strings.ToLower(s.label), s.text); n != s.want {
			t.Errorf("%q came to the server %d times, want %d", s.text, n, s.want)
		}
	}
}

// strike sends a reply whose answer is lost, as far as the card's mark.
func (a *app) strike(s struck) state.Row {
	a.t.Helper()
	platform := strings.ToLower(s.label)
	row := a.first(s.label, func(r state.Row) bool {
		return open(r) && r.Uncertain == 0 && len(a.queueOf(r)) == 0 && a.takes(r, s.file)
	})
	a.press("r")
	a.inReplyBox()
	if s.file {
		a.attach("photo.png")
	}
	a.control("fault", map[string]any{"platform": platform, "match": "POST /messages$", "kind": s.kind, "calls": 1}, nil)
	if s.blind {
		a.control("fault", map[string]any{"platform": platform, "match": "GET ", "kind": "status", "status": 503, "calls": -1}, nil)
	}
	a.write(s.text)
	a.press("enter")
	a.see("no answer came")
	if s.wrote != "" {
		a.control("inbound", map[string]any{"platform": platform, "conversation": row.Conversation.ID.Remote, "text": s.wrote}, nil)
		a.see(s.wrote)
	}
	return row
}

// takes reports whether a file can go to a conversation together with a text.
func (a *app) takes(r state.Row, file bool) (takes bool) {
	a.inspect(func(m *Model) {
		rules := m.env.Rules(r.Conversation.ID.Account, r.Conversation.Kind)
		takes = !file || rules.MaxFiles > 0 && rules.Caption != api.CaptionNever
	})
	return takes
}

// attach puts a small picture with a name beside the reply.
func (a *app) attach(name string) {
	a.t.Helper()
	path := filepath.Join(a.t.TempDir(), name)
	if err := os.WriteFile(path, []byte("\x89PNG\r\n\x1a\nnot much of one"), 0o644); err != nil {
		a.t.Fatal(err)
	}
	a.press("ctrl+o")
	a.see("Attach")
	a.paste(path)
	a.see("▸ " + name)
	a.press("enter")
	a.see("▣ " + name)
}

// queueOf is what is unsent in a conversation.
func (a *app) queueOf(r state.Row) (own []state.Unsent) {
	a.t.Helper()
	all, err := a.db.Queue(a.t.Context())
	if err != nil {
		a.t.Fatal(err)
	}
	for _, u := range all {
		if u.Conversation.ID == r.Conversation.ID {
			own = append(own, u)
		}
	}
	return own
}

// settled waits until nothing moves in the outbox by itself.
func (a *app) settled() {
	a.t.Helper()
	a.until("an outbox at rest", func(string) bool {
		all, err := a.db.Queue(a.t.Context())
		for _, u := range all {
			if u.Moves() {
				return false
			}
		}
		return err == nil
	})
}

func TestUnknownFirstMessageIsDecidedOnEachPlatform(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	for _, c := range []struct{ channel, platform, address, match, text string }{
		{"WhatsApp", "pact", "+7 925 000 77 01", "POST /conversations$", "A first one, WhatsApp"},
		{"Hygiene", "textus", "+1 415 555 0123", "POST /messages$", "A first one, SMS"},
	} {
		a.press("N")
		a.see("Write first on")
		a.write(c.channel)
		a.frame()
		a.press("enter")
		a.see("The number with its country code")
		a.write(c.address)
		a.press("enter")
		a.see("First message to")
		a.control("fault", map[string]any{"platform": c.platform, "match": c.match, "kind": "drop_before", "calls": 1}, nil)
		a.write(c.text)
		a.press("enter")
		a.see("no answer came")
		a.press("esc")
		a.newest("the unknown outcome of "+c.text, func(o state.Outbound) bool { return unknown(o) && o.Body == c.text })
		a.press("enter")
		a.see("Did it arrive?")
		a.choose("Send again")
		a.until(c.text+" in a conversation of its own", func(screen string) (made bool) {
			a.inspect(func(m *Model) {
				row, ok := m.thread.Row()
				made = ok && !state.Provisional(row.Conversation.ID) && strings.Contains(screen, c.text)
			})
			return made
		})
		if n := a.took(c.platform, c.text); n != 1 {
			t.Errorf("%q came to the server %d times", c.text, n)
		}
	}
}

func TestUnknownOutcomeSurvivesARestartAndIsDecidedInAnotherSession(t *testing.T) {
	t.Parallel()
	o := appOptions{w: 120, h: 40, dir: t.TempDir()}
	t.Run("before", func(t *testing.T) {
		a := startApp(t, o)
		a.open("Olivia Patel")
		a.fault("POST /messages$", "drop_before", 1)
		a.press("r")
		a.write("nobody knows")
		a.press("enter", "esc")
		a.see("no answer came")
		a.press("q")
		a.see("1 message has an unknown outcome")
		a.choose("Quit now")
		if err := <-a.ended; err != nil {
			t.Error(err)
		}
		a.ended <- nil
	})
	t.Run("after", func(t *testing.T) {
		one := startApp(t, o)
		two := one.beside("ivan")
		for _, s := range []*app{one, two} {
			s.see("Outbox 1, 1 to decide")
			s.press("Q")
			s.see("nobody knows")
		}
		two.press("enter")
		two.see("Did it arrive?")
		two.choose("Send again")
		one.gone("1 to decide")
		one.until("it at the server", func(string) bool { return one.took("pact", "nobody knows") == 1 })
		one.settled()
		if n := one.took("pact", "nobody knows"); n != 1 {
			t.Errorf("%d times at the server", n)
		}
	})
}

// readSince waits until the thread beside the outbox was read after a reply went off, and
// shows what the customer wrote since, where that is not "".
func (a *app) readSince(text, wrote string) {
	a.t.Helper()
	a.until("the conversation of "+text+" read since", func(string) (read bool) {
		a.inspect(func(m *Model) {
			u, _ := m.queue.Selected()
			row, known := m.thread.Row()
			read = known && u.Message != nil && row.Conversation.ID == u.Conversation.ID && row.Checked.After(u.Message.SentAt) &&
				(wrote == "" || slices.ContainsFunc(m.thread.Since(*u.Message), func(i state.Item) bool { return i.Message.Body == wrote }))
		})
		return read
	})
}
