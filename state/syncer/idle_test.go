package syncer_test

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"io"
	"maps"
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
	"unibox/api/pact"
	"unibox/api/protocol"
	"unibox/api/sandbox"
	"unibox/api/textus"
	"unibox/state"
	"unibox/state/syncer"
)

// wire hands requests to a server without a network, and notes each of them by
// its kind. The world is quiet, so what was answered once is not worked out
// again: that keeps hours of asking short.
type wire struct {
	server  http.Handler
	mu      sync.Mutex
	answers map[string]answer
	kinds   map[string][]time.Time
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func newWire(server http.Handler) *wire {
	return &wire{server: server, answers: map[string]answer{}, kinds: map[string][]time.Time{}}
}

// names are the parts of a path that name one of many.
var names = regexp.MustCompile(`/(harbor_[^/]*|[^/]*[0-9][^/]*)|(/conversation_filters|/conversations)/[^/]+`)

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	_, path, _ := strings.Cut(r.URL.Path[1:], "/") // without the platform's prefix
	kind := r.Method + " " + names.ReplaceAllString("/"+path, "$2/*")
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kinds[kind] = append(w.kinds[kind], time.Now())
	a, known := w.answers[r.URL.String()]
	if !known {
		asked := r.Clone(r.Context())
		asked.Body = http.NoBody // as servers see it
		answered := httptest.NewRecorder()
		w.server.ServeHTTP(answered, asked)
		a = answer{answered.Code, answered.Header(), answered.Body.Bytes()}
		w.answers[r.URL.String()] = a
	}
	return &http.Response{StatusCode: a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), Request: r}, nil
}

// forget begins to count anew.
func (w *wire) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kinds = map[string][]time.Time{}
}

// shelf is a store that knows every conversation and keeps nothing else: what
// is counted here is what is asked for.
type shelf struct{ heads []state.Head }

func (*shelf) SaveIdentity(context.Context, api.AccountID, api.Identity) error { return nil }
func (*shelf) SaveConversations(context.Context, []api.Conversation) error     { return nil }
func (*shelf) SaveListed(context.Context, api.AccountID, []api.Conversation, api.Cursor, time.Time) error {
	return nil
}
func (*shelf) Listing(context.Context, api.AccountID) (api.Cursor, time.Time, error) {
	return "", time.Time{}, nil
}
func (s *shelf) Heads(context.Context, api.AccountID) ([]state.Head, error) { return s.heads, nil }
func (*shelf) Coverage(context.Context, api.ConversationID) (state.Coverage, error) {
	return nil, nil
}
func (*shelf) SaveHead(context.Context, api.ConversationID, api.Page[api.Message], time.Time) (state.Saved, error) {
	return state.Saved{}, nil
}
func (*shelf) SaveBelow(context.Context, api.ConversationID, state.Pos, api.Page[api.Message], time.Time) (state.Saved, error) {
	return state.Saved{}, nil
}
func (*shelf) Reading(api.ConversationID)                     {}
func (*shelf) SaveHealth(context.Context, state.Health) error { return nil }
func (*shelf) Health(context.Context) ([]state.Health, error) { return nil, nil }

// limit is a published one: so many requests of the kinds that match in any
// stretch of a time.
type limit struct {
	kinds string
	most  int
	per   time.Duration
}

// idles are the platforms with their published limits. Protocol publishes none.
var idles = []struct {
	platform string
	// times is how much larger the sandbox has to be for as many conversations
	// on this platform.
	times  int
	limits []limit
}{
	{"pact", 1, []limit{ // api/pact/REFERENCE.md "p2 rate limits"
		{`^GET .*/messages$`, 20, time.Minute}, {`^GET .*/conversations$`, 10, time.Minute}, {`^GET .*/conversations/\*$`, 10, time.Minute},
	}},
	{"textus", 3, []limit{{`.`, 1000, 5 * time.Minute}}}, // api/textus/REFERENCE.md "Rate limit"
	{"protocol", 4, nil},
}

