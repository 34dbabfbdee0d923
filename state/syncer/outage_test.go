package syncer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// shown prints figures with -v.
func shown(t *testing.T, format string, args ...any) { t.Helper(); t.Logf(format, args...) }

// busiest is the largest number of the given moments in a stretch of time.
func busiest(at []time.Time, per time.Duration) int {
	slices.SortFunc(at, time.Time.Compare)
	most, from := 0, 0
	for i := range at {
		for at[i].Sub(at[from]) >= per {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

// since are the moments of the calls after a time.
func (p *platform) since(from time.Time) []time.Time {
	var at []time.Time
	for _, c := range p.log() {
		if c.at.After(from) {
			at = append(at, c.at)
		}
	}
	return at
}

// TestTheReturnFromAnOutageIsNoStorm: an hour without a line on an account of
// 20,000 conversations, in 200 of which somebody writes meanwhile. What a
// person looks at comes first, and everything within a stated time.
func TestTheReturnFromAnOutageIsNoStorm(t *testing.T) {
	for _, c := range []struct {
		name       string
		order      api.Order
		size, pace int
		within     time.Duration
	}{
		{"the list shows what moved", api.OrderByActivity, 20_000, 4, 8 * time.Minute},
		{"every conversation has to be asked", api.OrderByCreation, 5000, 40, 30 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			if Raced || !*Full {
				c.size /= 10
			}
			synctest.Test(t, func(t *testing.T) { outage(t, c.order, c.size, c.pace, c.within) })
		})
	}
}

func outage(t *testing.T, order api.Order, size, pace int, limit time.Duration) {
	const wrote = 200
	p, m := newPlatform(t, pace, size, 30), newMemory()
	p.traits.Conversations, p.latency = order, 100*time.Millisecond
	for _, id := range ids(1, size) { // all was read a while ago
		m.heads[id] = state.Head{ID: id, Checked: time.Now(), Active: time.Now().Add(-48 * time.Hour)}
	}
	e, stop := start(t, p, m)
	defer stop()
	open, visible := convID(17), ids(11, 40)
	e.Show(open, visible)
	time.Sleep(5 * time.Minute)
	p.set(func() { p.fail = func(call) error { return failure(api.ErrUnavailable) } })
	began := time.Now()
	time.Sleep(time.Hour)
	for n := 1; n <= wrote; n++ {
		p.write(n, 1)
	}
	during := len(p.since(began))
	if during > 100 {
		t.Errorf("%d requests in an hour without a line", during)
	}
	p.set(func() { p.fail = nil })
	back := time.Now()
	time.Sleep(limit + 90*time.Second)
	first := time.Duration(0)
	for n := 1; n <= wrote; n++ {
		at, ok := m.seen(n, 31)
		if !ok || at.Sub(back) > limit+75*time.Second {
			t.Errorf("what was written in conversation %d: seen %v after %v", n, ok, at.Sub(back))
		}
		if n == 17 {
			first = at.Sub(back)
		}
	}
	last := time.Duration(0)
	for n := 1; n <= wrote; n++ {
		at, _ := m.seen(n, 31)
		last = max(last, at.Sub(back))
	}
	if first > 80*time.Second {
		t.Errorf("the open conversation was read %v after the return", first)
	}
	within(t, p)
	minute := busiest(p.since(back), time.Minute)
	shown(t, "an hour out: %d requests; back: the open conversation after %v, %d new messages after %v, at most %d requests in a minute (allowed %d), %d in a second",
		during, first.Round(time.Second), wrote, last.Round(time.Second), minute, 30*pace, busiest(p.since(back), time.Second))
}

// TestManyProgramsDoNotReturnAtTheSameSecond: a hundred programs on a platform
// that comes back after an hour.
func TestManyProgramsDoNotReturnAtTheSameSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all []*platform
		for range 100 {
			p := newPlatform(t, 1, 20, 30)
			p.traits.Conversations = api.OrderByActivity
			_, stop := start(t, p, newMemory())
			defer stop()
			all = append(all, p)
		}
		time.Sleep(10 * time.Minute)
		for _, p := range all {
			p.set(func() { p.fail = func(call) error { return failure(api.ErrUnavailable) } })
		}
		time.Sleep(time.Hour)
		back := time.Now()
		for _, p := range all {
			p.set(func() { p.fail = nil })
		}
		time.Sleep(2 * time.Minute)
		var first, every []time.Time
		for _, p := range all {
			at := p.since(back)
			first, every = append(first, at[0]), append(every, at...)
		}
		peak := busiest(first, time.Second)
		if peak > 12 {
			t.Errorf("%d of 100 programs came back within one second", peak)
		}
		shown(t, "100 programs: at most %d come back within a second, %d requests in the fullest second, the last is back after %v",
			peak, busiest(every, time.Second), slices.MaxFunc(first, time.Time.Compare).Sub(back).Round(time.Second))
	})
}

