package practice

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/look"
	"unibox/ui/theme"
)

func newCoach(w, h int, bound map[string][]string) *Coach { return newCoachIn("en", w, h, bound) }

func newCoachIn(language string, w, h int, bound map[string][]string) *Coach {
	l, _ := catalog.For(language)
	th := theme.New(colorprofile.ASCII, true)
	e := &env.Env{Ctx: nil, Now: time.Now, Look: look.Look{Theme: &th, Marks: theme.NewMarks(false), Language: l}}
	e.Keys, _ = keymap.New(bound)
	c := New(e, Options{File: "/tmp/unibox-practice-1234567890/price-list.txt"}, Screen{
		Open: func() (state.Row, bool) { return state.Row{}, false }, Writing: func() bool { return false }, Count: func(state.View) int { return 0 },
		Filter: func() string { return "" }, Dialog: func() string { return "" }, Resized: func() {},
	})
	c.on, c.ready = true, true
	c.who.Conversation.Contact.Name = "Alexandra Hawthorne"
	c.Resize(w, h)
	return c
}

// Every text names keys that there are, and fits in the strip, whose height is the same for
// every step.
func TestEveryStepFitsInTheStrip(t *testing.T) {
	for _, l := range catalog.Tags() {
		for _, w := range []int{80, 109, 110, 120, 200} {
			everyStepFits(t, newCoachIn(l, w, 24, nil), l)
		}
	}
}

func everyStepFits(t *testing.T, c *Coach, l string) {
	t.Helper()
	w := c.w
	for i := range steps {
		c.at = i
		for _, odd := range []catalog.Text{"", held(&Coach{facts: facts{row: state.Row{Held: 1}}})} {
			was := c.step().odd
			if odd != "" {
				steps[i].odd = func(*Coach) catalog.Text { return odd }
			}
			if n := len(c.lines()); n > c.Height() {
				t.Errorf("%s, %d columns, step %d takes %d rows of %d: %v", l, w, i+1, n, c.Height(), c.lines())
			}
			steps[i].odd = was
		}
		for _, row := range c.View() {
			if got := c.env.Look.Mode.Width(row); got != w {
				t.Errorf("%d cells of %d: %q", got, w, row)
			}
			if strings.ContainsAny(row, "{}“") {
				t.Errorf("step %d: a key is missing: %q", i+1, row)
			}
		}
		c.past = append(c.past, outcome{step: c.step()})
	}
	if strings.Contains(c.say(held(&Coach{facts: facts{row: state.Row{Held: 1}}})), "{") {
		t.Error("a key is missing in what a held reply says")
	}
}

// While a reply is on its way the strip says what the step waits for, where something is sent in it.
func TestAStepThatWaitsForAReplySaysSo(t *testing.T) {
	c := newCoach(120, 40, nil)
	said := func() string {
		all := ""
		for _, l := range c.lines() {
			all += l.text
		}
		return all
	}
	c.facts = facts{known: true, row: state.Row{Pending: 1}}
	for c.at = range steps {
		if got, want := strings.Contains(said(), "It is on its way"), steps[c.at].odd != nil; got != want {
			t.Errorf("step %d, %s: %v", c.at+1, steps[c.at].name, got)
		}
		if steps[c.at].odd == nil && strings.Contains(string(steps[c.at].do), "{composer.send") {
			t.Errorf("step %d sends, and does not say what becomes of it", c.at+1)
		}
	}
	if c.at, c.facts.row = 2, (state.Row{Pending: 1, Held: 1}); !strings.Contains(said(), "the reply was held") {
		t.Errorf("a held reply: %q", said())
	}
}

// The keys in the texts are those of the config; an action without one is named, with the
// palette that has it.
func TestTheTextsFollowTheKeymap(t *testing.T) {
	c := newCoach(120, 40, map[string][]string{"go.next-waiting": {"f4"}, "app.undo": {}})
	if got := c.say(steps[0].do); !strings.HasPrefix(got, "Press f4:") {
		t.Errorf("%q", got)
	}
	if got := c.filled("Press {app.undo}."); !strings.Contains(got, "“Undo") && got != "Press U." {
		t.Errorf("%q", got)
	}
}

