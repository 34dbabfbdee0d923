package syncer

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// office says of one conversation at a time who has it.
type office struct {
	*platform
	asked map[api.ConversationID]int
}

func (o *office) Responsible(_ context.Context, id api.ConversationID) (api.Conversation, error) {
	o.set(func() { o.asked[id]++ })
	return api.Conversation{ID: id, AssignedTo: api.Known([]api.Agent{{Remote: "7", Name: "Olga"}})}, nil
}

// files keeps to whom conversations are said to be assigned.
type files struct {
	*memory
	to map[api.ConversationID][]api.Agent
}

func (f *files) SaveConversations(ctx context.Context, convs []api.Conversation) error {
	f.set(func() {
		for _, c := range convs {
			if to, said := c.AssignedTo.Get(); said {
				f.to[c.ID] = to
			}
		}
	})
	if len(convs) == 1 && convs[0].Active == (api.Opt[time.Time]{}) {
		return nil // the fake store knows no fields that are unset
	}
	return f.memory.SaveConversations(ctx, convs)
}

// W1: where a platform says of one conversation at a time who has it, that is read of what
// somebody has open or on the screen, and of nothing else.
func TestWhoHasWhatIsSeenIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &office{newPlatform(t, 40, 20, 3), map[api.ConversationID]int{}}
		m := &files{newMemory(), map[api.ConversationID][]api.Agent{}}
		e := New(Options{Store: m, Feed: state.NewFeed(), Accounts: []Account{{ID: acct, Provider: p}}})
		defer launch(e)()
		time.Sleep(time.Minute)
		p.set(func() {
			if len(p.asked) > 0 {
				t.Errorf("nothing is open, and asked was %v", p.asked)
			}
		})
		e.Show(convID(3), []api.ConversationID{convID(4)})
		time.Sleep(time.Minute)
		p.set(func() {
			if p.asked[convID(3)] == 0 || p.asked[convID(4)] == 0 || len(p.asked) != 2 {
				t.Errorf("asked was %v", p.asked)
			}
		})
		m.set(func() {
			if to := m.to[convID(3)]; len(to) != 1 || to[0].Name != "Olga" {
				t.Errorf("stored is %v", m.to)
			}
		})
	})
}
