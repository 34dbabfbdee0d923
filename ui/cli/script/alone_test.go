package script

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"unibox/api/sandbox"
	"unibox/state"
	"unibox/state/record"
)

// fetched is a store that watch filled from a platform, and two conversations of it. before
// sees each request for a message of ours.
func fetched(t *testing.T, before func(*http.Request)) (desk, [2]string) {
	t.Helper()
	world := sandbox.New(sandbox.Options{Seed: 1, Messages: 20, Conversations: 12, Quiet: true})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/messages") {
			before(r)
		}
		world.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	var shop sandbox.Account
	for _, a := range world.Accounts(server.URL) {
		if a.Platform == "textus" {
			shop = a
		}
	}
	d := newDesk(t)
	d.state += "-new"
	d.write(d.config, sandbox.Config([]sandbox.Account{shop}))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d.ctx, d.stdout = ctx, &lines{most: 3, end: cancel}
	if _, said, code := d.unibox("watch", "--only", "new", "--since", "2020-01-01"); code != 0 {
		t.Fatalf("%d, %s", code, said)
	}
	d.ctx, d.stdout = nil, nil
	db := d.open()
	defer db.Close()
	list, err := db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 50})
	d.must(err)
	var two []string
	for _, row := range list.Rows {
		if c := row.Conversation; c.Kind != "" && !c.Blocked.Or(false) && !c.OptedOut.Or(false) {
			two = append(two, record.ID(c.ID))
		}
	}
	if len(two) < 2 {
		t.Fatalf("only %d conversations can be written to", len(two))
	}
	return d, [2]string(two)
}

// H1: of two commands that send at once one has the lease, and sends for both. It cuts off no
// request of the other when its own message is out: nobody would know what became of that.
func TestSendsAtOnceAreNotCutOff(t *testing.T) {
	var mu sync.Mutex
	came, first, both := 0, make(chan struct{}), make(chan struct{})
	d, who := fetched(t, func(r *http.Request) {
		mu.Lock()
		came++
		n := came
		switch n {
		case 1:
			close(first)
		case 2:
			close(both)
		}
		mu.Unlock()
		select {
		case <-both:
		case <-r.Context().Done():
		}
		if n == 1 {
			return
		}
		select { // a slow answer, much later than that to the first
		case <-time.After(time.Second):
		case <-r.Context().Done():
		}
	})
	var all sync.WaitGroup
	for i, id := range who {
		if i == 1 {
			<-first // who has the lease is in the middle of its own
		}
		all.Go(func() {
			if out, said, code := d.unibox("send", id, "hello", "--anyway"); code != 0 {
				t.Errorf("%s: %d, %s%s", id, code, out, said)
			}
		})
	}
	all.Wait()
	rows, err := d.open().Submitted(t.Context(), 0)
	d.must(err)
	for _, o := range rows {
		if o.Status != state.Accepted && o.Status != state.Done {
			t.Errorf("%d is %v: %s", o.ID, o.Status, o.Reason)
		}
	}
	if len(rows) != 2 {
		t.Errorf("%d messages", len(rows))
	}
}

// H1: a command that is interrupted while the platform has its message waits for the answer and
// says so, so that the message is not one of which nobody knows what became of it. No hook is
// run by it, which it says too.
func TestAnInterruptedSendWaitsForItsAnswer(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	told, tell := context.WithCancel(t.Context())
	d, who := fetched(t, func(*http.Request) {
		interrupt()
		<-told.Done() // the platform answers after that
	})
	d.hears = &lines{most: 2, end: tell} // about the hooks, and then that it waits
	d.write(d.config, "[hooks]\nfailed = [\"/bin/false\"]\n\n"+d.read(d.config))
	d.ctx = ctx
	out, said, code := d.unibox("send", who[0], "hello", "--anyway")
	if code != 0 || !strings.Contains(said, "Interrupted. The message is being sent") || !strings.Contains(said, "hooks of the config are not run") {
		t.Errorf("%d, %s%s", code, out, said)
	}
	rows, err := d.open().Submitted(t.Context(), 0)
	d.must(err)
	if len(rows) != 1 || rows[0].Status != state.Accepted && rows[0].Status != state.Done {
		t.Errorf("%+v", rows)
	}
}
