package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/pact/p1"
	"unibox/api/sandbox"
	"unibox/state"
	"unibox/state/outbox"
	"unibox/state/sqlite"
)

// chain is the outbox between a real store and a real client, which talks
// HTTP to the platform on loopback.
type chain struct {
	*outbox.Outbox
	t      *testing.T
	url    string
	dir    string
	client *p1.Client
	db     *sqlite.DB
	sub    *state.Sub
	stop   func()
}

func newChain(t *testing.T) *chain {
	served := sandbox.New(sandbox.Options{Seed: 7, Messages: 200, Quiet: true, JobTime: 20 * time.Millisecond})
	server := httptest.NewServer(served)
	t.Cleanup(server.Close)
	at := served.Accounts(server.URL)[0]
	client, err := p1.New(api.Login{Account: "shop", BaseURL: at.BaseURL, Token: at.Token, Keys: map[string]string{"company": at.Company}, Pace: 1000})
	if err != nil {
		t.Fatal(err)
	}
	c := &chain{t: t, url: server.URL, dir: t.TempDir(), client: client}
	c.start()
	t.Cleanup(func() { c.stop() })
	return c
}

// start is a start of the program, stop its orderly end.
func (c *chain) start() {
	feed := state.NewFeed()
	c.sub = feed.Subscribe()
	var err error
	if c.db, err = sqlite.Open(context.Background(), c.dir, feed); err != nil {
		c.t.Fatal(err)
	}
	account := outbox.Account{ID: "shop", Provider: c.client}
	c.Outbox = outbox.New(outbox.Options{
		Store: c.db, Heads: outbox.Engine(c.db, account), Feed: feed,
		Dir: filepath.Join(c.dir, "outbox"), Accounts: []outbox.Account{account},
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func(db *sqlite.DB, run func(context.Context) error) {
		defer close(ended)
		db.WithLease(ctx, "test", run)
	}(c.db, c.Run)
	c.stop = func() {
		cancel()
		<-ended
		if err := c.db.Close(); err != nil {
			c.t.Error(err)
		}
	}
}

// some is a conversation of a kind.
func (c *chain) some(kind api.ChannelKind) api.ConversationID {
	c.t.Helper()
	page, err := c.client.Conversations(context.Background(), api.PageRequest{})
	if err == nil {
		err = c.db.SaveConversations(context.Background(), page.Items)
	}
	for _, conv := range page.Items {
		if conv.Kind == kind {
			return conv.ID
		}
	}
	c.t.Fatalf("no conversation of kind %s: %v", kind, err)
	return api.ConversationID{}
}

// channel is the channel of a kind.
func (c *chain) channel(kind api.ChannelKind) api.ChannelID {
	c.t.Helper()
	id, err := c.client.Identify(context.Background())
	for _, ch := range id.Channels {
		if ch.Kind == kind {
			return ch.ID
		}
	}
	c.t.Fatalf("no channel of kind %s: %v", kind, err)
	return api.ChannelID{}
}

func (c *chain) submit(d state.Draft, first *state.First) state.Outbound {
	c.t.Helper()
	rows, err := c.Submit(context.Background(), d, first)
	if err != nil {
		c.t.Fatal(err)
	}
	return rows[len(rows)-1]
}

// until waits until a message is in a state.
func (c *chain) until(id int64, want state.Status) state.Outbound {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	for {
		o, err := c.db.Outbound(ctx, id)
		if err != nil {
			c.t.Fatal(err)
		}
		if o.Status == want {
			return o
		}
		if _, err := c.sub.Next(ctx); err != nil {
			c.t.Fatalf("it is %d, not %d: %+v", o.Status, want, o)
		}
	}
}

func (c *chain) control(method, path string, send, receive any) {
	c.t.Helper()
	body, err := json.Marshal(send)
	if err != nil {
		c.t.Fatal(err)
	}
	req, err := http.NewRequest(method, c.url+"/control/"+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		c.t.Fatalf("control %s %s: %s", method, path, res.Status)
	}
	if receive != nil {
		if err := json.NewDecoder(res.Body).Decode(receive); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *chain) fault(kind string, more map[string]any) {
	c.t.Helper()
	f := map[string]any{"platform": "pact", "match": "POST /messages$", "calls": 1, "kind": kind}
	for k, v := range more {
		f[k] = v
	}
	c.control("POST", "fault", f, nil)
}

// received counts how often the platform took a text in.
func (c *chain) received(text string) int {
	c.t.Helper()
	var all []struct{ Text string }
	c.control("GET", "received?platform=pact", nil, &all)
	n := 0
	for _, m := range all {
		if m.Text == text {
			n++
		}
	}
	return n
}

func TestChain(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits on a real clock")
	}
	c := newChain(t)
	conv := c.some("whatsapp")
	say := func(text string) state.Outbound { return c.submit(state.Draft{Conversation: conv, Body: text}, nil) }
	once := func(t *testing.T, o state.Outbound) {
		t.Helper()
		if done := c.until(o.ID, state.Done); done.Receipt.Delivery != api.DeliveryDelivered || done.Receipt.Message.Remote == "" {
			t.Errorf("%+v", done)
		}
		if n := c.received(o.Body); n != 1 {
			t.Errorf("the platform took it in %d times", n)
		}
	}
	t.Run("plain", func(t *testing.T) { once(t, say("hello")) })
	t.Run("answer lost after the effect", func(t *testing.T) {
		c.fault("drop_after", nil)
		once(t, say("only once"))
	})
	t.Run("answer cut off", func(t *testing.T) {
		c.fault("truncate", nil)
		once(t, say("cut off"))
	})
	t.Run("too many requests", func(t *testing.T) {
		c.fault("status", map[string]any{"status": 429, "retry_after": 1})
		once(t, say("slowly"))
	})
	t.Run("server out of order before the effect", func(t *testing.T) {
		c.fault("status", map[string]any{"status": 500})
		o := say("perhaps")
		lost := c.until(o.ID, state.Uncertain)
		if n := c.received(o.Body); n != 0 {
			t.Errorf("the platform took it in %d times", n)
		}
		if err := c.Decide(t.Context(), lost, state.SendAgain); err != nil {
			t.Fatal(err)
		}
		once(t, o)
	})
	t.Run("stopped during the request", func(t *testing.T) {
		c.fault("latency", map[string]any{"ms": 60_000})
		o := say("across a restart")
		for c.received(o.Body) == 0 {
			c.until(o.ID, state.InFlight)
		}
		c.stop()
		c.start()
		once(t, o)
	})
	t.Run("a first message", func(t *testing.T) {
		channel := c.channel("whatsapp")
		o := c.submit(state.Draft{Body: "good day"}, &state.First{Channel: channel, Kind: "whatsapp", To: "79995550199"})
		once(t, o)
		if home := c.until(o.ID, state.Done).Conversation; state.Provisional(home) {
			t.Errorf("it is still in %v", home)
		}
	})
	t.Run("a file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "bill.pdf")
		if err := os.WriteFile(path, []byte("%PDF-1.4"), 0o600); err != nil {
			t.Fatal(err)
		}
		o := c.submit(state.Draft{Conversation: conv, Files: []state.File{{Path: path}}}, nil)
		if done := c.until(o.ID, state.Done); done.Receipt.Delivery != api.DeliveryDelivered {
			t.Errorf("%+v", done)
		}
	})
}
