package syncer

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// A platform that asks for a day is asked again after an hour, and at once where a
// person wants it; each time with one request.
func TestADayOfSilenceIsNotTakenAtItsWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 60, 30), newMemory()
		tried := 0
		e := New(Options{Store: m, Feed: state.NewFeed(), Accounts: []Account{{ID: acct, Provider: p}}, Refreshed: func(id api.AccountID) {
			if id == acct {
				tried++
			}
		}})
		defer launch(e)()
		time.Sleep(30 * time.Second)
		p.set(func() {
			p.fail = func(call) error { return &api.Error{Kind: api.ErrRateLimited, Retry: 23 * time.Hour} }
		})
		time.Sleep(30 * time.Second)
		limited := time.Now()
		h := m.last()
		if wait := time.Until(h.NextTry); h.State != state.HealthRetrying || wait > state.LongestWait || wait < state.LongestWait/2 || !strings.Contains(h.Reason, "23 h") {
			t.Errorf("again in %v: %+v", wait, h)
		}
		time.Sleep(5*time.Hour + 20*time.Minute)
		if n := len(p.since(limited)); n < 4 || n > 6 {
			t.Errorf("asked %d times in five hours", n)
		}
		before := time.Now()
		time.Sleep(time.Millisecond)
		e.Refresh(api.ConversationID{})
		time.Sleep(time.Second)
		if n := len(p.since(before)); n != 1 || tried != 1 {
			t.Errorf("a person wants it tried: %d requests, %d told", n, tried)
		}
		p.set(func() { p.fail = nil })
		e.Refresh(api.ConversationID{})
		time.Sleep(5 * time.Second)
		if h := m.last(); h.State != state.HealthLive {
			t.Errorf("when it answers again: %+v", h)
		}
	})
}
