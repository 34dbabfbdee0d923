package inbox

import (
	"slices"
	"testing"

	"unibox/state"
)

const hour = int64(3600_000_000)

// N7: who is next. Names are in the order that they are to come up in.
func TestWhoIsNext(t *testing.T) {
	const now = 100 * hour
	waits := func(since int64) Facts { return Facts{Newest: 5, LastIn: 5, Waiting: since} }
	with := func(f Facts, set func(*Facts)) Facts { set(&f); return f }
	due := func(since int64) int64 { return since + hour/2 }
	want := []struct {
		name string
		f    Facts
	}{
		{"its window ends in 10 minutes", with(waits(99*hour), func(f *Facts) { f.FreeUntil = now + hour/6 })},
		{"skipped before its window came to its last hour", with(waits(80*hour), func(f *Facts) { f.FreeUntil, f.Skipped, f.SkippedAt = now+hour/3, now-hour, 5 })},
		{"its window ends in an hour", with(waits(90*hour), func(f *Facts) { f.FreeUntil = now + hour })},
		{"waits since yesterday, the window has ended", with(waits(70*hour), func(f *Facts) { f.FreeUntil = now - 1 })},
		{"came back before its answer was due", with(Facts{Newest: 5, LastIn: 4}, func(f *Facts) { f.Snoozed, f.SnoozedAt = 98*hour, 5 })},
		{"waits for longer", waits(98 * hour)},
		{"waits", with(waits(99*hour), func(f *Facts) { f.FreeUntil = now + 2*hour })},
		{"skipped, and wrote again since", with(waits(99*hour+1), func(f *Facts) { f.Skipped, f.SkippedAt = now-1, 4 })},
		{"skipped", with(waits(10*hour), func(f *Facts) { f.Skipped, f.SkippedAt = now-2, 5 })},
		{"skipped later, in its last hour", with(waits(10*hour), func(f *Facts) { f.Skipped, f.SkippedAt, f.FreeUntil = now-1, 5, now+hour/10 })},
	}
	places := make([]Place, len(want))
	for i, c := range want {
		if !c.f.InQueue(now) {
			t.Errorf("%s: is not in the queue", c.name)
		}
		places[i] = c.f.Place(now, due)
	}
	if !slices.IsSortedFunc(places, Place.Compare) {
		for i, c := range want {
			t.Errorf("%+v %s", places[i], c.name)
		}
	}
}

// N10, N11, N12: what ends a snooze of each kind before its time, and who is back after it.
func TestWhatComesBack(t *testing.T) {
	for kind, c := range map[state.SnoozeKind]struct {
		thanked, wrote   bool // hidden after a bare thanks, and after something else
		backThen, backIf bool // back at its time, and back if the customer has written
	}{
		state.SnoozePlain:   {false, false, true, false},
		state.SnoozeFirm:    {true, false, true, false},
		state.SnoozeSilent:  {false, false, true, false},
		state.SnoozePromise: {false, false, true, true},
	} {
		f := Facts{Newest: 5, LastIn: 5, Snoozed: 100, SnoozedAt: 5, SnoozeKind: kind, Muted: true, Closed: true}
		if !f.IsSnoozed(99) || f.Back(99) || f.IsSnoozed(100) || f.Back(100) != c.backThen || f.InQueue(100) != c.backThen || f.Done(100) {
			t.Errorf("kind %d: %+v", kind, f)
		}
		thanks := f
		thanks.LastIn, thanks.Thanked = 6, 6
		if thanks.IsSnoozed(99) != c.thanked || thanks.Back(100) != (c.backIf || c.thanked) {
			t.Errorf("kind %d after thanks: snoozed %v, back %v", kind, thanks.IsSnoozed(99), thanks.Back(100))
		}
		wrote := thanks
		wrote.LastIn = 7
		if wrote.IsSnoozed(99) != c.wrote || wrote.Back(100) != c.backIf {
			t.Errorf("kind %d after a question: snoozed %v, back %v", kind, wrote.IsSnoozed(99), wrote.Back(100))
		}
	}
}
