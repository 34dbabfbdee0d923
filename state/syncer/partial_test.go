package syncer

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// A list that ends early is not a whole one: the account says so and why, keeps
// what came, and tries the rest again.
func TestAListThatEndsEarlyIsPartial(t *testing.T) {
	type page = *api.Page[api.Conversation]
	none := func(p page) { p.Items = nil }
	for name, tc := range map[string]struct {
		listing func(from int, p page) error
		listed  int
		why     string
	}{
		"a page is refused":        {func(_ int, p page) error { none(p); return failure(api.ErrInvalid) }, 100, "refuses the next page"},
		"a page is gone":           {func(_ int, p page) error { none(p); return failure(api.ErrNotFound) }, 100, "refuses the next page"},
		"a page never comes":       {func(_ int, p page) error { none(p); return failure(api.ErrUnavailable) }, 100, "cannot be reached"},
		"a page makes no sense":    {func(_ int, p page) error { none(p); return errors.New("what is this") }, 100, "what is this"},
		"a token leads to itself":  {func(from int, p page) error { p.Next = api.Cursor("100"); return nil }, 200, "leads back"},
		"a token that is an error": {func(_ int, p page) error { p.Next = ""; return failure(api.ErrCursor) }, 200, "to its end"},
		"only empty pages follow": {func(from int, p page) error {
			none(p)
			p.Next = api.Cursor(strconv.Itoa(from + 1))
			return nil
		}, 100, "empty pages"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, m := newPlatform(t, 1000, 250, 3), newMemory()
				p.traits.Conversations = api.OrderByActivity
				p.listing = tc.listing
				_, stop := start(t, p, m)
				time.Sleep(2 * time.Minute)
				h := m.last()
				if h.Complete() || !h.Partial || h.Listed != tc.listed || h.Known != tc.listed || !strings.Contains(h.Unended, tc.why) {
					t.Errorf("after two minutes: %+v", h)
				}
				if h.State != state.HealthLive {
					t.Errorf("what can be read is held up by the list: %+v", h)
				}
				p.set(func() { p.listing = nil })
				time.Sleep(20 * time.Minute)
				if h := m.last(); !h.Complete() || h.Listed != 250 {
					t.Errorf("after it was mended: %+v", h)
				}
				stop()
				p.set(func() { p.listing = tc.listing })
				_, stop = start(t, p, m)
				defer stop()
				time.Sleep(2 * time.Second)
				if h := m.last(); h.Partial {
					t.Errorf("a later start has forgotten that the list was read: %+v", h)
				}
			})
		})
	}
}

// An empty page that leads on is followed: what it held was deleted.
func TestAnEmptyPageIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 1000, 350, 3), newMemory()
		p.traits.Conversations = api.OrderByActivity
		p.listing = func(from int, page *api.Page[api.Conversation]) error {
			if from == 100 {
				page.Items = nil
			}
			return nil
		}
		_, stop := start(t, p, m)
		defer stop()
		time.Sleep(30 * time.Second)
		if h := m.last(); !h.Complete() || h.Listed != 250 {
			t.Errorf("%+v", h)
		}
	})
}

// A conversation that seems to lack a message is read again soon, also where it
// would not be for hours.
func TestAMissingMessageIsLookedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, m := newPlatform(t, 40, 30, 3), newMemory()
		p.traits.Conversations = api.OrderByActivity
		m.suspect[convID(7)] = true
		_, stop := start(t, p, m)
		defer stop()
		time.Sleep(time.Minute)
		var reads []time.Time
		for _, c := range p.log() {
			if c.op == "messages" && c.id == convID(7) {
				reads = append(reads, c.at)
			}
		}
		if len(reads) != 2 || reads[1].Sub(reads[0]) < confirmAfter || reads[1].Sub(reads[0]) > 2*confirmAfter {
			t.Errorf("read at %v", reads)
		}
	})
}
