package push

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"

	"unibox/api"
)

// reader is an engine and a store, and notes what it is told.
type reader struct {
	mu       sync.Mutex
	stopped  bool
	hints    []string
	channels map[string]string
	stored   map[string]bool
	acked    []string
	asked    int
	open     []bool
	told     chan struct{}
}

func newReader() *reader {
	return &reader{channels: map[string]string{}, stored: map[string]bool{}, told: make(chan struct{}, 1000)}
}

func (r *reader) Push(account api.AccountID, h api.Hints) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return false
	}
	for _, id := range h.Conversations {
		r.hints = append(r.hints, string(account)+":"+id.Remote)
	}
	for _, s := range h.Channels {
		r.channels[s.Channel.Remote] = s.Problem
	}
	r.told <- struct{}{}
	return true
}

func (r *reader) Channels(_ api.AccountID, states []api.ChannelState) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range states {
		r.channels[s.Channel.Remote] = s.Problem
	}
	return !r.stopped
}

func (r *reader) Reachable(api.AccountID)   { r.open = append(r.open, true) }
func (r *reader) Unreachable(api.AccountID) { r.open = append(r.open, false) }

func (r *reader) SaveAck(_ context.Context, ack api.Ack) (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	if !r.stored[ack.Message.Remote] {
		return false, nil
	}
	r.acked = append(r.acked, ack.Message.Remote)
	return true, nil
}