// TestAWakeIsAReturn: the machine sleeps for eight hours in the middle of a
// pause and of requests that will never be answered.
func TestAWakeIsAReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 30), newMemory()
		p.traits.Conversations = api.OrderByActivity
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(17), ids(11, 40))
		time.Sleep(5 * time.Minute)
		p.set(func() { p.hang = func(call) bool { return true } })
		time.Sleep(10 * time.Second) // requests hang on connections that die in the sleep
		p.set(func() { p.hang = nil })
		p.write(17, 1)
		p.write(3, 1)
		woke := time.Now()
		e.Wake(8 * time.Hour)
		time.Sleep(2500 * time.Millisecond)
		if f := e.Fetching(convID(17)); f.Err != "" {
			t.Errorf("the open conversation says %q", f.Err)
		}
		if at, ok := m.seen(17, 31); !ok || at.Sub(woke) > 2500*time.Millisecond {
			t.Errorf("the open conversation: seen %v after %v", ok, at.Sub(woke))
		}
		if n := p.count(func(c call) bool { return c.op == "identify" && c.at.After(woke) }); n != 1 {
			t.Errorf("asked %d times who we are", n)
		}
		time.Sleep(2 * time.Second)
		if _, ok := m.seen(3, 31); !ok {
			t.Error("what was written elsewhere was not seen")
		}
		within(t, p)
	})
}

func TestAWakeEndsAPauseButNotTheOneThePlatformAskedFor(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		asked, slept, want time.Duration
	}{{0, time.Hour, wakeSpread / 2}, {10 * time.Minute, time.Hour, wakeSpread / 2}, {45 * time.Minute, 15 * time.Minute, 30 * time.Minute}} {
		h := health{}
		err := &api.Error{Kind: api.ErrRateLimited, Retry: c.asked}
		h.limited(now, 0, err, 0)
		h.wake(now, c.slept, 0.5)
		if got := h.resume.Sub(now); (got-c.want).Abs() > time.Second || !h.NextTry.Equal(h.resume) {
			t.Errorf("asked for %v, slept %v: goes on in %v, want %v", c.asked, c.slept, got, c.want)
		}
	}
}

