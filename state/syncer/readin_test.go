package syncer_test

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/api/sandbox"
	"unibox/state"
	"unibox/state/inbox"
	"unibox/state/syncer"
)

// book is a store that notes when what became known, and keeps nothing else.
type book struct {
	shelf
	began time.Time
	// ended is when the account was complete; closed once.
	ended chan struct{}

	mu     sync.Mutex
	health state.Health
	// given are the estimates with the moments at which they were given.
	given []estimate
	// away are put away by the list's word; waits says since when a customer waits,
	// and read when that became known.
	away  map[api.ConversationID]bool
	waits map[api.ConversationID]time.Time
	read  map[api.ConversationID]time.Duration
	// listed is when the list was read to its end.
	listed time.Duration
}

type estimate struct{ at, left time.Duration }

func newBook() *book {
	return &book{began: time.Now(), ended: make(chan struct{}), away: map[api.ConversationID]bool{},
		waits: map[api.ConversationID]time.Time{}, read: map[api.ConversationID]time.Duration{}}
}

func (b *book) SaveConversations(_ context.Context, convs []api.Conversation) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range convs {
		b.away[c.ID] = c.Closed.Or(false) || c.Archived.Or(false) || c.Muted.Or(false) || c.Blocked.Or(false) || c.OptedOut.Or(false)
	}
	return nil
}

func (b *book) SaveListed(ctx context.Context, _ api.AccountID, convs []api.Conversation, _ api.Cursor, _ time.Time) error {
	return b.SaveConversations(ctx, convs)
}

func (b *book) SaveHead(_ context.Context, id api.ConversationID, page api.Page[api.Message], _ time.Time) (state.Saved, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	since := time.Time{}
	for _, m := range page.Items { // newest first
		if inbox.Answers(m) {
			break
		}
		if inbox.Asks(m) {
			since = m.At
		}
	}
	if _, known := b.read[id]; !known {
		b.read[id] = time.Since(b.began)
	}
	if !since.IsZero() {
		b.waits[id] = since
	}
	return state.Saved{}, nil
}

func (b *book) SaveHealth(_ context.Context, h state.Health) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	done := b.health.Complete() && b.health.Known > 0
	if now := time.Since(b.began); b.listed == 0 && !h.Partial {
		b.listed = now
	}
	if h.Left != b.health.Left {
		b.given = append(b.given, estimate{time.Since(b.began), h.Left})
	}
	if b.health = h; !done && h.Complete() && h.Known > 0 {
		close(b.ended)
	}
	return nil
}

// longest is when the longest-waiting customers were known, so many of them.
func (b *book) longest(n int) (known time.Duration, found int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []api.ConversationID
	for id := range b.waits {
		if !b.away[id] {
			all = append(all, id)
		}
	}
	slices.SortFunc(all, func(x, y api.ConversationID) int {
		return cmp.Or(b.waits[x].Compare(b.waits[y]), cmp.Compare(x.Remote, y.Remote))
	})
	for _, id := range all[:min(n, len(all))] {
		known = max(known, b.read[id])
	}
	return known, len(all)
}

// plainWire hands requests to a server, and notes each of them by its kind.
type plainWire struct {
	server http.Handler
	mu     sync.Mutex
	kinds  map[string][]time.Time
}

func (w *plainWire) RoundTrip(r *http.Request) (*http.Response, error) {
	_, path, _ := strings.Cut(r.URL.Path[1:], "/")
	kind := r.Method + " " + names.ReplaceAllString("/"+path, "$2/*")
	asked := r.Clone(r.Context())
	asked.Body = http.NoBody
	answered := httptest.NewRecorder()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kinds[kind] = append(w.kinds[kind], time.Now())
	w.server.ServeHTTP(answered, asked)
	response := answered.Result()
	response.Request = r
	return response, nil
}

// wordless is a provider whose list says nothing of who waits.
type wordless struct{ api.Provider }

