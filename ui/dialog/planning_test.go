package dialog

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/state"
)

// On a box whose clock is ten minutes behind that of the team's database, "in 5 minutes" is in five
// minutes by the latter, and what was due a minute ago waits for no next try.
func TestATimeToSendFollowsTheClockOfTheTeam(t *testing.T) {
	s, e, _ := newStack(nil)
	var chosen time.Time
	e.PlanNow = func() time.Time { return e.Now().Add(10 * time.Minute).UTC() }
	s.Open(NewTime(e, e.Planning, "Send when?", "", nil, func(at time.Time) tea.Cmd { chosen = at; return nil }))
	write(s, "in 5 minutes")
	s.Do(keymap.MenuChoose)
	if want := e.Now().Add(15 * time.Minute); !chosen.Equal(want) || chosen.Location() != e.Now().Location() {
		t.Errorf("it goes out %v, want %v; %s", chosen, want, shown(s))
	}
	for wait, again := range map[time.Duration]bool{9 * time.Minute: false, 11 * time.Minute: true} {
		s.Clear()
		s.Open(Outcome{Env: e, Outbound: state.Outbound{Status: state.Queued, Body: "text", Attempts: 1, NotBefore: e.Now().Add(wait)}}.Card())
		if got := strings.Contains(shown(s), "Try now"); got != again {
			t.Errorf("in %v: %v\n%s", wait, got, shown(s))
		}
	}
}
