package script

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"unibox/api/sandbox"
	"unibox/state/config"
	"unibox/state/events"
	"unibox/ui/app"
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

// emptyDesk has platforms that answer, and no store yet.
func emptyDesk(t *testing.T) desk {
	t.Helper()
	world := sandbox.New(sandbox.Options{Seed: 1, Messages: 20, Conversations: 12, Quiet: true})
	server := httptest.NewServer(world)
	t.Cleanup(server.Close)
	d := newDesk(t)
	d.state += "-new"
	d.write(d.config, sandbox.Config(world.Accounts(server.URL)))
	return d
}

// Where every account of the config is left out, watch says why, and does not ask for another.
func TestWatchSaysWhyNoAccountIsUsed(t *testing.T) {
	d := newDesk(t)
	d.write(d.config, "[[account]]\nname = \"shop\"\nplatform = \"nowhere\"\ntoken = \"t\"\n")
	out, said, code := d.unibox("watch")
	if out != "" || code != ExitUsage || !strings.Contains(said, "nowhere") || !strings.Contains(said, "no account of "+d.config+" can be used: unibox config check") || strings.Contains(said, "account add") {
		t.Errorf("%d %q %q", code, out, said)
	}
}

// H1: without a screen watch makes a store, fetches from the platforms and prints what
// happens as lines of JSON; and what it fetched can be listed then.
func TestWatchFetchesAndPrintsEvents(t *testing.T) {
	d := emptyDesk(t)
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

// A8, H1: a watch keeps how many wait where a prompt reads it, and takes that away at its end.
func TestWatchCountsForPrompts(t *testing.T) {
	d := emptyDesk(t)
	file := filepath.Join(d.state, app.CountFile)
	ctx, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	watch := d
	watch.ctx, watch.stdout = ctx, io.Discard
	ended := make(chan int)
	go func() {
		_, _, code := watch.unibox("watch")
		ended <- code
	}()
	holds := func() string {
		has, _ := os.ReadFile(file)
		return string(has)
	}
	waiting := 0
	await(t, "the count of who waits", func() bool {
		var l listing
		out, _, code := d.unibox("list", "waiting", "--json")
		if code != 0 { // there is no store yet
			return false
		}
		d.must(json.Unmarshal([]byte(out), &l))
		waiting = l.Total
		return waiting > 0 && holds() == fmt.Sprintf("%d\n", waiting)
	})
	if bash, err := exec.LookPath("bash"); err == nil {
		show := exec.Command(bash, "-c", `. "$1" && unibox_waiting`, "bash", "../../../.ci/package/prompt.sh")
		show.Env = []string{"XDG_STATE_HOME=" + stateHome(t, file)}
		if said, err := show.Output(); err != nil || string(said) != fmt.Sprintf("[%d waiting] ", waiting) {
			t.Errorf("the prompt says %q, %v", said, err)
		}
	}
	d.must(os.Remove(file)) // as a screen does at its end
	beside := d.open()
	beside.Join("olga", "")
	await(t, "the count again", func() bool { return holds() == fmt.Sprintf("%d\n", waiting) })
	end()
	if code := <-ended; code != 0 || holds() != "" {
		t.Errorf("%d, and %q is left", code, holds())
	}
}

// stateHome is a folder in which the count is where a prompt looks.
func stateHome(t *testing.T, file string) string {
	t.Helper()
	home := t.TempDir()
	if err := os.Symlink(filepath.Dir(file), filepath.Join(home, "unibox")); err != nil {
		t.Skipf("no links here: %v", err)
	}
	return home
}

// await blocks until something is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waiting for %s", what)
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
	d := emptyDesk(t)
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
