package inbox

import (
	"strings"
	"testing"

	"unibox/api"
	"unibox/state"
	"unibox/ui/theme"
)

// W1: a row names who is to answer, and the customer goes before: with less room the first
// name, then initials, of oneself the mark alone.
func TestARowNamesWhoIsToAnswer(t *testing.T) {
	to := func(name string, all ...api.Agent) state.Row {
		return person(5, func(r *state.Row) {
			r.Conversation.Contact.Name = name
			r.Conversation.AssignedTo = api.Known(all)
		})
	}
	olga, tom := api.Agent{Remote: "1", Name: "Olga Petrova"}, api.Agent{Remote: "2", Name: "Tom Okafor"}
	mine := to("Dana Kowalski")
	mine.Conversation.Mine = api.Known(true)
	for _, c := range []struct {
		w    int
		row  state.Row
		want string
	}{
		{34, to("Dana Kowalski", olga), "▌ Dana Kowalski   ⊙Olga WA     5m"},
		{34, to("Dana Kowalski", olga, tom), "▌ Dana Kowalski ⊙Olga+1 WA     5m"},
		{40, to("Dana Kowalski", olga, tom), "▌ Dana Kowalski       ⊙Olga+1 WA     5m"},
		{34, to("Li", olga, tom), "▌ Li            ⊙Olga+1 WA     5m"},
		{34, to("Wilhelmina von Habsburg", olga), "▌ Wilhelmina von… ⊙Olga WA     5m"},
		{29, to("Dana Kowalski", olga), "▌ Dana Kowals… ⊙OP WA     5m"},
		{28, to("Dana Kowalski", olga), "▌ Dana Kowal… ⊙OP WA     5m"},
		{34, mine, "▌ Dana Kowalski    ⊙you WA     5m"},
		{28, mine, "▌ Dana Kowalski ⊙ WA     5m"},
		{34, to("Dana Kowalski"), "▌ Dana Kowalski         WA     5m"},
	} {
		p := newPane(c.w, 5)
		p.set(all([]state.Row{c.row}))
		if got := strings.TrimRight(screen(t, p)[1], " "); got != c.want {
			t.Errorf("in %d cells %q, want %q", c.w, got, c.want)
		}
	}
}

// W1, L5: who listens hears which colleague is to answer.
func TestWhoIsToAnswerIsSaid(t *testing.T) {
	p := newPane(40, 5)
	row := person(5, func(r *state.Row) {
		r.Conversation.AssignedTo = api.Known([]api.Agent{{Remote: "1", Name: "Olga Petrova"}, {Remote: "2", Name: "Tom Okafor"}})
	})
	if got := p.Says(row); !strings.Contains(got, ", with Olga Petrova, Tom Okafor: ") {
		t.Errorf("%q", got)
	}
	row.Conversation.Mine = api.Known(true)
	if got := p.Says(row); !strings.Contains(got, ", with you, Olga Petrova, Tom Okafor: ") {
		t.Errorf("%q", got)
	}
	row.Conversation.AssignedTo = api.Known([]api.Agent{})
	if got := p.Says(row); !strings.Contains(got, ", assigned to you: ") {
		t.Errorf("%q", got)
	}
	row.Conversation.Mine = api.Known(false)
	if got := p.Says(row); strings.Contains(got, "with ") || strings.Contains(got, "assigned") {
		t.Errorf("%q", got)
	}
}

// W1: without the signs of Unicode, who is to answer looks like nobody who is named in a note.
func TestWhoIsToAnswerIsNoMentionInASCII(t *testing.T) {
	if m := theme.NewMarks(true); m.Mine == m.Mention {
		t.Errorf("%q is both", m.Mine)
	}
}