func put(t *testing.T, dir string, account api.AccountID, at time.Time, bodies ...string) {
	t.Helper()
	s := SpoolIn(dir)
	for i, body := range bodies {
		if err := s.Put(Event{Account: account, At: at.Add(time.Duration(i)), Body: []byte(body)}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTake: events are taken in order, each once, and kept while the engine does not run.
func TestTake(t *testing.T) {
	dir, r := t.TempDir(), newReader()
	taker := NewTaker(dir, accounts(), r, r, nil)
	put(t, dir, "plain", time.Now(), "1", "2", "{broken", "3")
	put(t, dir, "removed", time.Now(), "4")
	if err := os.WriteFile(filepath.Join(taker.spool.dir, "odd"), []byte("no event"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.stopped = true
	if wait := taker.take(t.Context()); wait != engineEvery || len(kept(t, dir)) != 5 {
		t.Errorf("with no engine: again after %v, kept %q", wait, kept(t, dir))
	}
	r.stopped = false
	if wait := taker.take(t.Context()); wait != lookAnyway || len(kept(t, dir)) != 0 {
		t.Errorf("again after %v, kept %q", wait, kept(t, dir))
	}
	if want := []string{"plain:1", "plain:2", "plain:3"}; !slices.Equal(r.hints, want) {
		t.Errorf("hints %q", r.hints)
	}
	put(t, dir, "plain", time.Now(), "5", "6", "7")
	taker.most = 2
	if wait := taker.take(t.Context()); wait != 0 || len(kept(t, dir)) != 1 {
		t.Errorf("of many: again after %v, kept %d", wait, len(kept(t, dir)))
	}
}

// TestAcksWaitForTheirMessages, also over a start.
func TestAcksWaitForTheirMessages(t *testing.T) {
	dir, r := t.TempDir(), newReader()
	r.stored["9"] = true
	taker := NewTaker(dir, accounts(), r, r, nil)
	put(t, dir, "plain", time.Now(), "ack 9", "ack 10", "ack 10")
	put(t, dir, "plain", time.Now().Add(-2*ackPatience), "ack 11")
	if wait := taker.take(t.Context()); wait != ackEvery || !slices.Equal(r.acked, []string{"9"}) {
		t.Fatalf("again after %v, %q", wait, r.acked)
	}
	if want := []string{"plain:1", "plain:1", "plain:1"}; !slices.Equal(r.hints, want) {
		t.Errorf("hints %q", r.hints)
	}
	r.stored["10"], r.stored["11"] = true, true
	next := NewTaker(dir, accounts(), r, r, nil)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- next.Run(ctx) }()
	put(t, dir, "plain", time.Now(), "wake up")
	for range 4 {
		<-r.told
	}
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if want := []string{"9", "10"}; !slices.Equal(r.acked, want) {
		t.Errorf("acknowledged %q, want %q: the third is too old", r.acked, want)
	}
}

// TestAcksAreLookedForNowAndThen, not at each event that is taken meanwhile.
func TestAcksAreLookedForNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir, r := t.TempDir(), newReader()
		taker := NewTaker(dir, accounts(), r, r, nil)
		put(t, dir, "plain", time.Now(), "ack 9")
		taker.take(t.Context())
		time.Sleep(ackEvery / 5)
		put(t, dir, "plain", time.Now(), "1")
		if wait := taker.take(t.Context()); r.asked != 1 || wait != ackEvery*4/5 {
			t.Errorf("looked for %d times, again after %v", r.asked, wait)
		}
		time.Sleep(ackEvery * 4 / 5)
		r.stored["9"] = true
		if wait := taker.take(t.Context()); !slices.Equal(r.acked, []string{"9"}) || wait != lookAnyway {
			t.Errorf("acknowledged %q, again after %v", r.acked, wait)
		}
	})
}

// TestWhatCannotBeRead is skipped, and logged once; what is behind it is taken, and
// removed with its account.
func TestWhatCannotBeRead(t *testing.T) {
	dir, r := t.TempDir(), newReader()
	var log bytes.Buffer
	taker := NewTaker(dir, accounts(), r, r, slog.New(slog.NewTextHandler(&log, nil)))
	if err := os.MkdirAll(filepath.Join(taker.spool.dir, "0"), 0o700); err != nil { // a folder is no file
		t.Fatal(err)
	}
	for _, body := range []string{"1", "2"} {
		put(t, dir, "plain", time.Now(), body)
		taker.take(t.Context())
	}
	if want := []string{"plain:1", "plain:2"}; !slices.Equal(r.hints, want) || strings.Count(log.String(), "WARN") != 1 {
		t.Errorf("hints %q, log %s", r.hints, &log)
	}
	put(t, dir, "plain", time.Now(), "3")
	if err := Clear(dir, "plain"); err == nil {
		t.Error("an event that cannot be read is not said to be left")
	}
	if left, err := os.ReadDir(taker.spool.dir); err != nil || len(left) != 1 {
		t.Errorf("left %v, %v", left, err)
	}
}

// TestWake: all that the system says is read, though nobody takes; what arrived, and a
// queue that was full, wakes the taker once.
func TestWake(t *testing.T) {
	w := &fsnotify.Watcher{Events: make(chan fsnotify.Event), Errors: make(chan error)}
	arrived, done := make(chan struct{}, 1), make(chan struct{})
	go func() {
		wake(arrived, w)
		close(done)
	}()
	for range 3 {
		w.Events <- fsnotify.Event{Name: "events/1", Op: fsnotify.Remove}
		w.Events <- fsnotify.Event{Name: "events/" + partPrefix + "1", Op: fsnotify.Create}
	}
	if len(arrived) > 0 {
		t.Error("what is no event yet, or no longer, wakes")
	}
	w.Errors <- fsnotify.ErrEventOverflow
	<-arrived
	for range 3 {
		w.Errors <- fsnotify.ErrEventOverflow
		w.Events <- fsnotify.Event{Name: "events/1", Op: fsnotify.Create}
	}
	<-arrived
	close(w.Errors)
	<-done
}

// TestChannelsAreKept: how a channel is no call says, so it outlives the program.
func TestChannelsAreKept(t *testing.T) {
	dir, r := t.TempDir(), newReader()
	put(t, dir, "plain", time.Now(), "channel the phone is offline")
	NewTaker(dir, accounts(), r, r, nil).take(t.Context())
	want := map[string]string{"77": "the phone is offline"}
	if !reflect.DeepEqual(r.channels, want) {
		t.Errorf("%q", r.channels)
	}
	again := newReader()
	ctx, stop := context.WithCancel(t.Context())
	taker := NewTaker(dir, accounts(), again, again, nil)
	done := make(chan error, 1)
	go func() { done <- taker.Run(ctx) }()
	put(t, dir, "plain", time.Now(), "1")
	<-again.told
	stop()
	<-done
	if !reflect.DeepEqual(again.channels, want) {
		t.Errorf("after a start: %q", again.channels)
	}
}

// TestClear: of one account nothing is left, of the others everything; then of none.
func TestClear(t *testing.T) {
	dir, r := t.TempDir(), newReader()
	put(t, dir, "plain", time.Now(), "channel the phone is offline", "ack 9")
	put(t, dir, "signed", time.Now(), "ack 10", "channel it is disconnected")
	taker := NewTaker(dir, accounts(), r, r, nil)
	taker.take(t.Context())
	put(t, dir, "plain", time.Now(), "1")
	put(t, dir, "signed", time.Now(), "2")
	before := path(t, dir, "plain")
	kept1 := path(t, dir, "signed")
	if err := Clear(dir, "plain"); err != nil {
		t.Fatal(err)
	}
	var k known
	if _, err := readJSON(taker.file, &k); err != nil || len(k.Channels) != 1 || len(k.Acks) != 1 || k.Acks[0].Message.Remote != "10" {
		t.Errorf("%+v, %v", k, err)
	}
	if got := kept(t, dir); !slices.Equal(got, []string{"signed:2"}) || path(t, dir, "signed") != kept1 || path(t, dir, "plain") == before {
		t.Errorf("kept %q", got)
	}
	if !Kept(dir) {
		t.Error("nothing is said to be kept")
	}
	if err := Clear(dir, ""); err != nil || Kept(dir) {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// TestAddresses: every process has the same ones, and others on the machine do not
// read them.
func TestAddresses(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	var mu sync.Mutex
	paths := map[string]bool{}
	for range 20 {
		wg.Go(func() {
			at, err := AddressesIn(dir).Of("../shop\n")
			mu.Lock()
			defer mu.Unlock()
			if paths[at.Path] = true; err != nil || len(at.Path) < 26 {
				t.Errorf("%+v, %v", at, err)
			}
		})
	}
	wg.Wait()
	if other, err := AddressesIn(dir).Of("shop"); err != nil || len(paths) != 1 || paths[other.Path] {
		t.Errorf("%v, another account has %+v, %v", paths, other, err)
	}
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, _ error) error {
		if info, err := d.Info(); err != nil || path != dir && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
		return nil
	})
	if got := (Address{Path: "abc"}).Whole("https://example.org/hooks/"); got != "https://example.org/hooks/abc" {
		t.Error(got)
	}
}