// A screen that is too low for it has no strip; without a world there is none at all.
func TestThereIsNoStripWithoutRoomOrWorld(t *testing.T) {
	if c := newCoach(40, 10, nil); c.Height() != 1 || !strings.Contains(strings.Join(c.View(), "|"), " g k: what to do now") {
		t.Errorf("on a small screen it shows %q", c.View())
	}
	if c := newCoach(80, 7, nil); c.Height() != 0 || c.View() != nil {
		t.Error("a strip in 12 rows")
	}
	c := newCoach(80, 24, nil)
	c.on = false
	if c.Height() != 0 || c.View() != nil || c.Follow() != nil || c.Changed() != nil || c.Begin() != nil {
		t.Error("a practice that is off shows or reads something")
	}
	if why := c.Why(keymap.Practice); !strings.Contains(why, "demo --practice") {
		t.Errorf("%q", why)
	}
}

// When something of ours went out: what failed or waits has not.
func TestWentOut(t *testing.T) {
	at := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	theirs := state.Item{Message: api.Message{Direction: api.Inbound, At: at}}
	ours := state.Item{Message: api.Message{Direction: api.Outbound, At: at.Add(time.Minute)}}
	sending := func(s state.Status) state.Item {
		return state.Item{Message: api.Message{Direction: api.Outbound}, Sending: &state.Outbound{Status: s, Submitted: at.Add(2 * time.Minute)}}
	}
	for _, c := range []struct {
		name  string
		items []state.Item
		want  time.Time
	}{
		{"nothing", nil, time.Time{}},
		{"theirs", []state.Item{theirs}, time.Time{}},
		{"ours, then theirs and a hole", []state.Item{ours, theirs, {Gap: true}}, at.Add(time.Minute)},
		{"sent", []state.Item{ours, sending(state.Done)}, at.Add(2 * time.Minute)},
		{"failed", []state.Item{ours, sending(state.Failed)}, time.Time{}},
		{"unknown", []state.Item{ours, sending(state.Uncertain)}, time.Time{}},
		{"queued", []state.Item{ours, sending(state.Queued)}, time.Time{}},
	} {
		if got := wentOut(c.items); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Who answers with one key and writes to the next before the reply is out has done what the step asks
// for, once it is out.
func TestTheStepIsDoneByWhoeverWasWrittenTo(t *testing.T) {
	c := newCoach(120, 40, nil)
	for i := range steps {
		if steps[i].each {
			c.at = i
		}
	}
	at, row := c.at, state.Row{}
	c.screen.Open = func() (state.Row, bool) { return row, true }
	c.screen.Writing = func() bool { return true }
	c.before.at = c.env.Now()
	for _, remote := range []string{"first", "second"} {
		row.Conversation.ID.Remote = remote
		if c.Follow() == nil {
			t.Fatal("nothing is read of ", remote)
		}
	}
	ids := c.watched()
	if len(ids) != 2 || ids[0].Remote != "second" || ids[1].Remote != "first" {
		t.Fatalf("watched are %v", ids)
	}
	said := func(done bool) factsMsg {
		first := facts{known: true, answered: c.before.at.Add(time.Second)}
		first.row.Conversation.ID, first.row.Flags.Done = ids[1], done
		return factsMsg{of: c, seq: 0, facts: []facts{{known: true, row: row}, first}}
	}
	for _, done := range []bool{false, true} {
		c.ask.Forget()
		msg := said(done)
		msg.seq, _ = c.ask.Ask()
		msg.Arrive(nil)
		if moved := c.at == at+1; moved != done || !done && c.who.Conversation.ID != ids[0] {
			t.Errorf("done %v: step %d, about %v", done, c.at+1, c.who.Conversation.ID)
		}
	}
}
