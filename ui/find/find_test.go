package find

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/look"
	"unibox/ui/text"
	"unibox/ui/theme"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// store answers every search with at most what is asked for, from one hit a day.
type store struct {
	env.Store
	n    int
	rest state.Hits
}

func (s *store) SearchMessages(_ context.Context, q state.Search) (state.Hits, error) {
	hits := s.rest
	from := s.n
	if q.Below != 0 {
		from = int(q.Below) - 1
	}
	for pos := from; pos > 0; pos-- {
		if len(hits.Found) == min(q.Limit, 200) {
			hits.Below, hits.Back = state.Pos(pos+1), noon.AddDate(0, 0, -(s.n-pos-1))
			break
		}
		hits.Found = append(hits.Found, state.Found{Pos: state.Pos(pos)})
	}
	return hits, nil
}

func (s *store) Indexing(context.Context) (bool, error) { return false, nil }

// engine fetches nothing.
type engine struct{ env.Engine }

func (engine) Fetching(api.ConversationID) state.Fetching { return state.Fetching{} }
func (engine) Older(api.ConversationID, state.Pos)        {}

// typed is a bar in which a word is looked for, before the answer and after it.
func typed(t *testing.T, s *store, ascii bool) (b *Bar, answer func()) {
	t.Helper()
	keys, err := keymap.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	th := theme.New(colorprofile.ASCII, true)
	id := api.ConversationID{Account: "shop", Remote: "1"}
	e := &env.Env{Ctx: context.Background(), Store: s, Engine: engine{}, Keys: keys, Now: func() time.Time { return noon },
		Accounts: []env.Account{{ID: "shop", Traits: api.Traits{Label: "Pact"}}},
		Look:     look.Look{Theme: &th, Marks: theme.NewMarks(ascii), Mode: text.Mode{ASCII: ascii}}}
	b = New(e, Screen{Show: func(state.Pos) tea.Cmd { return nil }, Changed: func() {}})
	b.Start(id)
	b.reset(id)
	cmd := b.Paste("cake")
	return b, func() { b.Update(cmd()) }
}

func (b *Bar) says() string { return strings.TrimSpace(ansi.Strip(b.Status(150))) }

// S1: that all of a conversation was looked at is said where that is so, and nowhere else: not
// where counting stopped, where the platform has more, or where nothing was read yet.
func TestHowFarBackIsTrue(t *testing.T) {
	for _, tt := range []struct {
		name  string
		store store
		want  string
	}{
		{"whole", store{n: 2}, "1 of 2 · all of the conversation was looked at"},
		{"just counted", store{n: mostHits}, "1 of 500 · all of the conversation was looked at"},
		{"too many", store{n: mostHits + 1}, "1 of more than 500 · looked back to 9 Jul 2025 and stopped there: more words find less"},
		{"more at the platform", store{n: 2, rest: state.Hits{Missing: 1, Since: noon.AddDate(0, 0, -1)}}, "1 of 2 · looked back to yesterday"},
		{"not read", store{rest: state.Hits{Unread: true}}, "not found · nothing of the conversation was read yet"},
	} {
		b, answer := typed(t, &tt.store, false)
		if answer(); b.says() != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, b.says(), tt.want)
		}
	}
}

// S1: where there is little room the row still says whether anything is left to look at.
func TestHowFarBackIsSaidInLittleRoom(t *testing.T) {
	for _, tt := range []struct {
		w     int
		store store
		want  string
	}{
		{42, store{n: 1}, "1 of 1 · all of it was looked at"},
		{28, store{n: 1}, "1 of 1 · that is all"},
		{42, store{n: 1, rest: state.Hits{Missing: 1, Since: noon.AddDate(-1, 0, -1)}}, "1 of 1 · enter looks further"},
		{30, store{rest: state.Hits{Missing: 1, Since: noon}}, "not found · enter: further"},
		{42, store{n: 2, rest: state.Hits{Missing: 1, Since: noon.AddDate(0, 0, -1)}}, "1 of 2 · looked back to yesterday"},
		{12, store{n: 1}, "1 of 1"},
	} {
		b, answer := typed(t, &tt.store, false)
		answer()
		if got := strings.TrimSpace(ansi.Strip(b.Status(tt.w))); got != tt.want {
			t.Errorf("in %d cells: %q, want %q", tt.w, got, tt.want)
		}
	}
}

// Without signs outside of ASCII the row has none, at any moment.
func TestTheRowIsASCII(t *testing.T) {
	b, answer := typed(t, &store{rest: state.Hits{Missing: 1, Since: noon}}, true)
	if got := b.says(); got != "looking..." {
		t.Errorf("before the answer: %q", got)
	}
	answer()
	b.Older()
	if got := b.says(); !strings.HasSuffix(got, "asking Pact for more...") || strings.ContainsFunc(got, func(r rune) bool { return r > '~' }) {
		t.Errorf("while more is asked for: %q", got)
	}
}
