package syncer

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// within fails if more requests of a class fall into any window of a minute
// than the budget allows.
func within(t *testing.T, p *platform) {
	t.Helper()
	byClass := map[api.Class][]time.Time{}
	for _, c := range p.log() {
		byClass[c.class()] = append(byClass[c.class()], c.at)
	}
	for class, b := range p.traits.Budgets {
		times := byClass[class]
		for i := 0; i+b.Requests < len(times); i++ {
			if d := times[i+b.Requests].Sub(times[i]); d < b.Per {
				t.Fatalf("%s: %d requests within %v", class, b.Requests+1, d)
			}
		}
	}
}

func ids(from, to int) []api.ConversationID {
	var out []api.ConversationID
	for n := from; n <= to; n++ {
		out = append(out, convID(n))
	}
	return out
}

func TestEverythingIsSeenSoonAtAHighPace(t *testing.T) {
	for _, latency := range []time.Duration{0, 50 * time.Millisecond, 250 * time.Millisecond} {
		t.Run(latency.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { freshness(t, latency) })
		})
	}
}

func freshness(t *testing.T, latency time.Duration) {
	p, m := newPlatform(t, 40, 60, 30), newMemory()
	p.latency = latency
	e, stop := start(t, p, m)
	defer stop()
	e.Show(convID(7), ids(31, 60))
	time.Sleep(12 * time.Second)
	if h := m.last(); h.Known != 60 || h.Listed != 60 {
		t.Fatalf("after 12 s %d of %d are read", h.Known, h.Listed)
	}
	e.Show(convID(7), ids(31, 60))
	for n := 1; n <= 60; n++ {
		p.write(n, 1)
		wrote := time.Now()
		time.Sleep(15 * time.Second)
		at, ok := m.seen(n, 31)
		limit := 15 * time.Second
		if n == 7 {
			limit = 3 * time.Second
		}
		if !ok || at.Sub(wrote) > limit {
			t.Errorf("conversation %d: seen %v after %v", n, ok, at.Sub(wrote))
		}
	}
	p.add(61, 1, time.Now())
	time.Sleep(15 * time.Second)
	if _, ok := m.seen(61, 1); !ok {
		t.Error("a new conversation was not read within 15 s")
	}
	within(t, p)
}

func TestAHugeInboxStaysWithinASmallBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 1, 20_000, 30), newMemory()
		p.latency = 200 * time.Millisecond
		e, stop := start(t, p, m)
		defer stop()
		time.Sleep(time.Minute)
		e.Show(convID(19_990), ids(19_961, 20_000))
		began := time.Now()
		time.Sleep(3 * time.Hour)
		within(t, p)
		last, polls, longest := began, 0, time.Duration(0)
		distinct := map[api.ConversationID]bool{}
		visible := map[api.ConversationID]time.Time{}
		for _, c := range p.log() {
			if c.op != "messages" || c.at.Before(began) {
				continue
			}
			distinct[c.id] = true
			if c.id == convID(19_990) {
				longest, last = max(longest, c.at.Sub(last)), c.at
				polls++
			} else if c.id.Remote >= "19961" && len(c.id.Remote) == 5 {
				visible[c.id] = c.at
			}
		}
		if longest > 8*time.Second || polls < 1500 {
			t.Errorf("the open conversation was read %d times, once after %v", polls, longest)
		}
		if len(visible) != 39 {
			t.Errorf("%d of 39 on screen were read", len(visible))
		}
		for id, at := range visible {
			if age := time.Since(at); age > 20*time.Minute {
				t.Errorf("conversation %v on screen was last read %v ago", id, age)
			}
		}
		if len(distinct) < 250 {
			t.Errorf("only %d conversations were read at all", len(distinct))
		}
		if h := m.last(); h.Listed != 20_000 {
			t.Errorf("%d conversations are listed", h.Listed)
		}
	})
}

func TestARestartDoesNotStartOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 30), newMemory()
		e, stop := start(t, p, m)
		e.Show(convID(3), nil)
		time.Sleep(2 * time.Minute)
		stop()
		p.write(3, 1)
		e.Older(convID(3), m.oldest(3))
		before := p.count(func(c call) bool { return c.op == "messages" })
		stop = launch(e)
		defer stop()
		time.Sleep(time.Second)
		if n := p.count(func(c call) bool { return c.op == "messages" }) - before; n > 40 {
			t.Errorf("%d looks in the first second of the second run", n)
		}
		if h := m.last(); h.Known != 60 {
			t.Errorf("%d are known to be read", h.Known)
		}
		time.Sleep(2 * time.Second)
		if _, ok := m.seen(3, 31); !ok {
			t.Error("it has forgotten what is open")
		}
		if n := p.count(func(c call) bool { return c.op == "messages" && c.cursor != "" }); n != 0 {
			t.Error("a request from between the runs was served")
		}
	})
}

