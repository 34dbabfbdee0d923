package thread

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/state"
)

// W1: the title names who is to answer, in as many words as there is room for beside the
// state of the conversation.
func TestTheTitleNamesWhoIsToAnswer(t *testing.T) {
	p := newPane(100, 12)
	c := api.Conversation{ID: p.id, Contact: api.Contact{Name: "Dana"}}
	c.AssignedTo = api.Known([]api.Agent{{Remote: "1", Name: "Olga Petrova"}, {Remote: "2", Name: "Tom Okafor"}})
	p.Set(state.Row{Conversation: c}, state.Window{}, state.Fetching{})
	if got := p.Spoken("").Title; !strings.HasSuffix(got, ", with Olga Petrova, Tom Okafor") {
		t.Errorf("%q is said", got) // L5
	}
	for w, want := range map[int]string{80: "⊙ Olga Petrova, Tom Okafor", 44: "⊙ Olga Petrova+1", 32: "⊙ Olga+1", 26: "⊙ OP+1", 24: "⊙ OP"} {
		if got := ansi.Strip(p.Title(w, "", "")); !strings.Contains(got, want+" ") || len([]rune(got)) != w {
			t.Errorf("in %d cells %q, want %q", w, got, want)
		}
	}
}
