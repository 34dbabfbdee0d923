package outbox

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite"
)

// office is an outbox on the real store, owned as in the program.
type office struct {
	*Outbox
	db   *sqlite.DB
	stop func()
}

func openOffice(t *testing.T, dir string, p *platform) *office {
	t.Helper()
	feed := state.NewFeed()
	db, err := sqlite.Open(context.Background(), dir, feed)
	if err != nil {
		t.Fatal(err)
	}
	account := Account{ID: "acc", Provider: &client{p, func() bool { return true }}}
	b := New(Options{
		Store: db, Heads: Engine(db, account), Feed: feed, Dir: filepath.Join(dir, "outbox"), Accounts: []Account{account},
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		db.WithLease(ctx, "test", b.Run)
	}()
	return &office{b, db, func() {
		cancel()
		<-ended
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}}
}

func (o *office) status(t *testing.T, id int64) (string, state.Outbound) {
	t.Helper()
	row, err := o.db.Outbound(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return words[row.Status], row
}

func TestOnTheRealStore(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "bill.txt")
	write(t, file, "bill")
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		p.fault = faults("send", fine, fine, hang)
		o := openOffice(t, dir, p)
		if err := o.db.SaveConversations(context.Background(), []api.Conversation{{ID: chat(1), Kind: "whatsapp"}}); err != nil {
			t.Fatal(err)
		}
		submit := func(d state.Draft, first *state.First) []state.Outbound {
			rows, err := o.Submit(context.Background(), d, first)
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		draft := attach(chat(1), file)
		draft.Body = "your bill"
		parts := submit(draft, nil)
		pass(time.Minute)
		lost := submit(state.Draft{Conversation: chat(1), Body: "and goodbye"}, nil)
		next := submit(state.Draft{Conversation: chat(1), Body: "one more"}, nil)
		pass(time.Second)
		if s, _ := o.status(t, lost[0].ID); s != "inflight" {
			t.Fatalf("%s before the restart", s)
		}
		o.stop()
		o = openOffice(t, dir, p)
		first := submit(state.Draft{Body: "Good day"}, &state.First{Channel: api.ChannelID{Account: "acc", Remote: "77"}, Kind: "whatsapp", To: "79250000001"})
		pass(2 * time.Minute)
		for _, id := range []int64{parts[0].ID, parts[1].ID, lost[0].ID, next[0].ID, first[0].ID} {
			if s, row := o.status(t, id); s != "done" || row.Receipt.Message.Remote == "" {
				t.Errorf("%q is %s: %+v", row.Body, s, row)
			}
		}
		if _, row := o.status(t, first[0].ID); row.Conversation != home("79250000001") {
			t.Errorf("the first message is in %v", row.Conversation)
		}
		if got := strings.Join(p.bodies(), "|"); got != "your bill||and goodbye|one more|Good day" && got != "your bill||and goodbye|Good day|one more" && got != "your bill||Good day|and goodbye|one more" {
			t.Errorf("the platform took %s", got)
		}
		if left := listing(t, filepath.Join(dir, "outbox")); len(left) != 0 {
			t.Errorf("copies left: %v", left)
		}
		o.stop()
	})
}
