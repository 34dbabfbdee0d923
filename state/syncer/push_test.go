package syncer

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
)

var orders = map[string]api.Order{"by activity": api.OrderByActivity, "by creation": api.OrderByCreation}

// eachOrder runs a test on a fake clock, with a platform of n conversations that the
// engine has read, once for each order of the list.
func eachOrder(t *testing.T, n int, f func(t *testing.T, p *platform, m *memory, e *Engine)) {
	t.Helper()
	for name, order := range orders {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, m := newPlatform(t, 1, n, 5), newMemory()
				p.traits.Conversations = order
				p.latency = 100 * time.Millisecond
				e, stop := start(t, p, m)
				defer stop()
				time.Sleep(time.Duration(n)*5*time.Second + time.Minute) // reading all of it in
				f(t, p, m, e)
			})
		})
	}
}

func (e *Engine) pushed(n int) {
	e.Push(acct, api.Hints{Conversations: []api.ConversationID{convID(n)}})
}

// arrives is how long after now message k of conversation n is stored.
func arrives(t *testing.T, m *memory, n, k int, most time.Duration) time.Duration {
	t.Helper()
	from := time.Now()
	for time.Since(from) <= most {
		if at, ok := m.seen(n, k); ok {
			return at.Sub(from)
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("message %d of conversation %d is not stored after %v", k, n, most)
	return most
}

// TestPushedMessage: what the platform announces is stored within a second, also in a
// conversation that nobody has seen, twice in a row, and while the budgets are spent on
// everything else.
func TestPushedMessage(t *testing.T) {
	eachOrder(t, 60, func(t *testing.T, p *platform, m *memory, e *Engine) {
		for _, n := range []int{3, 40, 40} {
			p.write(n, 1)
			e.pushed(n)
			arrives(t, m, n, p.messages[convID(n).Remote], time.Second)
			time.Sleep(20 * time.Second)
		}
		p.add(61, 1, time.Now())
		e.pushed(61)
		arrives(t, m, 61, 1, time.Second)
		for range 3 { // three in quick succession, each announced
			p.write(61, 1)
			e.pushed(61)
			time.Sleep(10 * time.Millisecond)
		}
		arrives(t, m, 61, 4, time.Second)
		withinBudgets(t, p)
	})
}

// withinBudgets fails if a budget was exceeded.
func withinBudgets(t *testing.T, p *platform) {
	t.Helper()
	for class, b := range p.traits.Budgets {
		var at []time.Time
		for _, c := range p.log() {
			if c.class() == class {
				at = append(at, c.at)
			}
		}
		for i := range at {
			if j := i + b.Requests; j < len(at) && at[j].Sub(at[i]) < b.Per {
				t.Errorf("%s: more than %d requests in %v", class, b.Requests, at[j].Sub(at[i]))
				return
			}
		}
	}
}

// TestFloodOfAnnouncements: a thousand events a second, true or forged, cost readings
// within the budgets, and leave some for a person.
func TestFloodOfAnnouncements(t *testing.T) {
	eachOrder(t, 20, func(t *testing.T, p *platform, m *memory, e *Engine) {
		for i := range 10_000 {
			e.pushed(i%30 + 1) // a third of them is unknown
			time.Sleep(time.Millisecond)
		}
		e.Show(convID(20), nil)
		asked := time.Now()
		p.write(20, 1)
		arrives(t, m, 20, 6, 5*time.Second)
		t.Logf("the open conversation after %v", time.Since(asked))
		withinBudgets(t, p)
	})
}

// TestPushWidensPolling: an account whose platform announces what is new is asked for a
// tenth, and as usual once announcements are missed, or none come for long.
func TestPushWidensPolling(t *testing.T) {
	eachOrder(t, 60, func(t *testing.T, p *platform, m *memory, e *Engine) {
		hour := func() int {
			before := len(p.log())
			time.Sleep(time.Hour)
			return len(p.log()) - before
		}
		without := hour()
		e.pushed(1)
		with := hour()
		t.Logf("an hour without push: %d requests, with: %d", without, with)
		if with*10 > without {
			t.Errorf("%d requests with push, %d without", with, without)
		}
		time.Sleep(longestSilence) // silence narrows again
		if after := hour(); after < without*9/10 {
			t.Errorf("%d requests after long silence, %d without push", after, without)
		}
		for range 50 {
			e.pushed(1)
			time.Sleep(10 * time.Second)
		}
		time.Sleep(shortestSilence + time.Minute) // sooner where it came often
		if after := hour(); after < without*9/10 {
			t.Errorf("%d requests after unusual silence, %d without push", after, without)
		}
		e.pushed(1)
		time.Sleep(longestSilence - time.Minute)
		e.Reachable(acct) // nothing happens, but something could arrive
		if after := hour(); after*10 > without {
			t.Errorf("%d requests where the way is open, %d without push", after, without)
		}
		withinBudgets(t, p)
	})
}

// TestPushCut: once something is found that was not announced, the customers'
// messages are stored within 15 seconds again.
func TestPushCut(t *testing.T) {
	eachOrder(t, 3, func(t *testing.T, p *platform, m *memory, e *Engine) {
		e.pushed(1)
		time.Sleep(time.Minute)
		p.write(2, 1)
		arrives(t, m, 2, 6, 4*time.Minute) // by the slow sweep
		time.Sleep(announcedWithin + time.Second)
		for k := 7; k < 12; k++ {
			p.write(3, 1)
			took := arrives(t, m, 3, k-1, 15*time.Second)
			time.Sleep(20*time.Second + took)
		}
		p.write(2, 1) // and it comes back
		e.pushed(2)
		arrives(t, m, 2, 7, time.Second)
		before := len(p.log())
		time.Sleep(10 * time.Minute)
		if n := len(p.log()) - before; n > 30 {
			t.Errorf("%d requests in ten minutes after push came back", n)
		}
		withinBudgets(t, p)
	})
}

// TestCutUnnoticed: announcements come, and some do not, which nobody can know. While
// somebody watches the account, a message is stored within 15 seconds all the same: any
// where the list shows what is new, else one in the open conversation.
func TestCutUnnoticed(t *testing.T) {
	eachOrder(t, 60, func(t *testing.T, p *platform, m *memory, e *Engine) {
		for i := range 8 {
			e.pushed(50) // which settles what was missed before
			n := 10 + i
			if p.traits.Conversations == api.OrderByCreation {
				n = 1 + i%2
			}
			e.Show(convID(1+i%2), []api.ConversationID{convID(1), convID(2)})
			time.Sleep(time.Minute + time.Duration(i)*1700*time.Millisecond)
			p.write(n, 1)
			arrives(t, m, n, p.messages[convID(n).Remote], 15*time.Second)
			time.Sleep(announcedWithin / 2)
			e.pushed(n)
		}
		withinBudgets(t, p)
	})
}

// TestTheWayIsShut: where it was tried and nothing arrives, polling is as usual at once,
// until something arrives again.
func TestTheWayIsShut(t *testing.T) {
	eachOrder(t, 3, func(t *testing.T, p *platform, m *memory, e *Engine) {
		e.pushed(1)
		time.Sleep(10 * time.Minute)
		e.Unreachable(acct)
		time.Sleep(time.Second)
		for i := range 3 {
			p.write(2, 1)
			arrives(t, m, 2, 6+i, 15*time.Second)
			time.Sleep(20 * time.Second)
		}
		e.Reachable(acct)
		e.pushed(2)
		time.Sleep(time.Minute)
		before := len(p.log())
		time.Sleep(10 * time.Minute)
		if n := len(p.log()) - before; n > 30 {
			t.Errorf("%d requests in ten minutes after the way is open again", n)
		}
	})
}

// TestLateAnnouncementIsNotMissed: polling may be first.
func TestLateAnnouncementIsNotMissed(t *testing.T) {
	eachOrder(t, 3, func(t *testing.T, p *platform, m *memory, e *Engine) {
		e.pushed(1)
		time.Sleep(time.Minute)
		p.write(2, 1)
		e.Refresh(convID(2))
		arrives(t, m, 2, 6, time.Second)
		time.Sleep(announcedWithin / 2)
		e.pushed(2)
		time.Sleep(time.Minute)
		before := len(p.log())
		time.Sleep(10 * time.Minute)
		if n := len(p.log()) - before; n > 30 {
			t.Errorf("%d requests in ten minutes", n)
		}
	})
}

// TestChannelProblem: how a channel is, by the platform's announcements, is said
// while the account is well otherwise.
func TestChannelProblem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 10, 1, 1), newMemory()
		p.channels = []api.Channel{{ID: api.ChannelID{Account: acct, Remote: "77"}, Kind: "whatsapp"}}
		p.traits.Rules = map[api.ChannelKind]api.ChannelRules{"whatsapp": {Title: "WhatsApp"}}
		e, stop := start(t, p, m)
		defer stop()
		time.Sleep(time.Minute)
		for _, step := range []struct{ channel, problem, want string }{
			{"77", "the phone is offline", "WhatsApp: the phone is offline"},
			{"78", "it is disconnected", "WhatsApp: the phone is offline"}, // no channel of ours
			{"77", "", ""},
		} {
			e.Push(acct, api.Hints{Channels: []api.ChannelState{{Channel: api.ChannelID{Account: acct, Remote: step.channel}, Problem: step.problem}}})
			time.Sleep(time.Second)
			if got := m.last().Reason; got != step.want {
				t.Errorf("after %+v: %q", step, got)
			}
		}
	})
}

// TestMostUnknown: forged ids are not remembered without end.
func TestMostUnknown(t *testing.T) {
	now := time.Now()
	p := settled(now, 1)
	for n := range 10 * mostUnknown {
		p.announced(api.Hints{Conversations: []api.ConversationID{{Account: acct, Remote: fmt.Sprint("forged", n)}}}, now)
	}
	if len(p.push.unknown) != mostUnknown || len(p.push.named) != 0 {
		t.Errorf("%d unknown, %d named", len(p.push.unknown), len(p.push.named))
	}
}
