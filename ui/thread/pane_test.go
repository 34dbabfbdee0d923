package thread

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/look"
	"unibox/ui/text"
	"unibox/ui/theme"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// newPane is an empty pane that has the keys.
func newPane(w, h int) *Pane {
	th := theme.New(colorprofile.ANSI, true)
	p := New(&env.Env{Now: func() time.Time { return noon }}, Screen{})
	p.title = func(state.Row) string { return "Ann" }
	p.SetLook(look.Look{Theme: &th, Marks: theme.NewMarks(false), Mode: text.Mode{}})
	p.Resize(w, h)
	p.Focus(true)
	p.Open(api.ConversationID{Account: "a", Remote: "c"})
	return p
}

// history is a conversation as the store has it.
type history []state.Item

// messages are the customer's, at the positions from to to, a minute apart.
func messages(from, to state.Pos) history {
	var items history
	for pos := from; pos <= to; pos++ {
		items = append(items, state.Item{Pos: pos, Message: api.Message{
			ID: api.MessageID{Remote: fmt.Sprint(pos)}, Body: fmt.Sprintf("message %d", pos), At: noon.AddDate(0, 0, -9).Add(time.Duration(pos) * time.Minute),
		}})
	}
	return items
}

// ours are messages of the outbox that the platform does not list yet.
func ours(from, to int64) history {
	var items history
	for id := from; id <= to; id++ {
		items = append(items, state.Item{
			Message: api.Message{Direction: api.Outbound, Body: fmt.Sprintf("message %d", id), At: noon},
			Sending: &state.Outbound{ID: id, Status: state.Accepted},
		})
	}
	return items
}

// listed are messages of ours once the platform lists them.
func listed(items history) history {
	items = slices.Clone(items)
	for i := range items {
		items[i].Pos = state.Pos(items[i].Sending.ID)
	}
	return items
}

func hole(pos state.Pos) history { return history{{Pos: pos, Gap: true}} }

// window answers as the store does.
func (h history) window(q state.TimelineQuery) state.Window {
	at := len(h) - 1
	if q.Anchor != 0 {
		at = slices.IndexFunc(h, func(it state.Item) bool { return it.Pos >= q.Anchor })
	}
	from, to := max(0, at-q.Before), min(len(h), at+1+q.After)
	w := state.Window{Items: h[from:to], Older: state.EdgeLocal, Newer: state.EdgeLocal}
	if from == 0 {
		w.Older = state.EdgeEnd
	}
	if to == len(h) {
		w.Newer = state.EdgeEnd
	}
	return w
}

// read sets the window that the pane asks for.
func (h history) read(p *Pane) { p.Set(state.Row{}, h.window(p.query()), state.Fetching{}) }

// show sets all of it, as what reaches to the newest end.
func (h history) show(p *Pane) { p.Set(state.Row{}, state.Window{Items: h}, state.Fetching{}) }

var numbered = regexp.MustCompile(`message \d+`)

// where returns on which screen row each message's text is.
func where(p *Pane) map[string]int {
	rows := map[string]int{}
	for y, row := range p.View() {
		if body := numbered.FindString(ansi.Strip(row)); body != "" {
			rows[body] = y
		}
	}
	return rows
}

// stays checks that what was on screen between two rows is where it was.
func stays(t *testing.T, before, after map[string]int, from, to int) {
	t.Helper()
	for body, y := range before {
		if now, shown := after[body]; from <= y && y <= to && (!shown || now != y) {
			t.Errorf("%s was on row %d, is on %d (%v)", body, y, now, shown)
		}
	}
}

func selected(t *testing.T, p *Pane) state.Item {
	t.Helper()
	it, ok := p.Selected()
	if !ok {
		t.Fatal("nothing is selected")
	}
	return it
}

// Whose reply is not out is said in the title, also while nothing can be read.
func TestTitleSaysFirstThatAReplyIsNotOut(t *testing.T) {
	p := newPane(80, 12)
	trouble := state.Fetching{Err: "too many requests"}
	p.Set(state.Row{}, state.Window{Items: messages(1, 3)}, trouble)
	if got := ansi.Strip(p.Title(80, "", "")); !strings.Contains(got, "too many requests") {
		t.Errorf("where nothing can be read: %q", got)
	}
	p.Set(state.Row{Failed: 1}, state.Window{Items: messages(1, 3)}, trouble)
	if got := ansi.Strip(p.Title(80, "", "")); !strings.Contains(got, "the reply failed") {
		t.Errorf("where the reply failed: %q", got)
	}
}

// What a customer writes in the second in which a reply goes out is named beside an unknown
// outcome, where the platform gives times in whole seconds.
func TestSinceInTheSameSecond(t *testing.T) {
	p := newPane(80, 12)
	sent := noon.Add(700 * time.Millisecond)
	var items []state.Item
	for i, at := range []time.Time{noon.Add(-time.Second), noon, noon.Add(600 * time.Millisecond), noon.Add(800 * time.Millisecond)} {
		items = append(items, state.Item{Pos: state.Pos(i + 1), Message: api.Message{ID: api.MessageID{Account: p.id.Account, Remote: fmt.Sprint(i)}, Body: "text", At: at}})
	}
	p.Set(state.Row{Conversation: api.Conversation{ID: p.id, Kind: "chat"}}, state.Window{Items: items}, state.Fetching{})
	var got []state.Pos
	for _, it := range p.Since(state.Outbound{Status: state.Uncertain, SentAt: sent}) {
		got = append(got, it.Pos)
	}
	if want := []state.Pos{2, 4}; !slices.Equal(got, want) {
		t.Errorf("since are %v, want %v", got, want)
	}
}
