package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/apitest"
	"unibox/api/platforms"
	"unibox/api/sandbox"
	"unibox/state"
	"unibox/state/config"
	"unibox/state/push"
	"unibox/state/sqlite"
	"unibox/state/supervise"
	"unibox/state/syncer"
)

// TestAPushedMessageIsStored has a platform push a customer's message into the listener
// of a session. Polling alone would come to that conversation after minutes.
func TestAPushedMessageIsStored(t *testing.T) {
	world := sandbox.New(sandbox.Options{Seed: 1, Messages: 30, Quiet: true})
	server := httptest.NewServer(world)
	defer server.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log := slog.New(slog.DiscardHandler)
	list := Platforms{List: platforms.All()}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	s := &Session{Dir: t.TempDir(), Platforms: list, Config: config.Config{Push: config.Push{Listen: address, Address: "http://" + address}}}
	row, _ := list.Find("pact")
	at := world.Accounts(server.URL)[0]
	s.Config.Accounts = []config.Account{{Name: "shop", Platform: "pact"}}
	client, err := row.New(api.Login{Account: "shop", BaseURL: at.BaseURL, Token: at.Token, Keys: map[string]string{"company": at.Company}})
	if err != nil {
		t.Fatal(err)
	}
	page, err := client.Conversations(ctx, api.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	id := page.Items[len(page.Items)-1].ID
	feed := state.NewFeed()
	db, err := sqlite.Open(ctx, s.Dir, feed)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.SaveConversations(ctx, page.Items); err != nil {
		t.Fatal(err)
	}
	engine := syncer.New(syncer.Options{Store: db, Feed: feed, Accounts: []syncer.Account{{ID: "shop", Provider: client}}})
	done := make(chan error, 1)
	go func() { done <- supervise.Together(ctx, append(s.push(engine, nil, db, log), engine.Run)...) }()
	for push.Try(ctx, s.Dir, s.Config.Push.Address) != nil { // until it listens
		time.Sleep(10 * time.Millisecond)
	}
	own, err := push.AddressesIn(s.Dir).Of("shop")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.(api.Subscriber).Subscribe(ctx, own.Whole(s.Config.Push.Address)); err != nil {
		t.Fatal(err)
	}
	wrote := time.Now()
	apitest.Control{Origin: server.URL, Platform: "pact"}.Inbound(t, id, "Is it ready?")
	stored := func() bool {
		w, err := db.Timeline(ctx, state.TimelineQuery{Conversation: id, Before: 10, After: 10})
		if err != nil {
			t.Fatal(err)
		}
		return len(w.Items) > 0 && strings.Contains(w.Items[len(w.Items)-1].Message.Body, "Is it ready?")
	}
	for deadline := time.Now().Add(time.Minute); !stored(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the message is not stored")
		}
	}
	t.Logf("stored %v after the customer wrote", time.Since(wrote).Round(time.Millisecond))
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
