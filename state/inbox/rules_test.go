package inbox

import (
	"testing"

	"unibox/api"
	"unibox/state"
)

func TestMessages(t *testing.T) {
	for _, c := range []struct {
		m                   api.Message
		asks, ours, answers bool
	}{
		{api.Message{Direction: api.Inbound}, true, false, false},
		{api.Message{Direction: api.Inbound, Kind: api.KindUnknown}, true, false, false},
		{api.Message{Direction: api.Inbound, Kind: api.KindEvent}, false, false, false},
		{api.Message{Direction: api.Outbound, Delivery: api.DeliverySent}, false, true, true},
		{api.Message{Direction: api.Outbound, Delivery: api.DeliveryFailed}, false, true, false},
		{api.Message{Direction: api.Outbound, Delivery: api.DeliveryScheduled}, false, true, false},
		{api.Message{Direction: api.Outbound, Kind: api.KindEvent}, false, false, false},
	} {
		if Asks(c.m) != c.asks || Ours(c.m) != c.ours || Answers(c.m) != c.answers {
			t.Errorf("%+v: asks %v, ours %v, answers %v", c.m, Asks(c.m), Ours(c.m), Answers(c.m))
		}
	}
}

func at(p state.Pos) api.Opt[state.Pos] { return api.Known(p) }

// N8: what is done comes back when the customer writes.
func TestDoneEndsWithTheCustomersNextMessage(t *testing.T) {
	for name, c := range map[string]struct {
		f    Facts
		done bool
	}{
		"nothing said":                      {Facts{LastIn: 5}, false},
		"done here":                         {Facts{LastIn: 5, DoneAt: at(5)}, true},
		"done, and the customer wrote":      {Facts{LastIn: 6, DoneAt: at(5)}, false},
		"archived there":                    {Facts{LastIn: 5, Archived: true}, true},
		"archived, done, and one wrote":     {Facts{LastIn: 6, DoneAt: at(5), Archived: true}, false},
		"closed there":                      {Facts{LastIn: 5, Closed: true}, true},
		"closed, whatever was written here": {Facts{LastIn: 6, DoneAt: at(5), Closed: true}, true},
	} {
		if got := c.f.Done(0); got != c.done {
			t.Errorf("%s: done %v", name, got)
		}
	}
}

func TestSnoozeEndsWithTheClockOrTheCustomer(t *testing.T) {
	f := Facts{LastIn: 5, Snoozed: 100, SnoozedAt: 5}
	if !f.IsSnoozed(99) || f.IsSnoozed(100) || f.Queued(99) || !f.Queued(100) {
		t.Error("the clock does not end it")
	}
	if f.LastIn = 6; f.IsSnoozed(99) {
		t.Error("the customer does not end it")
	}
	if (Facts{Muted: true}).Queued(0) || (Facts{Closed: true}).Queued(0) || !(Facts{}).Queued(0) {
		t.Error("muted and done conversations are queued, or others are not")
	}
}

// N5: who waits is whom we owe a word.
func TestWaiting(t *testing.T) {
	for name, c := range map[string]struct {
		f     Facts
		since int64
		waits bool
	}{
		"nothing known":                         {Facts{}, 0, false},
		"the customer spoke last":               {Facts{Newest: 5, Waiting: 50}, 50, true},
		"answered":                              {Facts{Newest: 5}, 0, false},
		"an answer is on its way":               {Facts{Newest: 5, Waiting: 50, Answered: 51}, 50, false},
		"an answer to what came before":         {Facts{Newest: 5, Waiting: 50, Answered: 50}, 50, true},
		"blocked":                               {Facts{Newest: 5, Waiting: 50, Blocked: true}, 50, false},
		"opted out":                             {Facts{Newest: 5, Waiting: 50, OptedOut: true}, 50, false},
		"by the list alone":                     {Facts{Unanswered: true, Active: 70}, 70, true},
		"what is stored counts before a list's": {Facts{Newest: 5, Unanswered: true, Active: 70}, 0, false},
	} {
		if c.f.Since() != c.since || c.f.Waits() != c.waits {
			t.Errorf("%s: since %d, waits %v", name, c.f.Since(), c.f.Waits())
		}
	}
}

