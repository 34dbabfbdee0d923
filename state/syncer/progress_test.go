package syncer

import (
	"math"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// large is an account that takes about an hour to read, whose list takes minutes.
func large(t *testing.T) (*platform, *memory) {
	p, m := newPlatform(t, 1, 900, 3), newMemory()
	p.traits.Conversations, p.latency, p.total = api.OrderByActivity, 100*time.Millisecond, 900
	return p, m
}

// read waits until an account is read, and returns when it was.
func (m *memory) read(t *testing.T, within time.Duration) time.Time {
	t.Helper()
	for end := time.Now().Add(within); !m.last().Complete() || m.last().Known == 0; time.Sleep(time.Second) {
		if time.Now().After(end) {
			t.Fatalf("after %v: %+v", within, m.last())
		}
	}
	return time.Now()
}

// reports are the healths that were saved, of those that followed each other with
// the same numbers the first.
func (m *memory) reports() []state.Health {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.CompactFunc(slices.Clone(m.health), func(a, b state.Health) bool {
		return a.Known == b.Known && a.Listed == b.Listed && a.Left == b.Left && a.State == b.State
	})
}

// An estimate is given when the number is known, is right within a third, never
// jumps, and changes a few times a minute.
func TestHowLongReadingInTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := large(t)
		began := time.Now()
		_, stop := start(t, p, m)
		end := m.read(t, 3*time.Hour)
		stop()
		all, given := m.reports(), time.Duration(0)
		for _, h := range all {
			if left := end.Sub(h.LastOK); h.Left > 0 && left > 5*time.Minute && (h.Left > left*4/3+time.Minute || h.Left < left*2/3) {
				t.Errorf("%d of %d: %v are left, said were %v", h.Known, h.Of(), left, h.Left)
			}
			if d := h.Left - given; given > 0 && h.Left > 0 && max(d, -d) > stepAt(max(given, h.Left)) {
				t.Errorf("from %v to %v", given, h.Left)
			}
			given = h.Left
		}
		if took := end.Sub(began); len(all) > int(took/time.Minute)*4+30 {
			t.Errorf("%d reports in %v", len(all), took)
		}
		if given != 0 {
			t.Errorf("all is read, and %v are left", given)
		}
	})
}

// A restart goes on where it stood, with list and estimate, and an outage adds what
// it takes and no more.
func TestReadingInGoesOnAfterARestartAndAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := large(t)
		_, stop := start(t, p, m)
		time.Sleep(45 * time.Second)
		stop()
		was, below := m.last(), m.below
		if !was.Partial || was.Of() != 900 || was.Left == 0 || was.Known == 0 {
			t.Fatalf("before the restart: %+v", was)
		}
		p.set(func() { p.calls = nil })
		_, stop = start(t, p, m)
		defer stop()
		time.Sleep(40 * time.Second)
		now := m.last()
		if now.Known < was.Known || now.Listed < was.Listed || now.Left < was.Left-stepAt(was.Left) || now.Left > was.Left+stepAt(was.Left) {
			t.Errorf("it had come to %+v, and is at %+v", was, now)
		}
		pages := map[api.Cursor]int{}
		for _, c := range p.log() {
			if c.op == "list" {
				pages[c.cursor]++
			}
		}
		if pages["100"] != 0 || pages[below] != 1 {
			t.Errorf("pages of the list after the restart: %v", pages)
		}
		time.Sleep(20 * time.Minute)
		before := m.last()
		p.set(func() { p.fail = func(call) error { return failure(api.ErrUnavailable) } })
		time.Sleep(30 * time.Minute)
		if h := m.last(); h.State != state.HealthRetrying || h.Left != 0 || h.Of() != 900 || h.Complete() {
			t.Errorf("in the outage: %+v", h)
		}
		p.set(func() { p.fail = nil })
		time.Sleep(75 * time.Second)
		if h := m.last(); h.Left > before.Left+stepAt(before.Left) || h.Left < before.Left-stepAt(before.Left) {
			t.Errorf("%v were left before the outage, %v after it", before.Left, h.Left)
		}
		m.read(t, 2*time.Hour)
	})
}

// What a platform says of the number is believed while it can be true.
func TestTotalsThatLie(t *testing.T) {
	for name, c := range map[string]struct {
		says, of int
		left     bool
	}{
		"nothing":                {0, 0, false},
		"less than is listed":    {50, 0, false},
		"more than there is":     {5000, 5000, true},
		"what a page holds":      {100, 0, false},
		"the truth":              {900, 900, true},
		"a number without sense": {math.MaxInt32, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, m := large(t)
				p.total = c.says
				_, stop := start(t, p, m)
				defer stop()
				time.Sleep(45 * time.Second)
				if h := m.last(); !h.Partial || h.Of() != c.of || (h.Left > 0) != c.left || h.Complete() {
					t.Errorf("in the middle of the list: %+v, of %d", h, h.Of())
				}
				time.Sleep(10 * time.Minute)
				if h := m.last(); h.Partial || h.Of() != 900 || h.Left == 0 {
					t.Errorf("after its end: %+v, of %d", h, h.Of())
				}
			})
		})
	}
}

// A list that shifts while it is read, also over a restart, is read whole.
func TestReadingInOfAListThatShifts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := large(t)
		_, stop := start(t, p, m)
		for n := range 60 {
			time.Sleep(5 * time.Second)
			p.add(901+n, 3, time.Now())
			p.write(1+n, 1)
			if n == 6 {
				stop()
				_, stop = start(t, p, m)
			}
		}
		m.read(t, 3*time.Hour)
		stop()
		if h := m.last(); h.Listed != 960 {
			t.Errorf("%+v", h)
		}
		for n := 1; n <= 60; n++ {
			if _, ok := m.seen(n, 4); !ok {
				t.Errorf("what was written in %d was not read", n)
			}
		}
	})
}

