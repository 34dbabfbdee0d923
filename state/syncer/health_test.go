package syncer

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

func failure(kind api.ErrKind) error { return &api.Error{Kind: kind, Platform: "fake", Op: "ask"} }

func TestHealthCountsABurstOnce(t *testing.T) {
	now := time.Now()
	h := health{}
	for range 5 {
		h.failed(now, 0, failure(api.ErrUnavailable), true, 0.5)
	}
	if want := now.Add(time.Second); h.State != state.HealthRetrying || !h.resume.Equal(want) {
		t.Fatalf("five at a time: %v until %v, want %v", h.State, h.resume, want)
	}
	h.succeeded(now, 0)
	if h.State != state.HealthRetrying {
		t.Error("an answer from before the pause ended it")
	}
	h.failed(now, 1, failure(api.ErrUnavailable), true, 0.5)
	if want := now.Add(2 * time.Second); !h.resume.Equal(want) {
		t.Errorf("the next: until %v, want %v", h.resume, want)
	}
	if !h.succeeded(now, 2) || h.State != state.HealthLive || h.Reason != "" || h.fails != 0 {
		t.Errorf("recovered as %+v", h)
	}
}

func TestHealthForgivesOneConversation(t *testing.T) {
	h := health{}
	h.succeeded(time.Now(), 0)
	h.failed(time.Now(), 0, failure(api.ErrUnavailable), false, 0.5)
	if h.State != state.HealthLive {
		t.Error("one conversation's failure paused the account")
	}
	h.failed(time.Now(), 0, failure(api.ErrUnavailable), false, 0.5)
	if h.State != state.HealthRetrying {
		t.Error("two in a row did not")
	}
}

func TestADeadPlatformIsAskedLessAndLess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 30), newMemory()
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(3), ids(1, 30))
		time.Sleep(30 * time.Second)
		p.set(func() { p.fail = func(call) error { return failure(api.ErrUnavailable) } })
		before := len(p.log())
		time.Sleep(10 * time.Minute)
		if n := len(p.log()) - before; n > 30 {
			t.Errorf("a dead platform was asked %d times in 10 minutes", n)
		}
		h := m.last()
		if h.State != state.HealthRetrying || h.NextTry.Before(time.Now()) || h.Reason != api.Explain(failure(api.ErrUnavailable)) {
			t.Errorf("health %+v", h)
		}
		p.set(func() { p.fail = nil })
		p.write(3, 1)
		e.Refresh(api.ConversationID{})
		time.Sleep(3 * time.Second)
		if _, ok := m.seen(3, 31); !ok {
			t.Error("a refresh did not end the waiting")
		}
		time.Sleep(12 * time.Second)
		if h := m.last(); h.State != state.HealthLive || !h.NextTry.IsZero() || h.Reason != "" {
			t.Errorf("health %+v", h)
		}
		within(t, p)
	})
}

func TestRecoveryComesByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 30), newMemory()
		p.fail = func(call) error { return errors.New("connection refused") }
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(3), ids(1, 30))
		time.Sleep(10 * time.Minute)
		p.set(func() { p.fail = nil })
		time.Sleep(75 * time.Second)
		if h := m.last(); h.State != state.HealthLive || h.Known != 60 {
			t.Errorf("health %+v", h)
		}
	})
}

func TestTheOpenConversationIsReadSoonAfterAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 30), newMemory()
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(3), ids(1, 30))
		time.Sleep(30 * time.Second)
		p.set(func() { p.fail = func(call) error { return failure(api.ErrUnavailable) } })
		time.Sleep(10 * time.Minute)
		p.write(3, 1)
		p.set(func() { p.fail = nil })
		asked := len(p.log())
		for range 75 {
			if len(p.log()) > asked {
				break
			}
			time.Sleep(time.Second)
		}
		time.Sleep(3 * time.Second)
		if _, ok := m.seen(3, 31); !ok {
			t.Error("it was not read within 4 s of the first answer")
		}
	})
}

func TestARequestThatNeverEndsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 30), newMemory()
		p.hang = func(c call) bool { return c.id == convID(3) }
		_, stop := start(t, p, m)
		defer stop()
		time.Sleep(30 * time.Second)
		p.set(func() { p.hang = nil })
		time.Sleep(45 * time.Second)
		if _, ok := m.seen(3, 30); !ok {
			t.Error("its conversation was not asked for again")
		}
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 30), newMemory()
		p.latency = 100 * time.Millisecond
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(3), ids(1, 30))
		time.Sleep(30 * time.Second)
		var limited time.Time
		p.set(func() {
			p.fail = func(c call) error {
				if c.id == convID(3) && limited.IsZero() {
					limited = time.Now()
					return &api.Error{Kind: api.ErrRateLimited, Retry: 20 * time.Second}
				}
				return nil
			}
		})
		for range 30 {
			e.Refresh(api.ConversationID{})
			time.Sleep(time.Second)
		}
		after := 0
		for _, c := range p.log() {
			switch since := c.at.Sub(limited); {
			case since > 100*time.Millisecond && since < 20*time.Second:
				t.Errorf("asked %v after the platform asked for 20 s", since)
			case since > 0:
				after++
			}
		}
		if limited.IsZero() || after == 0 {
			t.Error("it did not go on")
		}
	})
}