func TestOnlyWhatMovedIsReadWhereTheListTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 300, 30), newMemory()
		p.traits.Conversations = api.OrderByActivity
		_, stop := start(t, p, m)
		defer stop()
		time.Sleep(2 * time.Minute)
		before := p.count(func(c call) bool { return c.op == "messages" })
		if before != 300 {
			t.Fatalf("%d looks to begin with", before)
		}
		p.write(5, 1)
		p.write(250, 1)
		time.Sleep(5 * time.Second)
		for _, n := range []int{5, 250} {
			if _, ok := m.seen(n, 31); !ok {
				t.Errorf("conversation %d moved and was not read", n)
			}
		}
		if n := p.count(func(c call) bool { return c.op == "messages" }) - before; n != 2 {
			t.Errorf("%d looks for two that moved", n)
		}
	})
}

func TestWhatMovedIsReadThoughTheFirstAttemptFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 300, 30), newMemory()
		p.traits.Conversations = api.OrderByActivity
		_, stop := start(t, p, m)
		defer stop()
		time.Sleep(2 * time.Minute)
		p.set(func() {
			p.fail = func(c call) error {
				if c.id == convID(5) {
					p.fail = nil
					return failure(api.ErrUnavailable)
				}
				return nil
			}
		})
		p.write(5, 1)
		time.Sleep(10 * time.Second)
		if _, ok := m.seen(5, 31); !ok {
			t.Error("it was not read")
		}
	})
}

func TestPagesOnWhileTheListTellsNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 300, 30), newMemory()
		p.traits.Conversations = api.OrderByActivity
		_, stop := start(t, p, m)
		defer stop()
		time.Sleep(2 * time.Minute)
		for n := 1; n <= 150; n++ {
			p.write(n, 1)
		}
		time.Sleep(30 * time.Second)
		for n := 1; n <= 150; n++ {
			if _, ok := m.seen(n, 31); !ok {
				t.Errorf("conversation %d moved and was not read", n)
			}
		}
	})
}

func TestOpeningIsServedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 1, 500, 30), newMemory()
		p.latency = 300 * time.Millisecond
		e, stop := start(t, p, m)
		defer stop()
		time.Sleep(10 * time.Minute)
		for n := 1; n <= 3; n++ {
			e.Show(convID(n), nil)
			time.Sleep(4 * time.Second)
			if _, ok := m.seen(n, 30); !ok {
				t.Errorf("conversation %d is open for 4 s and was not read", n)
			}
		}
		within(t, p)
	})
}

func TestHungBackgroundRequestsLeaveRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 300), newMemory()
		p.hang = func(c call) bool { return c.op == "messages" && c.id != convID(3) }
		e, stop := start(t, p, m)
		defer stop()
		time.Sleep(10 * time.Second)
		e.Show(convID(3), nil)
		time.Sleep(time.Second)
		if _, ok := m.seen(3, 300); !ok {
			t.Fatal("the open conversation waits for hung requests")
		}
		e.Older(convID(3), m.oldest(3))
		time.Sleep(time.Second)
		if _, ok := m.seen(3, 150); !ok {
			t.Error("history waits for hung requests")
		}
		p.write(3, 1)
		time.Sleep(3 * time.Second)
		if _, ok := m.seen(3, 301); !ok {
			t.Error("the open conversation is not read any more")
		}
		if p.mostBusy > lanes[person] {
			t.Errorf("%d requests at a time", p.mostBusy)
		}
	})
}

func TestAccountsDoNotHoldEachOtherUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good, bad, m := newPlatform(t, 40, 10, 30), newPlatform(t, 40, 10, 30), newMemory()
		bad.hang = func(call) bool { return true }
		e := New(Options{Store: m, Feed: state.NewFeed(), Accounts: []Account{{ID: "bad", Provider: bad}, {ID: acct, Provider: good}}})
		defer launch(e)()
		time.Sleep(5 * time.Second)
		if _, ok := m.seen(10, 30); !ok {
			t.Error("the good account waits for the bad one")
		}
	})
}

func TestCancelStopsPromptly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 30), newMemory()
		p.hang = func(c call) bool { return c.op == "messages" }
		e, stop := start(t, p, m)
		e.Show(convID(1), nil)
		time.Sleep(10 * time.Second)
		if !e.Fetching(convID(1)).Head {
			t.Error("nobody learns that the head is on its way")
		}
		now := time.Now()
		stop()
		if d := time.Since(now); d > 0 {
			t.Errorf("it took %v", d)
		}
		if f := e.Fetching(convID(1)); f.Head {
			t.Errorf("after the end: %+v", f)
		}
	})
}

func TestABrokenStoreIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 5, 30), newMemory()
		m.broken = fmt.Errorf("disk full")
		_, stop := start(t, p, m)
		defer stop()
		time.Sleep(10 * time.Second)
		if n := len(p.log()); n != 0 {
			t.Fatalf("%d requests whose answers have no place", n)
		}
		m.mu.Lock()
		m.broken = nil
		m.mu.Unlock()
		time.Sleep(30 * time.Second)
		if h := m.last(); h.Known != 5 {
			t.Errorf("%d of 5 are read", h.Known)
		}
	})
}
