package inbox

import (
	"context"
	"slices"
	"strings"
	"testing"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/theme"
)

// marked are the numbers of the people who are selected.
func marked(p *Pane) (numbers []string) {
	_, ids := p.Marked()
	for _, id := range ids {
		numbers = append(numbers, id.Remote)
	}
	slices.Sort(numbers)
	return numbers
}

// N17: rows are selected one by one and in ranges, stay so whatever arrives, and are shown
// as selected; esc ends it.
func TestRowsAreSelected(t *testing.T) {
	p := newPane(38, 19)
	read(p, people(upTo(9)...))
	for _, step := range []struct {
		name string
		do   keymap.Action
		want string
	}{
		{"one", keymap.Select, "1"}, {"and the next", keymap.Select, "1 2"}, {"over one", keymap.Down, "1 2"},
		{"a range", keymap.SelectRange, "1 2 4"}, {"extends", keymap.Down, "1 2 4 5"}, {"and on", keymap.Down, "1 2 4 5 6"},
		{"and back", keymap.Up, "1 2 4 5"}, {"ends", keymap.SelectRange, "1 2 4 5"}, {"moves", keymap.Down, "1 2 4 5"},
		{"one more", keymap.Select, "1 2 4 5 6"},
	} {
		p.Do(step.do)
		if got := strings.Join(marked(p), " "); got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
	}
	read(p, people(11, 12, 5, 1, 13, 2, 4, 6))
	if got := strings.Join(marked(p), " "); got != "1 2 4 5 6" {
		t.Errorf("after news: %s", got)
	}
	var shown []string
	for _, row := range screen(t, p) {
		if strings.Contains(row, "▪Person") {
			shown = append(shown, strings.Fields(row[strings.Index(row, "▪Person"):])[1])
		}
	}
	slices.Sort(shown)
	if strings.Join(shown, " ") != "1 2 4 5 6" {
		t.Errorf("shown as selected: %s\n%s", shown, drawn(t, p))
	}
	p.Do(keymap.Back)
	if len(marked(p)) != 0 || strings.Contains(drawn(t, p), "▪") {
		t.Errorf("after esc: %s", drawn(t, p))
	}
	p.Do(keymap.Select)
	p.Choose(Selection{View: state.ViewAll, Title: "All"})
	if len(marked(p)) != 0 {
		t.Error("selected in a list that is left")
	}
}

// whole names all of a list.
type whole struct {
	env.Store
	ids []api.ConversationID
}

func (w whole) IDs(context.Context, state.ListQuery) ([]api.ConversationID, error) { return w.ids, nil }

// N17: all of a list is selected, also what is not loaded; an answer about another list
// selects nothing.
func TestAllOfAListIsSelected(t *testing.T) {
	p := newPane(38, 9)
	p.env.Ctx, p.env.Store = t.Context(), whole{ids: []api.ConversationID{id(1), id(2), id(700)}}
	read(p, people(upTo(4)...))
	p.Update(p.Do(keymap.SelectAll)())
	if got := strings.Join(marked(p), " "); got != "1 2 700" || p.CountMarked() != 3 {
		t.Errorf("selected %s", got)
	}
	if p.Do(keymap.SelectAll) != nil || p.CountMarked() != 0 {
		t.Error("again selects nothing")
	}
	late := p.Do(keymap.SelectAll)
	p.Choose(Selection{View: state.ViewAll, Title: "All"})
	p.Update(late())
	if p.CountMarked() != 0 {
		t.Error("an answer about another list")
	}
}

// N14: labels stand behind the preview, cut and cleaned, and never break the columns.
func TestLabelsOnTheRow(t *testing.T) {
	for _, c := range []struct {
		labels []string
		w      int
		ascii  bool
		want   string
	}{
		{[]string{"vip"}, 38, false, "    text 1                       #vip"},
		{[]string{"refund", "vip", "third"}, 38, false, "    text 1                 #refund +2"},
		{[]string{"a label of many characters"}, 38, true, "    text 1              #a label of ~"},
		{[]string{"東京東京東京東京東京東京"}, 38, false, "    text 1               #東京東京東…"},
	} {
		p := newPane(c.w, 9)
		p.look.Marks = theme.NewMarks(c.ascii)
		p.look.Mode.ASCII = c.ascii
		p.set(all([]state.Row{person(1, func(r *state.Row) { r.Labels = c.labels })}))
		if got := screen(t, p)[2]; got != c.want {
			t.Errorf("%q: %q, want %q", c.labels, got, c.want)
		}
	}
	for w := range 60 {
		p := newPane(w, 9)
		p.set(all([]state.Row{person(1, func(r *state.Row) { r.Labels = []string{"\u202e東京\x1b[2J", "b", "c", "d"} })}))
		screen(t, p)
	}
}
