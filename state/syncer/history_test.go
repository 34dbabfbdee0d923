package syncer

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

func TestSpanAt(t *testing.T) {
	c := state.Coverage{{Newest: 90, Oldest: 80}, {Newest: 50, Oldest: 40}, {Newest: 10, Oldest: 10}}
	for pos, want := range map[state.Pos]int{
		99: 0, 90: 0, 85: 0, 80: 0, 60: 0, 50: 1, 45: 1, 40: 1, 30: 1, 10: 2, 5: 2, 0: 2,
	} {
		if got := spanAt(c, pos); got != want {
			t.Errorf("position %d is in span %d, want %d", pos, got, want)
		}
	}
	if got := spanAt(nil, 5); got != -1 {
		t.Errorf("nothing is covered, and yet span %d", got)
	}
}

func TestWalkAdvance(t *testing.T) {
	for name, tc := range map[string]struct {
		walk    walk
		oldest  state.Pos
		next    api.Cursor
		arrived bool
		err     error
	}{
		"the end":           {walk{target: 50, pos: 80}, 70, "", true, nil},
		"below the target":  {walk{target: 50, pos: 80}, 49, "b", true, nil},
		"at the target":     {walk{target: 50, pos: 80}, 50, "b", false, nil},
		"the first page":    {walk{target: 50}, 90, "b", false, nil},
		"no way down":       {walk{target: 50, pos: 80}, 80, "b", false, errIgnored},
		"a token again":     {walk{target: 50, pos: 80}, 70, "a", false, errIgnored},
		"an empty page":     {walk{target: 50, pos: 80}, 0, "b", false, errIgnored},
		"an empty last one": {walk{target: 50, pos: 80}, 0, "", true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := tc.walk
			w.seen = map[api.Cursor]struct{}{"a": {}}
			arrived, err := w.advance(tc.oldest, tc.next)
			if arrived != tc.arrived || err != tc.err {
				t.Errorf("arrived %v, %v", arrived, err)
			}
		})
	}
}

func TestWhatNeedsNoRequest(t *testing.T) {
	for name, tc := range map[string]struct {
		spans state.Coverage
		job   job
		err   api.ErrKind
	}{
		"a complete history":        {state.Coverage{{Newest: 9, Oldest: 1, Complete: true}}, readOlder, api.ErrOther},
		"a hole that has closed":    {state.Coverage{{Newest: 9, Oldest: 5, Older: "1.5.20"}}, fillHole, api.ErrOther},
		"nothing was ever read":     {nil, readOlder, api.ErrOther},
		"a cursor that is gone":     {state.Coverage{{Newest: 9, Oldest: 5}}, readOlder, api.ErrCursor},
		"and one above an old span": {state.Coverage{{Newest: 9, Oldest: 8}, {Newest: 5, Oldest: 5}}, fillHole, api.ErrCursor},
	} {
		t.Run(name, func(t *testing.T) {
			p, m := newPlatform(t, 1, 1, 9), newMemory()
			m.spans[convID(1)] = tc.spans
			w := worker{store: m, provider: p, traits: p.traits, account: acct}
			r := w.do(t.Context(), order{task: task{job: tc.job}, id: convID(1), pos: 9})
			if api.KindOf(r.err) != tc.err || len(p.log()) != 0 {
				t.Errorf("%v after %d requests", r.err, len(p.log()))
			}
		})
	}
}

// scroll asks for history until the first message of a conversation is there.
func scroll(t *testing.T, e *Engine, m *memory, n int) {
	t.Helper()
	for range 1000 {
		e.Older(convID(n), m.oldest(n))
		time.Sleep(100 * time.Millisecond)
		for e.Fetching(convID(n)).Older {
			time.Sleep(100 * time.Millisecond)
		}
		if f := e.Fetching(convID(n)); f.Err != "" {
			t.Fatal(f.Err)
		}
		if _, ok := m.seen(n, 1); ok {
			return
		}
	}
	t.Fatalf("stuck at message %d", m.oldest(n))
}

