package mask

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/privacy"
)

// X4: what is on the screen is dropped when masking begins and when a reveal ends, and not before
// that of the last one.
func TestWhatNamesSomebodyIsDropped(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	var ends []tea.Msg
	keys, _ := keymap.New(nil)
	e := &env.Env{Now: func() time.Time { return now }, Keys: keys}
	e.Timer = func(_ time.Duration, msg tea.Msg) tea.Cmd {
		ends = append(ends, msg)
		return nil
	}
	dropped := 0
	row := state.Row{Conversation: api.Conversation{ID: api.ConversationID{Account: "a", Remote: "1"}}}
	s := New(e, Screen{Current: func() state.Row { return row }, Redraw: func() {}, Drop: func() tea.Cmd { dropped++; return nil }})
	want := func(where string, n int, hidden bool) {
		t.Helper()
		if dropped != n || e.Hides(row.Conversation.ID) != hidden {
			t.Errorf("%s: dropped %d times, hidden: %v", where, dropped, e.Hides(row.Conversation.ID))
		}
	}
	if s.Why(keymap.Reveal) == "" {
		t.Error("somebody who is not masked can be shown")
	}
	s.Do(keymap.Privacy)
	want("masked", 1, true)
	s.Do(keymap.Reveal)
	want("shown", 2, false)
	now = now.Add(privacy.RevealFor / 2)
	s.Do(keymap.Reveal)
	want("shown once more", 3, false)
	now = now.Add(privacy.RevealFor / 2)
	ends[0].(dialog.Answer).Arrive(nil)
	want("the first reveal is over", 3, false)
	now = now.Add(privacy.RevealFor / 2)
	ends[1].(dialog.Answer).Arrive(nil)
	want("both are over", 4, true)
	s.Do(keymap.Privacy)
	ends[1].(dialog.Answer).Arrive(nil)
	want("nobody is masked any more", 4, false)
}

// What is said when masking begins names the key of who is shown, also in a pane without it.
func TestMaskingNamesItsKeys(t *testing.T) {
	keys, _ := keymap.New(nil)
	said := ""
	e := &env.Env{Now: func() time.Time { return time.Time{} }, Keys: keys, Scopes: func() []keymap.Scope { return []keymap.Scope{keymap.Channels} }}
	e.Notify = func(s string, _ bool) tea.Cmd { said = s; return nil }
	New(e, Screen{Current: func() state.Row { return state.Row{} }, Redraw: func() {}, Drop: func() tea.Cmd { return nil }}).Do(keymap.Privacy)
	if !strings.Contains(said, "g v shows one") || !strings.Contains(said, "g m all") {
		t.Error(said)
	}
}
