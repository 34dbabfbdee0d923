package script

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"unibox/api/sandbox"
	"unibox/state/config"
	"unibox/state/events"
)

// lines ends a command once enough lines were printed.
type lines struct {
	mu   sync.Mutex
	all  bytes.Buffer
	most int
	end  func()
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.Write(b)
	if bytes.Count(l.all.Bytes(), []byte("\n")) >= l.most {
		l.end()
	}
	return len(b), nil
}

// H1: without a screen watch makes a store, fetches from the platforms and prints what
// happens as lines of JSON; and what it fetched can be listed then.
func TestWatchFetchesAndPrintsEvents(t *testing.T) {
	world := sandbox.New(sandbox.Options{Seed: 1, Messages: 20, Conversations: 12, Quiet: true})
	server := httptest.NewServer(world)
	t.Cleanup(server.Close)
	d := newDesk(t)
	d.state += "-new"
	d.write(d.config, sandbox.Config(world.Accounts(server.URL)))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out := &lines{most: 2, end: cancel}
	d.ctx, d.stdout = ctx, out
	if _, said, code := d.unibox("watch", "--only", "new", "--since", "2020-01-01"); code != 0 {
		t.Fatalf("%d, %s", code, said)
	}
	d.ctx, d.stdout = nil, nil
	for line := range strings.Lines(out.all.String()) {
		var e events.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Schema != 1 || e.Event != events.New || e.Message == nil || e.Conversation.ID == "" {
			t.Errorf("%v: %s", err, line)
		}
	}
	if listed, said, code := d.unibox("list", "all"); code != 0 || strings.Count(listed, "\n") < 2 {
		t.Errorf("%d, %s%s", code, listed, said)
	}
	for _, args := range [][]string{{"watch", "--only", "everything"}, {"watch", "--since", "whenever"}} {
		if _, _, code := d.unibox(args...); code != ExitUsage {
			t.Errorf("%q: %d", args, code)
		}
	}
}

// stuck is standard output that nobody reads. It says when the first line comes.
type stuck struct{ began func() }

func (s stuck) Write([]byte) (int, error) {
	s.began()
	select {}
}

// H1: whoever reads nothing of what watch prints does not keep it from its end.
func TestWatchEndsThoughNobodyReads(t *testing.T) {
	world := sandbox.New(sandbox.Options{Seed: 1, Messages: 20, Conversations: 12, Quiet: true})
	server := httptest.NewServer(world)
	t.Cleanup(server.Close)
	d := newDesk(t)
	d.state += "-new"
	d.write(d.config, sandbox.Config(world.Accounts(server.URL)))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d.ctx, d.stdout = ctx, stuck{cancel}
	_, said, code := d.unibox("watch", "--since", "2020-01-01")
	if code != 0 || !strings.Contains(said, "nobody read it") || errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("%d, %q, %v", code, said, ctx.Err())
	}
}

// H2: what the config takes as a hook is what happens.
func TestHooksAreForEvents(t *testing.T) {
	if !slices.Equal(config.HookEvents, events.All) {
		t.Errorf("hooks are for %q, and there are %q", config.HookEvents, events.All)
	}
}