func TestScrollingBackFetchesEveryPageOnce(t *testing.T) {
	for _, pace := range []int{1, 40} {
		synctest.Test(t, func(t *testing.T) {
			p, m := newPlatform(t, pace, 60, 10_000), newMemory()
			p.latency = 50 * time.Millisecond
			e, stop := start(t, p, m)
			defer stop()
			e.Show(convID(5), ids(1, 30))
			time.Sleep(20 * time.Second)
			began := time.Now()
			scroll(t, e, m, 5)
			pages := map[api.Cursor]int{}
			heads := 0
			for _, c := range p.log() {
				if c.id == convID(5) && !c.at.Before(began) {
					pages[c.cursor]++
					if c.cursor == "" {
						heads++
					}
				}
			}
			delete(pages, "")
			for cursor, n := range pages {
				if n != 1 {
					t.Errorf("page %s was fetched %d times", cursor, n)
				}
			}
			if len(pages) != 99 {
				t.Errorf("%d pages below the first hundred", len(pages))
			}
			if want := int(time.Since(began) / (30 * time.Second)); heads < want {
				t.Errorf("the head was read %d times in %v", heads, time.Since(began))
			}
			if c := m.cover(5); len(c) != 1 || !c[0].Complete {
				t.Errorf("coverage %v", c)
			}
			within(t, p)
		})
	}
}

func TestAskingAgainChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 3, 1000), newMemory()
		p.latency = time.Second
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(2), nil)
		time.Sleep(5 * time.Second)
		pos := m.oldest(2)
		for n := range state.Pos(10) {
			e.Older(convID(2), pos+n)
			time.Sleep(50 * time.Millisecond)
		}
		if !e.Fetching(convID(2)).Older {
			t.Error("nobody learns that history is on its way")
		}
		time.Sleep(5 * time.Second)
		if n := p.count(func(c call) bool { return c.cursor != "" }); n != 1 {
			t.Errorf("%d pages for one request", n)
		}
		if f := e.Fetching(convID(2)); f.Older || f.Err != "" {
			t.Errorf("afterwards: %+v", f)
		}
	})
}

func TestAPlatformThatIgnoresCursors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 3, 1000), newMemory()
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(2), nil)
		time.Sleep(5 * time.Second)
		p.set(func() { p.ignore = true })
		for range 100 {
			e.Older(convID(2), m.oldest(2))
			time.Sleep(time.Second)
		}
		f := e.Fetching(convID(2))
		if f.Older || !strings.Contains(f.Err, "keeps answering with its newest page") {
			t.Errorf("got %+v", f)
		}
		if n := p.count(func(c call) bool { return c.id == convID(2) && c.limit == 100 }); n > 5 {
			t.Errorf("%d requests for history that cannot be had", n)
		}
		if s := m.cover(2); len(s) != 1 {
			t.Errorf("coverage %v", s)
		}
		p.set(func() { p.ignore = false })
		e.Refresh(convID(2))
		time.Sleep(time.Second)
		scroll(t, e, m, 2)
	})
}

func TestALostCursorIsWalkedBackTo(t *testing.T) {
	for name, lose := range map[string]func(*platform, *memory){
		"refused": func(p *platform, m *memory) { p.set(func() { p.epoch++ }) },
		"forgotten": func(p *platform, m *memory) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.spans[convID(2)][0].Older = ""
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, m := newPlatform(t, 40, 3, 3000), newMemory()
				e, stop := start(t, p, m)
				defer stop()
				e.Show(convID(2), nil)
				time.Sleep(3 * time.Second)
				for range 10 {
					e.Older(convID(2), m.oldest(2))
					time.Sleep(time.Second)
				}
				at := m.oldest(2)
				lose(p, m)
				e.Older(convID(2), at)
				time.Sleep(5 * time.Second)
				if now := m.oldest(2); now >= at {
					t.Fatalf("history ended at %d, and still does at %d: %+v", at, now, e.Fetching(convID(2)))
				}
				scroll(t, e, m, 2)
				if n := p.count(func(c call) bool { return c.id == convID(2) && c.limit == 100 }); n > 50 {
					t.Errorf("%d pages for a thread of 30", n)
				}
			})
		})
	}
}

