package syncer_test

import (
	"context"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/pact"
	"unibox/api/sandbox"
	"unibox/state"
	"unibox/state/sqlite"
	"unibox/state/syncer"
)

// whole is the engine between a real store and a real client, which talks
// HTTP to the platform on loopback.
type whole struct {
	*syncer.Engine
	db   *sqlite.DB
	feed *state.Feed
	sub  *state.Sub
	at   sandbox.Account
	// stop ends the engine.
	stop func()
	// size is how many conversations the platform has.
	size int
}

func newWhole(t *testing.T, keep state.Retention) *whole {
	size, longest := 24, 600
	if *syncer.Full {
		size, longest = 60, 2000
	}
	served := sandbox.New(sandbox.Options{Seed: 7, Conversations: size, Messages: longest, Quiet: true})
	server := httptest.NewServer(served)
	t.Cleanup(server.Close)
	feed := state.NewFeed()
	db, err := sqlite.Open(t.Context(), t.TempDir(), feed, sqlite.Retention(keep))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &whole{db: db, feed: feed, sub: feed.Subscribe(), size: size, at: served.Accounts(server.URL)[0]}
	w.start(t, "p1")
	return w
}

// start lets an engine run that speaks a version of the platform's API, until the test
// ends or stop is called.
func (w *whole) start(t *testing.T, version string) api.Provider {
	client, err := pact.New(api.Login{Account: "acme", BaseURL: w.at.BaseURL, Token: w.at.Token, Keys: map[string]string{"company": w.at.Company, "api": version}, Pace: 1000})
	if err != nil {
		t.Fatal(err)
	}
	w.Engine = syncer.New(syncer.Options{Store: w.db, Feed: w.feed, Accounts: []syncer.Account{{ID: "acme", Provider: client}}})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func(e *syncer.Engine) { done <- e.Run(ctx) }(w.Engine)
	w.stop = sync.OnceFunc(func() {
		cancel()
		<-done
	})
	t.Cleanup(w.stop)
	return client
}

// until waits for the feed until a condition holds.
func (w *whole) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for !holds() {
		if _, err := w.sub.Next(ctx); err != nil {
			t.Fatalf("waiting until %s: %v", what, err)
		}
	}
}

func (w *whole) list(t *testing.T) state.List {
	l, err := w.db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestWithARealStoreAndClient(t *testing.T) {
	w := newWhole(t, state.Retention{})
	w.allRead(t)
	for _, row := range w.list(t).Rows {
		if _, ok := row.Preview.Get(); !ok {
			t.Errorf("%s has no preview", row.Conversation.ID.Remote)
		}
	}
	for _, row := range w.list(t).Rows {
		w.readBack(t, row.Conversation.ID)
	}
}

func (w *whole) allRead(t *testing.T) {
	t.Helper()
	w.until(t, "every conversation is read", func() bool {
		h, err := w.db.Health(t.Context())
		return err == nil && len(h) == 1 && h[0].State == state.HealthLive && h[0].Listed == w.size && h[0].Known == w.size
	})
}

// With a limit of a day hardly anything is kept, every row still says who
// wrote last, and whoever scrolls back reads all of it.
func TestHistoryBeyondWhatIsKeptIsReadOnDemand(t *testing.T) {
	const kept = 24 * time.Hour
	w := newWhole(t, state.Retention{For: kept})
	w.allRead(t)
	for _, row := range w.list(t).Rows {
		id := row.Conversation.ID
		preview, ok := row.Preview.Get()
		if old := time.Since(preview.At) > kept; !ok || old != preview.Expired {
			t.Errorf("%s: preview %+v", id.Remote, preview)
		}
		window, err := w.db.Timeline(t.Context(), state.TimelineQuery{Conversation: id, Before: 9999})
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range window.Items {
			if age := time.Since(it.Message.At); age > kept+time.Minute {
				t.Errorf("%s: a message of %v ago is stored", id.Remote, age)
			}
		}
		w.Show(id, nil)
		w.until(t, "its newest page is there", func() bool {
			spans, err := w.db.Coverage(t.Context(), id)
			return err == nil && len(spans) > 0
		})
		w.readBack(t, id)
	}
}

// readBack scrolls a conversation to its first message.
func (w *whole) readBack(t *testing.T, id api.ConversationID) {
	t.Helper()
	w.Show(id, nil)
	for pages := 0; ; pages++ {
		spans, err := w.db.Coverage(t.Context(), id)
		if err != nil || len(spans) != 1 || pages > 100 {
			t.Fatalf("%s: coverage %v after %d pages, %v", id.Remote, spans, pages, err)
		}
		if spans[0].Complete {
			return
		}
		w.Older(id, spans[0].Oldest)
		w.until(t, "history came", func() bool {
			now, err := w.db.Coverage(t.Context(), id)
			if f := w.Fetching(id); f.Err != "" {
				t.Fatal(f.Err)
			}
			return err == nil && now[0] != spans[0]
		})
	}
}
