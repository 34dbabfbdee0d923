package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"unibox/state/events"
	"unibox/state/record"
)

// TestMain lets the test program be a hook.
func TestMain(m *testing.M) {
	switch os.Getenv("HOOK") {
	case "":
		os.Exit(m.Run())
	case "write":
		text := make([]byte, 1<<16)
		n, _ := os.Stdin.Read(text)
		if err := os.WriteFile(os.Args[1]+".part", text[:n], 0o600); err != nil {
			os.Exit(3)
		}
		if os.Rename(os.Args[1]+".part", os.Args[1]) != nil {
			os.Exit(3)
		}
	case "fail":
		os.Stderr.WriteString("the pager is\x1b[2J off\n")
		os.Exit(1)
	case "sleep":
		time.Sleep(time.Hour)
	case "crowd":
		os.Exit(crowd(os.Args[1]))
	}
}

// crowd is one of many hooks: it notes that it runs, waits until as many run as may, or only
// the last are left, and fails if more run. The event whose text is "hang" never ends.
func crowd(folder string) int {
	var e events.Event
	if json.NewDecoder(os.Stdin).Decode(&e) != nil {
		return 3
	}
	own := filepath.Join(folder, "runs", e.Message.Text)
	if os.WriteFile(own, nil, 0o600) != nil {
		return 3
	}
	if e.Message.Text == "hang" {
		time.Sleep(time.Hour)
	}
	for full := false; ; time.Sleep(10 * time.Millisecond) {
		runs, _ := os.ReadDir(filepath.Join(folder, "runs"))
		done, _ := os.ReadDir(filepath.Join(folder, "done"))
		switch {
		case len(runs) > crowdAtOnce:
			os.Stderr.WriteString("more run than may\n")
			return 1
		case len(runs) == crowdAtOnce && !full:
			full = true // one more would come now
		case full || len(done) >= crowdEvents-crowdAtOnce:
			if os.WriteFile(filepath.Join(folder, "done", e.Message.Text), nil, 0o600) != nil || os.Remove(own) != nil {
				return 3
			}
			return 0
		}
	}
}

const crowdEvents, crowdAtOnce = 50, 3

// crowded hands 50 events to hooks at once, of which one may hang, and waits for the others.
func crowded(t *testing.T, first string) (said <-chan string) {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"runs", "done"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	h, said := hooking(t, "crowd", Options{AtOnce: crowdAtOnce, Limit: time.Hour}, folder)
	h.On(event(events.New, first))
	for i := range crowdEvents - 1 {
		h.On(event(events.New, strconv.Itoa(i)))
	}
	want := crowdEvents
	if first == "hang" {
		want--
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		done, err := os.ReadDir(filepath.Join(folder, "done"))
		if err != nil {
			t.Fatal(err)
		}
		if len(done) == want {
			return said
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d are done", len(done), want)
		}
	}
}

// H2: of many events at once every one runs its hook, and as many run at a time as may.
func TestFiftyEventsAtOnce(t *testing.T) {
	said := crowded(t, "first")
	if len(said) > 0 {
		t.Error(<-said)
	}
}

// H2: while a hook hangs the others run, in what is left of how many may.
func TestAHookThatHangsHoldsUpNobody(t *testing.T) {
	said := crowded(t, "hang")
	if len(said) > 0 {
		t.Error(<-said)
	}
}

// hooking runs hooks of one event until the test ends.
func hooking(t *testing.T, how string, o Options, args ...string) (*Hooks, <-chan string) {
	t.Helper()
	t.Setenv("HOOK", how)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 100)
	o.Run, o.Problem = map[string][]string{events.New: append([]string{program}, args...)}, func(s string) { said <- s }
	h := New(o)
	ctx, quit := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = h.Work(ctx) })
	t.Cleanup(func() { quit(); wg.Wait() })
	return h, said
}

func event(name, text string) events.Event {
	return events.Event{Schema: record.Schema, Event: name, Conversation: record.Conversation{ID: "shop/1"}, Message: &record.Message{Text: text}}
}

func next(t *testing.T, said <-chan string) string {
	t.Helper()
	select {
	case s := <-said:
		return s
	case <-time.After(time.Minute):
		t.Fatal("nothing was said")
		return ""
	}
}