func TestAPlatformThatRefusesToContinue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 3, 3000), newMemory()
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(2), nil)
		time.Sleep(3 * time.Second)
		p.set(func() {
			p.fail = func(c call) error {
				if c.cursor != "" && c.op == "messages" {
					return &api.Error{Kind: api.ErrCursor}
				}
				return nil
			}
		})
		for range 2 { // the first may be answered by a larger page of the newest messages
			e.Older(convID(2), m.oldest(2))
			time.Sleep(10 * time.Second)
		}
		if f := e.Fetching(convID(2)); f.Older || f.Err != errRefused.Error() {
			t.Errorf("got %+v", f)
		}
	})
}

func TestHoles(t *testing.T) {
	for name, tc := range map[string]struct {
		open  bool
		wrote int
		spans int
	}{
		"a small hole":                 {false, 50, 1},
		"a large hole":                 {false, 200, 2},
		"the open conversation":        {true, 100, 1},
		"the open one, a very old one": {true, 2000, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, m := newPlatform(t, 40, 3, 100), newMemory()
				e, stop := start(t, p, m)
				defer stop()
				if tc.open {
					e.Show(convID(2), nil)
				}
				time.Sleep(20 * time.Second)
				p.write(2, tc.wrote)
				time.Sleep(30 * time.Second)
				if c := m.cover(2); len(c) != tc.spans {
					t.Fatalf("coverage %v", c)
				}
				for len(m.cover(2)) > 1 {
					before := m.cover(2)[0].Oldest
					e.Older(convID(2), before)
					time.Sleep(time.Second)
					if c := m.cover(2); c[0].Oldest >= before {
						t.Fatalf("the hole does not close: %v", c)
					}
				}
			})
		})
	}
}

func TestLeavingDropsTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 1, 3, 3000), newMemory()
		p.latency = time.Second
		e, stop := start(t, p, m)
		defer stop()
		e.Show(convID(2), nil)
		time.Sleep(30 * time.Second)
		p.set(func() { p.fail = func(call) error { return &api.Error{Kind: api.ErrUnavailable} } })
		time.Sleep(10 * time.Second)
		e.Older(convID(2), m.oldest(2))
		time.Sleep(10 * time.Second)
		if f := e.Fetching(convID(2)); !f.Older || f.Err == "" {
			t.Errorf("a request that fails is reported as %+v", f)
		}
		e.Show(convID(1), nil)
		p.set(func() { p.fail = nil })
		time.Sleep(2 * time.Minute)
		if n := p.count(func(c call) bool { return c.cursor != "" && c.id == convID(2) }); n > 10 {
			t.Errorf("%d pages", n)
		}
		if f := e.Fetching(convID(2)); f.Older {
			t.Errorf("after leaving: %+v", f)
		}
	})
}

// The store does not know which platform ignored a cursor; the engine does.
func TestAnErrorOfTheStoreNamesThePlatform(t *testing.T) {
	w := worker{traits: api.Traits{Platform: "pact"}}
	ignored := &api.Error{Kind: api.ErrCursor, Op: "read older messages"}
	if got := w.onPlatform(ignored).Error(); got != "pact: read older messages" {
		t.Error(got)
	}
	if w.onPlatform(state.ErrNoRoom) != state.ErrNoRoom || w.onPlatform(nil) != nil {
		t.Error("another error is changed")
	}
}

// The last page of a walk is stored before the loop learns of it: whoever saw it
// asks for what is below meanwhile, and is not forgotten.
func TestARequestDuringTheLastPageOfAWalk(t *testing.T) {
	now := time.Now()
	for name, tc := range map[string]struct {
		asked state.Pos
		next  api.Cursor
		waits bool
	}{
		"the same history":   {50, "b", false},
		"what is below it":   {40, "b", true},
		"there is no more":   {40, "", false},
		"inside of the page": {45, "b", false},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlan(acct, api.Traits{}, 0)
			c := p.conv(convID(1))
			c.checked = now.Add(-time.Hour)
			p.requestOlder(c, 50, now)
			r := result{order: order{task: task{job: readOlder, conv: c}, pos: 50}, span: state.Span{Newest: 80, Oldest: 50}}
			p.startWalk(r)
			r.walk, r.saved.Oldest, r.next = c.att.walk.copied(), 40, tc.next
			p.requestOlder(c, tc.asked, now)
			p.learnPage(r, now)
			if c.att.older != tc.waits || c.att.walk != nil || tc.waits && c.att.pos != tc.asked {
				t.Errorf("%+v", *c.att)
			}
		})
	}
}
