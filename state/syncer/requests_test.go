package syncer

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// reported collects what Fetching says over time, one entry per change.
func reported(t *testing.T, e *Engine, feed *state.Feed, id api.ConversationID, until func()) []state.Fetching {
	t.Helper()
	sub := feed.Subscribe()
	defer sub.Close()
	var out []state.Fetching
	done := make(chan struct{})
	go func() { until(); close(done) }()
	for {
		select {
		case <-done:
			return out
		case <-sub.Wake():
		}
		for _, topic := range sub.Take() {
			if topic == state.Thread(id) {
				out = append(out, e.Fetching(id))
			}
		}
	}
}

func TestFetchingTellsOnlyWhatSomebodyWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m, feed := newPlatform(t, 40, 3, 1000), newMemory(), state.NewFeed()
		p.latency = 100 * time.Millisecond
		e := New(Options{Store: m, Feed: feed, Accounts: []Account{{ID: acct, Provider: p}}})
		defer launch(e)()
		time.Sleep(15 * time.Second)
		got := reported(t, e, feed, convID(2), func() {
			e.Show(convID(2), nil)
			time.Sleep(10 * time.Second)
			e.Older(convID(2), m.oldest(2))
			time.Sleep(10 * time.Second)
		})
		want := []state.Fetching{{Head: true}, {}, {Older: true}, {}}
		if len(got) != len(want) {
			t.Fatalf("got %+v", got)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("got %+v, want %+v", got[i], want[i])
			}
		}
	})
}

func TestRefreshReadsNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 1, 200, 30), newMemory()
		e, stop := start(t, p, m)
		defer stop()
		time.Sleep(20 * time.Minute)
		p.write(150, 1)
		e.Refresh(convID(150))
		time.Sleep(4 * time.Second)
		if _, ok := m.seen(150, 31); !ok {
			t.Error("the conversation was not read")
		}
		lists := p.count(func(c call) bool { return c.op == "list" })
		e.Refresh(api.ConversationID{})
		time.Sleep(time.Millisecond)
		if n := p.count(func(c call) bool { return c.op == "list" }); n != lists+1 {
			t.Errorf("%d looks at the list", n-lists)
		}
		e.Refresh(api.ConversationID{Account: "other", Remote: "150"})
		e.Older(api.ConversationID{Account: "other", Remote: "150"}, 1)
		within(t, p)
	})
}

func TestAConversationThatWasJustMadeIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 200, 30), newMemory()
		e, stop := start(t, p, m)
		defer stop()
		time.Sleep(30 * time.Second)
		p.set(func() { p.messages[convID(999).Remote] = 1 }) // the list does not name it
		if err := m.SaveConversations(t.Context(), []api.Conversation{conversation(999, time.Now())}); err != nil {
			t.Fatal(err)
		}
		e.Show(convID(999), nil)
		time.Sleep(time.Second)
		if _, ok := m.seen(999, 1); !ok {
			t.Error("it is open and was not read")
		}
		e.Show(convID(12345), nil)
		time.Sleep(10 * time.Second)
		if n := p.count(func(c call) bool { return c.id == convID(12345) }); n != 0 {
			t.Error("the platform was asked for a conversation that it does not have")
		}
	})
}

func TestHistoryOfANeverReadConversationBeginsWithItsHead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 1, 500, 300), newMemory()
		e, stop := start(t, p, m)
		defer stop()
		time.Sleep(3 * time.Minute)
		e.Older(convID(1), 0)
		time.Sleep(4 * time.Second)
		if _, ok := m.seen(1, 300); !ok {
			t.Error("its newest messages were not read")
		}
	})
}

func TestHistoryThatMayNotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 3, 1000), newMemory()
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(2), nil)
		time.Sleep(5 * time.Second)
		p.set(func() {
			p.fail = func(c call) error {
				if c.op == "messages" && c.cursor != "" {
					return failure(api.ErrForbidden)
				}
				return nil
			}
		})
		e.Older(convID(2), m.oldest(2))
		time.Sleep(10 * time.Minute)
		if f := e.Fetching(convID(2)); f.Older || f.Err != api.Explain(failure(api.ErrForbidden)) {
			t.Errorf("got %+v", f)
		}
		if n := p.count(func(c call) bool { return c.cursor != "" }); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestLeavingEndsAWalk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 1, 3, 5000), newMemory()
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(2), nil)
		time.Sleep(10 * time.Second)
		for range 20 {
			e.Older(convID(2), m.oldest(2))
			time.Sleep(10 * time.Second)
		}
		end := m.oldest(2)
		p.set(func() { p.epoch++ })
		e.Older(convID(2), m.oldest(2))
		time.Sleep(20 * time.Second)
		e.Show(convID(1), nil)
		time.Sleep(10 * time.Second)
		before := p.count(func(c call) bool { return c.id == convID(2) && c.limit == 100 })
		time.Sleep(5 * time.Minute)
		if n := p.count(func(c call) bool { return c.id == convID(2) && c.limit == 100 }) - before; n != 0 {
			t.Errorf("the walk took %d pages more", n)
		}
		e.Show(convID(2), nil)
		time.Sleep(10 * time.Second)
		e.Older(convID(2), m.oldest(2))
		time.Sleep(5 * time.Minute)
		if f := e.Fetching(convID(2)); f.Older || f.Err != "" || m.oldest(2) >= end {
			t.Errorf("the second walk: %+v at %d", f, m.oldest(2))
		}
		within(t, p)
	})
}

func TestAListThatLosesItsPlaceStartsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 300, 30), newMemory()
		p.fail = func(c call) error {
			if c.op == "list" && c.cursor == "200" {
				return failure(api.ErrCursor)
			}
			return nil
		}
		_, stop := start(t, p, m)
		defer stop()
		time.Sleep(30 * time.Second)
		p.set(func() { p.fail = nil })
		time.Sleep(2 * time.Minute)
		if h := m.last(); h.Listed != 300 || h.State != state.HealthLive {
			t.Errorf("health %+v", h)
		}
	})
}

// panicky breaks down over the list.
type panicky struct{ *platform }

func (panicky) Conversations(context.Context, api.PageRequest) (api.Page[api.Conversation], error) {
	panic("no list")
}

func TestAPanicOfAClientIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		p := panicky{newPlatform(t, 40, 3, 30)}
		e := New(Options{Store: m, Feed: state.NewFeed(), Accounts: []Account{{ID: acct, Provider: p}}})
		defer launch(e)()
		time.Sleep(5 * time.Second)
		if h := m.last(); h.State != state.HealthRetrying || !strings.HasSuffix(h.Reason, "a panic with a string") {
			t.Errorf("health %+v", h)
		}
	})
}

// The store learns what people read: what is open, here and in other
// sessions, for as long as it is, also while nothing can be asked, and nothing
// that is only swept.
func TestTheStoreLearnsWhatIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 1, 20, 30), newMemory()
		e, stop := start(t, p, m)
		defer stop()
		time.Sleep(time.Second)
		e.Show(convID(7), []api.ConversationID{convID(8)})
		e.mailboxes[acct].takeIn(acct, []state.Screen{{Open: convID(9)}}, nil)
		for _, err := range []error{nil, &api.Error{Kind: api.ErrAuth}} {
			p.set(func() { p.fail = func(call) error { return err } })
			time.Sleep(time.Hour)
			m.mu.Lock()
			for _, n := range []int{7, 9} {
				if age := time.Since(m.reading[convID(n)]); age > time.Minute {
					t.Errorf("with %v: last learned of %d %v ago", err, n, age)
				}
			}
			if len(m.reading) != 2 {
				t.Errorf("got %v", m.reading)
			}
			m.mu.Unlock()
		}
	})
}