// H2: a hook gets the event as JSON on its standard input, without a shell, and nothing runs on
// what it is not for.
func TestAHookGetsTheEvent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "$(touch x)")
	h, said := hooking(t, "write", Options{}, path)
	h.On(event(events.Sent, "not for it"))
	h.On(event(events.New, "hi\x1b[2J `id`"))
	for {
		text, err := os.ReadFile(path)
		if err == nil {
			var e events.Event
			if err := json.Unmarshal(text, &e); err != nil || e.Event != events.New || e.Message.Text != "hi\x1b[2J `id`" || strings.Contains(string(text), "\x1b") || strings.Count(string(text), "\n") != 1 {
				t.Errorf("%v: %q", err, text)
			}
			break
		}
		select {
		case s := <-said:
			t.Fatal(s)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// H2: a hook that fails is said once, until it works again; one that takes too long is stopped.
func TestAHookThatFails(t *testing.T) {
	h, said := hooking(t, "fail", Options{AtOnce: 1})
	h.On(event(events.New, ""))
	if s := next(t, said); !strings.HasPrefix(s, `The hook for "new" failed: the pager is`) {
		t.Errorf("%q", s)
	}
	h.judge(events.New, events.New, nil)
	h.On(event(events.New, ""))
	next(t, said)
	h.On(event(events.New, ""))
	h.judge("another", "another", os.ErrClosed)
	if s := next(t, said); s != os.ErrClosed.Error() {
		t.Errorf("the same is said again: %q", s)
	}
	h, said = hooking(t, "sleep", Options{Limit: 50 * time.Millisecond})
	h.On(event(events.New, ""))
	if s := next(t, said); !strings.Contains(s, "took longer than 50ms and was stopped") {
		t.Errorf("%q", s)
	}
}

// H2: what fails stands in the state folder, also for a session that begins later, until it
// works again or is in the config no more.
func TestWhatFailsIsKept(t *testing.T) {
	dir := t.TempDir()
	o := Options{Dir: dir, Run: map[string][]string{events.New: {"none"}, events.Sent: {"none"}}}
	kept := func(want ...string) {
		t.Helper()
		list, err := Failures(dir)
		var got []string
		for _, f := range list {
			got = append(got, f.Event+": "+f.Why)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	ended, quit := context.WithCancel(t.Context())
	quit()
	kept()
	h := New(o)
	h.judge(events.New, events.New, nil)
	kept()
	h.judge(events.New, events.New, errors.New("it is off"))
	h.judge(events.New, events.New, errors.New("it is still off"))
	h.judge(events.Sent, events.Sent, errors.New("another"))
	h.judge(dropped+events.New, events.New, errors.New("too slow"))
	kept("new: it is still off", "new: too slow", "sent: another")
	h = New(o)
	_ = h.Work(ended)
	h.judge(events.New, events.New, nil)
	kept("new: too slow", "sent: another")
	o.Run = map[string][]string{events.New: {"none"}}
	h = New(o)
	_ = h.Work(ended)
	kept("new: too slow")
	h.judge(dropped+events.New, events.New, nil)
	kept()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
}

// H2: nothing waits for hooks: while all are busy events wait, and what is too much is dropped
// and said once.
func TestHooksBlockNobody(t *testing.T) {
	h, said := hooking(t, "sleep", Options{AtOnce: 1})
	for range waiting + 10 {
		h.On(event(events.New, ""))
	}
	if s := next(t, said); !strings.Contains(s, "too slow") {
		t.Errorf("%q", s)
	}
	if len(said) > 0 {
		t.Errorf("and %q", <-said)
	}
	var none *Hooks
	none.On(event(events.New, ""))
	if New(Options{}) != nil {
		t.Error("hooks of nothing")
	}
}

// H2: that events are dropped is said again once the hooks had caught up, and not before.
func TestDroppedEventsAreSaidAgain(t *testing.T) {
	said := 0
	h := New(Options{Run: map[string][]string{events.New: {"true"}}, Problem: func(string) { said++ }})
	for range waiting + 3 {
		h.On(event(events.New, ""))
	}
	<-h.queue
	h.On(event(events.New, "")) // there is room for one
	h.On(event(events.New, ""))
	if said != 1 {
		t.Errorf("said %d times while it was too slow all the time", said)
	}
	for len(h.queue) > 0 {
		<-h.queue
	}
	for range waiting + 3 {
		h.On(event(events.New, ""))
	}
	if said != 2 {
		t.Errorf("said %d times", said)
	}
}
