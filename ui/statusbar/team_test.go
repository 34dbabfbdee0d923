package statusbar

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
)

// held is who has whom.
type held struct{ all []state.Claim }

func (h *held) Claims(context.Context) ([]state.Claim, error)       { return slices.Clone(h.all), nil }
func (*held) GiveBack(context.Context, ...api.ConversationID) error { return nil }
func (*held) Take(context.Context, api.ConversationID, bool) (state.Claim, error) {
	return state.Claim{}, nil
}

// A row says who has taken it before who looks at it, and whom a colleague takes over is said.
func TestColleaguesAreBesideAConversation(t *testing.T) {
	one, two, three := api.ConversationID{Account: "pact", Remote: "1"}, api.ConversationID{Account: "pact", Remote: "2"}, api.ConversationID{Account: "pact", Remote: "3"}
	s := &store{sessions: []state.Session{{Who: "Olga P.", Self: true, Open: three}, {Who: "Pavel", Open: one}, {Who: "Rita", Open: two}}}
	b := newBar(120, 30, s)
	read(b)
	if got := b.Beside(); len(got) != 0 {
		t.Errorf("without colleagues: %v", got)
	}
	of := &held{all: []state.Claim{{Conversation: two, Agent: "pavel", Who: "Pavel"}, {Conversation: three, Agent: "olga", Who: "Olga P."}}}
	b.env.Me, b.env.Team = "olga", env.Team{Claims: of, Colleagues: []string{"olga", "pavel", "rita"}}
	read(b)
	if got := b.Beside(); len(got) != 2 || got[one] != "Pavel is looking at this" || got[two] != "Pavel has taken this" || b.Replier(two) != got[two] {
		t.Errorf("%v", got)
	}
	if has, is := b.HeldBy(two); !is || has.Agent != "pavel" {
		t.Errorf("%+v", has)
	}
	if has, is := b.HeldBy(three); is {
		t.Errorf("the agent's own is a colleague's: %+v", has)
	}
	of.all[1].Agent, of.all[1].Who = "pavel", "Pavel"
	read(b)
	said := strings.Join(b.Toasts(false), "\n")
	if !strings.Contains(said, "Pavel has taken a customer over from you") {
		t.Errorf("%q", said)
	}
}

// Where many are here, what they do is read again after a pause, once for all that changed
// meanwhile; where few are, at once.
func TestWhoIsHereIsReadNowAndThenWhereManyAre(t *testing.T) {
	for _, n := range []int{few, 50} {
		s := &store{}
		for range n {
			s.sessions = append(s.sessions, state.Session{Who: "Pavel"})
		}
		b := newBar(120, 30, &store{})
		b.env.Store = s
		var pauses []time.Duration
		var over tea.Msg
		b.env.Timer = func(d time.Duration, msg tea.Msg) tea.Cmd { pauses, over = append(pauses, d), msg; return nil }
		asked := b.LoadSessions()
		if b.LoadSessions() != nil {
			t.Error("it is read twice at a time")
		}
		_, again := b.Update(asked())
		if n == few {
			if again == nil || len(pauses) > 0 {
				t.Errorf("%d are here: pauses %v", n, pauses)
			}
			continue
		}
		if len(pauses) != 1 || pauses[0] != time.Duration(n-few)*perColleague || len(b.sessions) != n || b.LoadSessions() != nil || !Reads(over) {
			t.Errorf("%d are here: pauses %v, %d known", n, pauses, len(b.sessions))
		}
		if _, again := b.Update(over); again == nil {
			t.Error("what changed during the pause is not read")
		}
	}
}
