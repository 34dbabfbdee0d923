package textus

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"unibox/api/sandbox"
	"unibox/state"
	"unibox/state/outbox"
	"unibox/state/sqlite"
	"unibox/state/storetest"
	"unibox/state/syncer"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// TestUnderTheEngine runs the client under the engine, which reads everything into
// a store, and sends a reply.
func TestUnderTheEngine(t *testing.T) {
	if testing.Short() {
		t.Skip("waits on a real clock")
	}
	c, _, _ := served(t, sandbox.Options{Seed: 1, Messages: 250, Quiet: true, JobTime: 30 * time.Millisecond})
	feed := state.NewFeed()
	db, err := sqlite.Open(t.Context(), t.TempDir(), feed)
	if err != nil {
		t.Fatal(err)
	}
	sub := feed.Subscribe()
	engine := syncer.New(syncer.Options{Store: db, Feed: feed, Accounts: []syncer.Account{{ID: account, Provider: c}}})
	out := outbox.New(outbox.Options{Store: db, Heads: engine, Feed: feed, Dir: filepath.Join(t.TempDir(), "outbox"), Accounts: []outbox.Account{{ID: account, Provider: c}}})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{}, 2)
	go func() { engine.Run(ctx); ended <- struct{}{} }()
	go func() { db.WithLease(ctx, "test", out.Run); ended <- struct{}{} }()
	t.Cleanup(func() {
		cancel()
		<-ended
		<-ended
		db.Close()
	})
	until := func(what string, holds func() bool) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		for !holds() {
			if _, err := sub.Next(ctx); err != nil {
				t.Fatalf("waiting for %s: %v", what, err)
			}
		}
	}
	until("all conversations", func() bool {
		h, err := db.Health(t.Context())
		return err == nil && len(h) == 1 && h[0].State == state.HealthLive && h[0].Listed == 20 && h[0].Known == 20
	})
	rows, err := out.Submit(t.Context(), state.Draft{Conversation: c.ConversationID(longest), Body: "we are on our way"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	until("the delivery", func() bool {
		o, err := db.Outbound(t.Context(), rows[0].ID)
		return err == nil && o.Status == state.Done && o.Receipt.Message.Remote != ""
	})
}