func TestARefusedTokenStopsUntilSomebodyRefreshes(t *testing.T) {
	for _, kind := range []api.ErrKind{api.ErrAuth, api.ErrPayment} {
		synctest.Test(t, func(t *testing.T) {
			p, m := newPlatform(t, 40, 60, 300), newMemory()
			e, stop := start(t, p, m)
			defer stop()
			e.Show(convID(3), nil)
			time.Sleep(30 * time.Second)
			p.set(func() { p.fail = func(call) error { return failure(kind) } })
			time.Sleep(15 * time.Second)
			before := len(p.log())
			time.Sleep(time.Hour)
			if n := len(p.log()) - before; n > 3 || n != p.count(func(c call) bool { return c.op == "identify" })-1 {
				t.Errorf("%d requests in an hour with a token that was refused", n)
			}
			why := api.Explain(failure(kind))
			if h := m.last(); h.State != state.HealthStopped || h.Reason != why || h.NextTry.Before(time.Now()) {
				t.Errorf("health %+v", h)
			}
			e.Older(convID(3), m.oldest(3))
			time.Sleep(time.Second)
			if f := e.Fetching(convID(3)); f.Older || f.Err != why {
				t.Errorf("a request is answered by %+v", f)
			}
			p.set(func() { p.fail = nil })
			e.Refresh(api.ConversationID{})
			time.Sleep(3 * time.Second)
			if h := m.last(); h.State != state.HealthLive {
				t.Errorf("after a refresh: %+v", h)
			}
			if f := e.Fetching(convID(3)); f.Err != "" {
				t.Errorf("and still: %+v", f)
			}
		})
	}
}

func TestAMissingConversationIsSkippedAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 30), newMemory()
		p.fail = func(c call) error {
			if c.id == convID(3) {
				return failure(api.ErrNotFound)
			}
			return nil
		}
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(3), ids(1, 30))
		time.Sleep(time.Minute)
		if n := p.count(func(c call) bool { return c.id == convID(3) }); n != 1 {
			t.Errorf("asked for %d times", n)
		}
		if f := e.Fetching(convID(3)); f.Head || f.Err != api.Explain(failure(api.ErrNotFound)) {
			t.Errorf("got %+v", f)
		}
		if h := m.last(); h.State != state.HealthLive || h.Known != 59 {
			t.Errorf("health %+v", h)
		}
		p.set(func() { p.fail = nil })
		time.Sleep(6 * time.Minute)
		if f := e.Fetching(convID(3)); f.Err != "" || m.last().Known != 60 {
			t.Errorf("when it is back: %+v", f)
		}
	})
}

func TestABrokenConversationHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 30), newMemory()
		p.fail = func(c call) error {
			if c.id == convID(3) {
				return failure(api.ErrUnavailable)
			}
			return nil
		}
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(5), ids(1, 30))
		time.Sleep(15 * time.Second)
		for n := 10; n < 20; n++ {
			p.write(n, 1)
		}
		time.Sleep(15 * time.Second)
		for n := 10; n < 20; n++ {
			if _, ok := m.seen(n, 31); !ok {
				t.Errorf("conversation %d waits", n)
			}
		}
		time.Sleep(10 * time.Minute)
		if n := p.count(func(c call) bool { return c.id == convID(3) }); n > 25 {
			t.Errorf("asked for %d times", n)
		}
	})
}

func TestABrokenListLeavesMessagesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 8, 60, 30), newMemory()
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(5), nil)
		time.Sleep(15 * time.Second)
		p.set(func() {
			p.fail = func(c call) error {
				if c.op != "messages" {
					return failure(api.ErrNotFound)
				}
				return nil
			}
		})
		time.Sleep(70 * time.Minute)
		if n := p.count(func(c call) bool { return c.op == "list" }); n > 200 {
			t.Errorf("the list was asked for %d times", n)
		}
		p.write(5, 1)
		time.Sleep(5 * time.Second)
		if _, ok := m.seen(5, 31); !ok {
			t.Error("the open conversation waits for the list")
		}
	})
}

func TestAListThatLeadsInACircle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 300, 30), newMemory()
		p.ignore = true
		_, stop := start(t, p, m)
		defer stop()
		time.Sleep(5 * time.Minute)
		if n := p.count(func(c call) bool { return c.op == "list" }); n > 45 {
			t.Errorf("the list was asked for %d times", n)
		}
		h := m.last()
		if h.State != state.HealthLive || !strings.Contains(h.Unended, "leads back") || h.Known != 100 {
			t.Errorf("health %+v", h)
		}
	})
}

func TestHealthIsSavedSparingly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 30), newMemory()
		_, stop := start(t, p, m)
		defer stop()
		time.Sleep(time.Minute)
		m.mu.Lock()
		before := len(m.health)
		m.mu.Unlock()
		time.Sleep(time.Minute)
		m.mu.Lock()
		n := len(m.health)
		m.mu.Unlock()
		if before > 65 || n-before > 5 { // what was read grows in the first, and nothing in the second
			t.Errorf("saved %d times in a minute, %d in the next", before, n-before)
		}
		if age := time.Since(m.last().LastOK); age > ageEvery+3*time.Second {
			t.Errorf("the last answer is said to be %v old", age)
		}
	})
}

// An error of our own store is nothing that the platform can be blamed for; the
// account rests all the same.
func TestAStoreThatFailsIsNotThePlatformsFault(t *testing.T) {
	h := health{}
	h.State = state.HealthLive
	now := time.Now()
	err := fmt.Errorf("file a page: %w", &state.StoreError{What: "the disk is full", Err: state.ErrNoRoom})
	h.failed(now, 0, err, true, 0)
	if h.State != state.HealthLive || h.Reason != "" || !h.resume.After(now) {
		t.Errorf("%+v", h)
	}
}