// TestAFixedAccountComesBackByItself: paid, unlocked or allowed again, while
// nobody presses a key.
func TestAFixedAccountComesBackByItself(t *testing.T) {
	for kind, most := range map[api.ErrKind]int{api.ErrAuth: 20, api.ErrPayment: 20, api.ErrForbidden: 850} {
		synctest.Test(t, func(t *testing.T) {
			p, m := newPlatform(t, 4, 60, 30), newMemory()
			e, stop := start(t, p, m)
			defer stop()
			e.Show(convID(3), ids(1, 30))
			time.Sleep(time.Minute)
			p.set(func() { p.fail = func(call) error { return failure(kind) } })
			broke := time.Now()
			time.Sleep(10 * time.Hour)
			asked := len(p.since(broke))
			if h := m.last(); h.State == state.HealthLive || h.Reason != api.Explain(failure(kind)) || time.Since(h.LastOK) < 9*time.Hour {
				t.Errorf("kind %d: %+v", kind, h)
			}
			p.set(func() { p.fail = nil })
			p.write(3, 1)
			repaired := time.Now()
			time.Sleep(lastProbe + lastProbe/4)
			at, ok := m.seen(3, 31)
			if h := m.last(); !ok || h.State != state.HealthLive || h.Reason != "" || !h.NextTry.IsZero() {
				t.Errorf("kind %d, repaired: seen %v, %+v", kind, ok, h)
			}
			shown(t, "kind %d: %d requests in 10 hours, back %v after it was repaired", kind, asked, at.Sub(repaired).Round(time.Minute))
			if asked > most {
				t.Errorf("kind %d: %d requests in 10 hours", kind, asked)
			}
		})
	}
}

// TestConversationsThatMayNotBeRead: the list works, and every conversation is
// refused. The account stays, says so, and asks for hardly any.
func TestConversationsThatMayNotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 2000, 30), newMemory()
		p.fail = func(c call) error {
			if c.op == "messages" {
				return failure(api.ErrForbidden)
			}
			return nil
		}
		_, stop := start(t, p, m)
		defer stop()
		time.Sleep(time.Hour)
		if n := p.count(func(c call) bool { return c.op == "messages" }); n > 60 {
			t.Errorf("%d conversations were asked for in an hour", n)
		}
		if h := m.last(); h.State != state.HealthLive || h.Reason != barred {
			t.Errorf("%+v", h)
		}
		p.set(func() { p.fail = nil })
		time.Sleep(10 * time.Minute)
		if h := m.last(); h.Known < 1000 || h.Reason != "" {
			t.Errorf("when it may: %+v", h)
		}
	})
}

func TestClocksThatDoNotAgree(t *testing.T) {
	for ahead, want := range map[time.Duration]string{
		0: "", time.Minute: "", -time.Minute: "", 10 * time.Minute: "10 min behind", -3*time.Hour - time.Minute: "3 h ahead of", 48 * time.Hour: "48 h behind",
	} {
		if got := clocks(ahead); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%v: %q", ahead, fmt.Sprint(got))
		}
	}
}

// renewing is a platform whose credential can be read again.
type renewing struct {
	*platform
	renew func() error
}

func (r renewing) Renew(context.Context) error { return r.renew() }

// TestARefusedCredentialIsReadAgainOnRequest: ctrl+r reads it again, and says why
// where that fails; asking again by itself does not.
func TestARefusedCredentialIsReadAgainOnRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 30), newMemory()
		p.fail = func(call) error { return failure(api.ErrAuth) }
		renewed, locked := 0, error(&api.Error{Kind: api.ErrAuth, Hint: "the file is locked"})
		r := renewing{p, func() error { renewed++; return locked }}
		e := New(Options{Store: m, Feed: state.NewFeed(), Accounts: []Account{{ID: acct, Provider: r}}})
		defer launch(e)()
		time.Sleep(20 * time.Minute)
		if h := m.last(); renewed != 0 || h.State != state.HealthStopped {
			t.Errorf("read again %d times by itself: %+v", renewed, h)
		}
		e.Refresh(api.ConversationID{})
		time.Sleep(time.Second)
		if h := m.last(); renewed != 1 || h.State != state.HealthStopped || h.Reason != "the file is locked" {
			t.Errorf("read again %d times: %+v", renewed, h)
		}
		locked = nil
		p.set(func() { p.fail = nil })
		e.Refresh(api.ConversationID{})
		time.Sleep(3 * time.Second)
		if h := m.last(); renewed != 2 || h.State != state.HealthLive {
			t.Errorf("read again %d times: %+v", renewed, h)
		}
	})
}
