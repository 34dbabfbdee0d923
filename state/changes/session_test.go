package changes

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite"
)

var _ Store = (*sqlite.DB)(nil)

// session is one on the real store.
type session struct {
	*Changes
	t    *testing.T
	dir  string
	db   *sqlite.DB
	stop func()
}

func conv(n int) api.ConversationID {
	return api.ConversationID{Account: "acc", Remote: fmt.Sprint(n)}
}

func message(n int) api.MessageID { return api.MessageID{Account: "acc", Remote: fmt.Sprint("m", n)} }

// open opens a session that carries out nothing.
func open(t *testing.T, dir string, p *platform) *session {
	t.Helper()
	feed := state.NewFeed()
	db, err := sqlite.Open(t.Context(), dir, feed, sqlite.PollEvery(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	c := New(Options{Store: db, Feed: feed, Accounts: []Account{{ID: "acc", Provider: able{platform: p}}, {ID: "plain", Provider: bare{}}}})
	d := &session{Changes: c, t: t, dir: dir, db: db}
	d.stop = func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	return d
}

// serve gives the session the lease.
func (d *session) serve() *session {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.db.WithLease(ctx, "test", d.Run) }()
	end := d.stop
	d.stop = func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			d.t.Errorf("Run returned %v", err)
		}
		end()
	}
	return d
}

// bubble runs a test of one session with the lease on a fake clock.
func bubble(t *testing.T, p *platform, test func(t *testing.T, d *session)) {
	t.Helper()
	dir := t.TempDir() // made outside: its removal outlives the bubble
	synctest.Test(t, func(t *testing.T) {
		d := open(t, dir, p).serve()
		defer func() { d.stop() }()
		test(t, d)
	})
}

func (d *session) change(n int, ability api.Caps, on bool) {
	d.submit(state.Change{Conversation: conv(n), Cap: ability, On: on})
}

func (d *session) submit(ch state.Change) {
	d.t.Helper()
	if err := d.Submit(context.Background(), ch); err != nil {
		d.t.Fatal(err)
	}
}

func (d *session) changes() []state.Change {
	d.t.Helper()
	all, err := d.db.Changes(context.Background(), "")
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

func (d *session) lists(c ...api.Conversation) {
	d.t.Helper()
	if err := d.db.SaveConversations(context.Background(), c); err != nil {
		d.t.Fatal(err)
	}
}

func (d *session) row(n int) state.Row {
	d.t.Helper()
	row, err := d.db.Row(context.Background(), conv(n))
	if err != nil {
		d.t.Fatal(err)
	}
	return row
}

func (d *session) reads(n int, msgs ...api.Message) {
	d.t.Helper()
	if _, err := d.db.SaveHead(context.Background(), conv(n), api.Page[api.Message]{Items: msgs}, time.Now()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *session) window(n int) []state.Item {
	d.t.Helper()
	w, err := d.db.Timeline(context.Background(), state.TimelineQuery{Conversation: conv(n), Before: 99})
	if err != nil {
		d.t.Fatal(err)
	}
	return w.Items
}

// pass lets time go by until nothing moves but by time.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