// The cursor that an earlier run left may lead nowhere by now: the list is read from
// its head again, and nothing is said to be wrong.
func TestACursorOfAnEarlierRunThatIsRefused(t *testing.T) {
	for name, kind := range map[string]api.ErrKind{"refused": api.ErrInvalid, "a cursor's error": api.ErrCursor, "broken": api.ErrUnavailable} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, m := large(t)
				_, stop := start(t, p, m)
				time.Sleep(45 * time.Second)
				stop()
				lost := m.below
				p.set(func() {
					p.fail = func(c call) error {
						if c.op == "list" && c.cursor == lost {
							return failure(kind)
						}
						return nil
					}
				})
				_, stop = start(t, p, m)
				defer stop()
				time.Sleep(time.Minute)
				p.set(func() { p.fail = nil })
				m.read(t, 2*time.Hour)
				for _, h := range m.health {
					if h.Unended != "" {
						t.Fatalf("%q", h.Unended)
					}
				}
			})
		})
	}
}

// Whoever waits by the list's word is read first, from both ends; what is put away
// comes last. What somebody opens comes before all of it.
func TestTheOrderOfReadingIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 1, 400, 3), newMemory()
		p.traits.Conversations = api.OrderByActivity
		p.traits.Budgets[api.ClassConversations] = api.Budget{Requests: 1000, Per: time.Minute}
		for i := range p.convs {
			c := &p.convs[i]
			c.Active = c.Created
			c.Answered = api.Known(i < 100 || i%10 != 0) // 30 wait, all of them far down
			c.Closed = api.Known(i >= 395)
		}
		e, stop := start(t, p, m)
		defer stop()
		time.Sleep(5 * time.Minute)
		e.Show(convID(200), nil)
		time.Sleep(2 * time.Second)
		if _, ok := m.seen(200, 3); !ok {
			t.Error("what was opened waits for the rest")
		}
		time.Sleep(time.Minute)
		e.Show(api.ConversationID{}, nil)
		var order []int
		for _, c := range p.log() {
			if n, _ := strconv.Atoi(c.id.Remote); c.op == "messages" && n != 200 && (len(order) == 0 || !slices.Contains(order, n)) {
				order = append(order, n)
			}
		}
		waits := func(n int) bool { return n <= 300 && (400-n)%10 == 0 && n > 5 }
		first := order[:min(len(order), 45)]
		count := 0
		for _, n := range first {
			if waits(n) {
				count++
			}
		}
		if count < 28 || !slices.Contains(first[:12], 10) && !slices.Contains(first[:12], 20) || !slices.Contains(first[:12], 300) {
			t.Errorf("%d of 29 who wait are among the first %d: %v", count, len(first), first)
		}
		time.Sleep(time.Hour)
		if i := slices.IndexFunc(p.log(), func(c call) bool { return c.id == convID(1) }); i >= 0 && i < 390 {
			t.Errorf("what is closed was read as number %d", i)
		}
	})
}

// Accounts of one credential share its budget: they are read side by side, and the
// estimates count with the others: taken together they are right.
func TestReadingInOfAccountsOfOneCredential(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var accounts []Account
		store := newMemory()
		for _, id := range []api.AccountID{"a", "b", "c"} {
			p, _ := large(t)
			p.traits.Credential = "1"
			accounts = append(accounts, Account{ID: id, Provider: p})
		}
		stop := launch(New(Options{Store: store, Feed: state.NewFeed(), Accounts: accounts}))
		defer stop()
		began := time.Now()
		time.Sleep(20 * time.Minute)
		said, least, most := time.Duration(0), math.MaxInt, 0
		for _, a := range accounts {
			said += store.of(a.ID).Left / 3
		}
		// Each request falls to whoever wakes first: a lottery of some 440 by then, in
		// which half of another's part is six standard deviations off.
		time.Sleep(20 * time.Minute)
		for _, a := range accounts {
			n := store.of(a.ID).Known
			least, most = min(least, n), max(most, n)
		}
		if least < most/2 || least == 0 {
			t.Errorf("one account has read %d, another %d", least, most)
		}
		for _, a := range accounts {
			for !store.of(a.ID).Complete() {
				time.Sleep(time.Minute)
			}
		}
		if left := time.Since(began) - 20*time.Minute; said > left*3/2 || said < left*2/3 {
			t.Errorf("said were %v, it took %v", said, left)
		}
	})
}

func TestStepsOfAnEstimate(t *testing.T) {
	const m, h = time.Minute, time.Hour
	for _, c := range []struct{ given, worked, want time.Duration }{
		{0, 0, 0}, {0, 20 * time.Second, m}, {0, 38*m + 10*time.Second, 40 * m}, {0, 23*h + 40*m, 24 * h}, {0, 61 * h, 72 * h},
		{40 * m, 0, 0}, {40 * m, 42 * m, 40 * m}, {40 * m, 36*m + 30*time.Second, 40 * m}, {40 * m, 36 * m, 35 * m}, {40 * m, 9 * m, 35 * m}, {40 * m, 10 * h, 45 * m},
		{10 * m, 9 * m, 9 * m}, {9 * m, 11 * m, 10 * m}, {90 * m, 80 * m, 85 * m}, {2 * h, 85 * m, 2 * h}, {2 * h, 70 * m, h}, {m, time.Second, m},
	} {
		if got := stepped(c.given, c.worked); got != c.want {
			t.Errorf("after %v, with %v worked out: %v, want %v", c.given, c.worked, got, c.want)
		}
	}
}