func connectIdle(t *testing.T, platform string, world *sandbox.Server, transport http.RoundTripper, pace float64) api.Provider {
	t.Helper()
	for _, at := range world.Accounts("http://127.0.0.1") {
		if at.Platform != platform {
			continue
		}
		var p api.Provider
		var err error
		switch platform {
		case "pact":
			p, err = pact.New(api.Login{Account: "idle", BaseURL: at.BaseURL, Token: at.Token, Keys: map[string]string{"company": at.Company}, Transport: transport, Pace: pace})
		case "textus":
			p, err = textus.New(api.Login{Account: "idle", BaseURL: at.BaseURL, Token: at.Token, Transport: transport, Pace: pace})
		default:
			p, err = protocol.New(api.Login{Account: "idle", BaseURL: at.BaseURL, Token: at.Token, Transport: transport, Pace: pace})
		}
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	t.Fatalf("the sandbox has no %s", platform)
	return nil
}

var (
	idleTime = flag.Duration("idle", 0, "how long the idle program is watched; 0 is 6 minutes, or 20 with -full")
	idleSize = flag.Int("conversations", 0, "how many conversations it has; 0 is 150, or 4,000 with -full, 20,000 take half a minute to make")
)

// TestRequestsOfAnIdleProgram: a while with many conversations, one of
// them open and 40 on screen, and nobody at the keys. It prints what is asked
// for in an hour, and fails where that is above a published limit.
func TestRequestsOfAnIdleProgram(t *testing.T) {
	for _, c := range idles {
		t.Run(c.platform, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				size := cmp.Or(*idleSize, 150)
				if *syncer.Full {
					size = cmp.Or(*idleSize, 4000)
				}
				if syncer.Raced && size > 150 {
					size /= 10
				}
				world := sandbox.New(sandbox.Options{Seed: 5, Conversations: size * c.times, Messages: 300, Quiet: true})
				asked := idle(t, c.platform, world, size)
				for _, kind := range slices.Sorted(maps.Keys(asked)) {
					at := asked[kind]
					t.Logf("%-62s %5d an hour", kind, perHour(len(at)))
				}
				for _, l := range c.limits {
					match := regexp.MustCompile(l.kinds)
					var all []time.Time
					for kind, at := range asked {
						if match.MatchString(kind) {
							all = append(all, at...)
						}
					}
					n := busiest(all, l.per)
					t.Logf("%-62s %5d an hour, at most %d in %v, allowed %d", "all of "+l.kinds, perHour(len(all)), n, l.per, l.most)
					if n > l.most {
						t.Errorf("%d requests of %s in %v, allowed are %d", n, l.kinds, l.per, l.most)
					}
				}
			})
		})
	}
}

// TestIdleHourWithPush: while a platform announces what is new, an hour of the idle
// program costs a tenth of its requests.
func TestIdleHourWithPush(t *testing.T) {
	for _, c := range idles {
		t.Run(c.platform, func(t *testing.T) {
			if c.platform != "pact" && !*syncer.Full {
				t.Skip("takes long, see -full")
			}
			synctest.Test(t, func(t *testing.T) {
				world := sandbox.New(sandbox.Options{Seed: 5, Conversations: 45 * c.times, Messages: 300, Quiet: true})
				without, with := 0, 0
				for count, pushed := range map[*int]bool{&without: false, &with: true} {
					begin := func(e *syncer.Engine) {
						time.Sleep(6 * time.Minute) // the list is read, and nobody is at the keys
						if pushed {
							e.Push("idle", api.Hints{})
						}
					}
					for _, at := range idleFor(t, c.platform, world, 45, time.Hour, begin) {
						*count += len(at)
					}
				}
				t.Logf("%-10s %5d requests in an idle hour, %4d with push", c.platform, without, with)
				if with*10 > without || with == 0 {
					t.Errorf("%d requests in an idle hour with push, %d without", with, without)
				}
			})
		})
	}
}

// idle is idleFor the usual time, from the start.
func idle(t *testing.T, platform string, world *sandbox.Server, size int) map[string][]time.Time {
	t.Helper()
	return idleFor(t, platform, world, size, watched(), nil)
}

// idleFor runs the engine for a while on an account whose conversations are
// all known, and returns what was asked for, after begin if there is one.
func idleFor(t *testing.T, platform string, world *sandbox.Server, size int, while time.Duration, begin func(*syncer.Engine)) map[string][]time.Time {
	t.Helper()
	w := newWire(world)
	store := &shelf{heads: known(t, connectIdle(t, platform, world, w, 1e6))}
	if len(store.heads) < size*9/10 {
		t.Fatalf("%d conversations are listed", len(store.heads))
	}
	w.kinds = map[string][]time.Time{}
	engine := syncer.New(syncer.Options{Store: store, Feed: state.NewFeed(), Accounts: []syncer.Account{{ID: "idle", Provider: connectIdle(t, platform, world, w, 1)}}})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- engine.Run(ctx) }()
	var visible []api.ConversationID
	for _, h := range store.heads[:40] {
		visible = append(visible, h.ID)
	}
	engine.Show(visible[0], visible)
	if begin != nil {
		begin(engine)
		w.forget()
	}
	time.Sleep(while)
	stop()
	<-done
	return w.kinds
}

// known lists every conversation, as read just now.
func known(t *testing.T, p api.Provider) []state.Head {
	t.Helper()
	var heads []state.Head
	seen := map[api.ConversationID]bool{}
	for from := (api.PageRequest{}); ; {
		page, err := p.Conversations(t.Context(), from)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Items {
			if !seen[c.ID] {
				seen[c.ID] = true
				heads = append(heads, state.Head{ID: c.ID, Checked: time.Now(), Active: c.Active.Or(c.Created.Or(time.Time{}))})
			}
		}
		if from.Cursor = page.Next; page.Next == "" {
			return heads
		}
	}
}

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

func perHour(n int) int { return int(float64(n) / watched().Hours()) }

// watched is how long the idle program is watched.
func watched() time.Duration {
	if *syncer.Full {
		return cmp.Or(*idleTime, 20*time.Minute)
	}
	return cmp.Or(*idleTime, 6*time.Minute)
}