// Whatever was said before, a customer whose message of ours is not out waits.
func TestNothingHidesWhoseReplyIsNotOut(t *testing.T) {
	hides := map[string]func(*Facts){
		"nothing":              func(*Facts) {},
		"done here":            func(f *Facts) { f.DoneAt = at(5) },
		"archived":             func(f *Facts) { f.Archived, f.DoneAt = true, at(5) },
		"archived there":       func(f *Facts) { f.Archived = true },
		"closed":               func(f *Facts) { f.Closed = true },
		"snoozed":              func(f *Facts) { f.Snoozed, f.SnoozedAt = 1000, 5 },
		"muted":                func(f *Facts) { f.Muted = true },
		"read":                 func(f *Facts) { f.ReadUpTo, f.ReadWhen = at(5), 90 },
		"answered there":       func(f *Facts) { f.Waiting = 0 },
		"answered by the list": func(f *Facts) { f.Newest, f.LastIn, f.Waiting = 0, 0, 0 },
		"another on its way":   func(f *Facts) { f.Answered = 80 },
		"blocked":              func(f *Facts) { f.Blocked = true },
		"opted out":            func(f *Facts) { f.OptedOut = true },
		"all of it": func(f *Facts) {
			*f = Facts{Newest: 5, LastIn: 5, DoneAt: at(5), Archived: true, Closed: true, Muted: true, Snoozed: 1000, SnoozedAt: 5, OptedOut: true}
		},
		"nothing is stored yet": func(f *Facts) { *f = Facts{} },
	}
	for name, hide := range hides {
		f := Facts{Newest: 5, LastIn: 5, Waiting: 50}
		hide(&f)
		f.NotOut = 70
		if !f.Waits() || !f.Queued(99) || f.Done(99) || f.IsSnoozed(99) || f.Since() == 0 || f.Since() > 70 {
			t.Errorf("%s: waits %v, queued %v, done %v, snoozed %v, since %d", name, f.Waits(), f.Queued(99), f.Done(99), f.IsSnoozed(99), f.Since())
		}
	}
}

// N2, N15: what is unread, also by hand.
func TestUnread(t *testing.T) {
	for name, c := range map[string]struct {
		f    Facts
		want int
	}{
		"counted":                               {Facts{Unread: 3}, 3},
		"the platform calls it unread":          {Facts{SaidUnread: true, UnreadWhen: 9}, 1},
		"and more is counted":                   {Facts{Unread: 3, SaidUnread: true}, 3},
		"read here before that":                 {Facts{Newest: 5, ReadUpTo: at(5), ReadWhen: 8, SaidUnread: true, UnreadWhen: 9}, 1},
		"read here since":                       {Facts{Newest: 5, ReadUpTo: at(5), ReadWhen: 10, SaidUnread: true, UnreadWhen: 9}, 0},
		"read here, but not to the end":         {Facts{Newest: 6, ReadUpTo: at(5), ReadWhen: 10, SaidUnread: true, UnreadWhen: 9}, 1},
		"the agent calls it unread":             {Facts{Read: api.Known(false)}, 1},
		"the agent calls it read":               {Facts{Unread: 3, LastIn: 5, Read: api.Known(true), ReadAt: 5}, 0},
		"and the customer wrote since":          {Facts{Unread: 3, LastIn: 6, Read: api.Known(true), ReadAt: 5}, 3},
		"the agent's word counts over a list's": {Facts{LastIn: 5, SaidUnread: true, Read: api.Known(true), ReadAt: 5}, 0},
	} {
		if got := c.f.UnreadNow(); got != c.want {
			t.Errorf("%s: %d unread", name, got)
		}
	}
}
