package dialog

import (
	"context"
	"strings"
	"testing"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// archive finds every text in one message.
type archive struct{ people }

func (archive) SearchMessages(_ context.Context, q state.Search) (state.Hits, error) {
	return state.Hits{Found: []state.Found{{Message: api.Message{Body: strings.Repeat("lead ", 30) + q.Text + " end"}}}}, nil
}
func (archive) Archive(context.Context) (state.Archive, error)     { return state.Archive{}, nil }
func (archive) Sidebar(context.Context) (state.Sidebar, error)     { return state.Sidebar{}, nil }
func (archive) Labels(context.Context) ([]state.LabelCount, error) { return nil, nil }
func (archive) Indexing(context.Context) (bool, error)             { return false, nil }

// The search is as it was left, and what is found is seen with as much before it as
// there is room for.
func TestSearchIsKept(t *testing.T) {
	s, _, _ := newStack(&archive{})
	s.Resize(112, 30)
	shows := 0
	show := func(state.Found) tea.Cmd { shows++; return nil }
	var run func(cmds ...tea.Cmd)
	run = func(cmds ...tea.Cmd) {
		for _, cmd := range cmds {
			if cmd != nil {
				_, next := s.Update(cmd())
				run(next)
			}
		}
	}
	run(s.Search(show, nil))
	asked := write(s, "cake")
	s.Do(keymap.MenuChoose) // before anything was found
	if shows != 0 {
		t.Fatal("something was chosen of an older line")
	}
	run(asked...)
	if shows != 1 || !s.Empty() {
		t.Fatalf("enter chose %d of what was found then", shows)
	}
	run(s.Search(show, nil))
	row := ""
	for _, r := range s.View() {
		if r = ansi.Strip(r); strings.Contains(r, "cake end") {
			row = r
		}
	}
	if n := strings.Count(row, "lead"); n < 10 {
		t.Errorf("%d words are shown before the hit: %q", n, row)
	}
	s.Do(keymap.MenuChoose)
	if shows != 2 || !s.Empty() {
		t.Errorf("shown %d times", shows)
	}
	run(s.Search(show, nil))
	if !strings.Contains(shown(s), "cake") || s.Top().box().Value() != "cake" {
		t.Error("the search was forgotten")
	}
	write(s, "tea")
	if got := s.Top().box().Value(); got != "tea" {
		t.Errorf("what is typed then makes it %q", got)
	}
}

// The search offers to ask the platforms too; a conversation that is known there alone is
// in the store before it is shown.
func TestSearchAsksThePlatforms(t *testing.T) {
	store := &searchable{}
	s, e, _ := newStack(store)
	one, two := &knowing{names: []string{"Anna of old", "Annika"}}, &knowing{}
	e.Accounts = []env.Account{
		{ID: "Bakery", Provider: one, Caps: api.CapSearch, Traits: api.Traits{Label: "Pact"}},
		{ID: "Clinic", Provider: two, Caps: api.CapSearch, Traits: api.Traits{Label: "TextUs"}},
	}
	went := ""
	answered(s, s.Search(nil, func(id api.ConversationID) tea.Cmd {
		if len(store.kept) == 1 {
			went = id.Remote
		}
		return nil
	}))
	answered(s, write(s, "ann")...)
	if !strings.Contains(shown(s), "ask Pact and TextUs too") || len(one.asked) != 0 {
		t.Fatalf("asked %q:\n%s", one.asked, shown(s))
	}
	answered(s, do(t, s, keymap.MenuChoose))
	if got := shown(s); len(one.asked) != 1 || len(two.asked) != 1 || !strings.Contains(got, "found 2 at Bakery") || !strings.Contains(got, "Annika") || strings.Contains(got, "ask Pact") {
		t.Fatalf("asked %q and %q:\n%s", one.asked, two.asked, got)
	}
	answered(s, do(t, s, keymap.MenuChoose))
	if went != "Anna of old" || !s.Empty() {
		t.Errorf("went to %q, kept %+v:\n%s", went, store.kept, shown(s))
	}
	answered(s, s.Search(nil, nil))
	answered(s, write(s, "zz")...)
	one.names = nil
	answered(s, do(t, s, keymap.MenuChoose))
	if !strings.Contains(shown(s), "Pact and TextUs: nobody by this name or number") {
		t.Errorf("nothing found:\n%s", shown(s))
	}
}

// searchable is a store in which no message is found.
type searchable struct{ keeping }

func (*searchable) SearchMessages(context.Context, state.Search) (state.Hits, error) {
	return state.Hits{}, nil
}
func (*searchable) Archive(context.Context) (state.Archive, error)     { return state.Archive{}, nil }
func (*searchable) Sidebar(context.Context) (state.Sidebar, error)     { return state.Sidebar{}, nil }
func (*searchable) Labels(context.Context) ([]state.LabelCount, error) { return nil, nil }
func (*searchable) Indexing(context.Context) (bool, error)             { return false, nil }