func (w wordless) Conversations(ctx context.Context, req api.PageRequest) (api.Page[api.Conversation], error) {
	page, err := w.Provider.Conversations(ctx, req)
	for i := range page.Items {
		c := &page.Items[i]
		c.Answered, c.Read = api.Opt[bool]{}, api.Opt[bool]{}
	}
	return page, err
}

// TestHowLongReadingInTakesAtThePublishedLimits reads in an account of each
// platform on a clock that does not wait, with nobody at the keys, and prints how
// long it took, and when the ten customers who waited for longest were known: with
// what the list says of who waits, and without it. It fails where a limit is not
// kept, and where the list's word makes it slower.
//
//	go test ./state/syncer -run PublishedLimits -v -args -conversations=20000
func TestHowLongReadingInTakesAtThePublishedLimits(t *testing.T) {
	size := cmp.Or(*idleSize, 100)
	for _, c := range idles {
		t.Run(c.platform, func(t *testing.T) {
			var known [2]time.Duration
			for i, word := range []string{"heard", "unheard"} {
				t.Run(word, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { known[i] = readInAtTheLimits(t, c.platform, size, c.times, c.limits, i == 0) })
				})
			}
			if known[1] > 0 && known[0] > known[1]*11/10+time.Minute {
				t.Errorf("the ten longest waiting are known after %v, without the list's word after %v", known[0], known[1])
			}
		})
	}
}

// readInAtTheLimits returns when the ten customers were known.
func readInAtTheLimits(t *testing.T, platform string, size, times int, limits []limit, heard bool) time.Duration {
	world := sandbox.New(sandbox.Options{Seed: 5, Conversations: size * times, Messages: 300, Quiet: true})
	w := &plainWire{server: world, kinds: map[string][]time.Time{}}
	provider := connectIdle(t, platform, world, w, 1)
	if !heard {
		provider = wordless{provider}
	}
	b := readIn(t, provider)
	keptWithin(t, w.kinds, limits)
	ten, waiting := b.longest(10)
	t.Logf("%d conversations, %d wait: list read after %s, ten longest known after %s, all read after %s",
		b.health.Listed, waiting, round(b.listed), round(ten), round(time.Since(b.began)))
	b.honest(t)
	return ten
}

func readIn(t *testing.T, p api.Provider) *book {
	t.Helper()
	b := newBook()
	engine := syncer.New(syncer.Options{Store: b, Feed: state.NewFeed(), Accounts: []syncer.Account{{ID: "idle", Provider: p}}})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- engine.Run(ctx) }()
	select {
	case <-b.ended:
	case <-time.After(30 * 24 * time.Hour):
		t.Errorf("after a month: %+v", b.health)
	}
	stop()
	<-done
	return b
}

// honest checks the estimates that were given while more than a few minutes were left.
func (b *book) honest(t *testing.T) {
	t.Helper()
	end := time.Since(b.began)
	worst := 0.0
	for _, g := range b.given {
		if left := end - g.at; g.left > 0 && left > 10*time.Minute {
			worst = max(worst, float64(g.left)/float64(left), float64(left)/float64(g.left))
		}
	}
	t.Logf("%d estimates, the worst wrong by a factor of %.2f", len(b.given), worst)
	if worst > 2 {
		t.Errorf("an estimate was wrong by a factor of %.2f: %v of %v", worst, b.given, end)
	}
}

func keptWithin(t *testing.T, asked map[string][]time.Time, limits []limit) {
	t.Helper()
	for _, l := range limits {
		match := regexp.MustCompile(l.kinds)
		var all []time.Time
		for kind, at := range asked {
			if match.MatchString(kind) {
				all = append(all, at...)
			}
		}
		if n := busiest(all, l.per); n > l.most {
			t.Errorf("%d requests of %s in %v, allowed are %d", n, l.kinds, l.per, l.most)
		}
	}
}

func round(d time.Duration) string {
	if d >= time.Hour {
		return d.Round(time.Minute).String()
	}
	return d.Round(time.Second).String()
}
