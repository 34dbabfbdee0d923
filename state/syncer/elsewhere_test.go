package syncer

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// team is another box that reads the account, until this one does.
type team struct {
	*platform
	mu        sync.Mutex
	leads     bool
	changed   chan struct{}
	refreshed int
}

func (b *team) Leads(api.AccountID) (bool, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.leads, b.changed
}

func (b *team) lead(leads bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.leads = leads
	close(b.changed)
	b.changed = make(chan struct{})
}

func (b *team) RefreshThere(context.Context, api.ConversationID) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refreshed++
	return nil
}

// While another box reads an account nothing is asked of its platform here: what a person
// wants is asked of that box. Once this one has the account it reads all of it.
func TestAnAccountThatAnotherBoxReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, m := newPlatform(t, 40, 3, 1000), newMemory()
		there := &team{platform: newPlatform(t, 40, 3, 1000), changed: make(chan struct{})}
		if err := m.SaveConversations(t.Context(), []api.Conversation{conversation(2, time.Now())}); err != nil {
			t.Fatal(err)
		}
		e := New(Options{Store: m, Feed: state.NewFeed(), Accounts: []Account{{ID: acct, Provider: ours}}, Boxes: there})
		defer launch(e)()
		time.Sleep(10 * time.Minute)
		if n := len(ours.log()) + len(there.log()); n != 0 {
			t.Errorf("%d requests were made by itself", n)
		}
		e.Show(convID(2), nil)
		time.Sleep(time.Second)
		before := m.oldest(2)
		e.Older(convID(2), before)
		time.Sleep(10 * time.Second)
		if before == 0 || m.oldest(2) >= before {
			t.Errorf("no history was read: from %d to %d", before, m.oldest(2))
		}
		e.Refresh(api.ConversationID{})
		time.Sleep(time.Second)
		there.mu.Lock()
		refreshed := there.refreshed
		there.mu.Unlock()
		if refreshed != 1 || len(ours.log()) != 0 {
			t.Errorf("refreshed there %d times, %d requests of our own", refreshed, len(ours.log()))
		}
		if h := m.of(acct); h != (state.Health{}) {
			t.Errorf("it says how another's reading goes: %+v", h)
		}
		there.lead(true)
		time.Sleep(time.Minute)
		if _, seen := m.seen(1, 1000); !seen || len(ours.log()) == 0 {
			t.Error("this box does not read what it has")
		}
	})
}
