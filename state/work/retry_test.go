package work

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/state"
)

func TestBackoff(t *testing.T) {
	for fails, want := range map[int]time.Duration{
		0: time.Second, 1: time.Second, 2: 2 * time.Second, 4: 8 * time.Second,
		6: 32 * time.Second, 7: time.Minute, 1000: time.Minute,
	} {
		if got := Backoff(fails, 0.5); got != want {
			t.Errorf("after %d failures %v, want %v", fails, got, want)
		}
		for _, jitter := range []float64{0, 0.25, 0.75, 0.999} {
			got := Backoff(fails, jitter)
			if got < ShortestPause || got > LongestPause || got < want*4/5 || got > want*6/5 {
				t.Errorf("after %d failures %v with jitter %v", fails, got, jitter)
			}
		}
	}
}

func TestJitterIsSpreadAndAlwaysTheSame(t *testing.T) {
	sum := 0.0
	for i := range 1000 {
		key := strings.Repeat("k", i)
		j := Jitter(key)
		if j < 0 || j > 1 || j != Jitter(key) {
			t.Fatalf("jitter %v of %d", j, i)
		}
		sum += j
	}
	if sum < 400 || sum > 600 {
		t.Errorf("on average %v", sum/1000)
	}
}

func TestAttemptRestsAfterAnError(t *testing.T) {
	for name, c := range map[string]struct {
		job  func() error
		want time.Duration
	}{
		"success": {func() error { return nil }, 0},
		"failure": {func() error { return errors.New("the disk is full") }, StorePause},
		"panic":   {func() error { panic("a mistake") }, LongestPause},
	} {
		synctest.Test(t, func(t *testing.T) {
			began, reports := time.Now(), 0
			Attempt(t.Context(), func(error) { reports++ }, c.job)
			if got := time.Since(began); got != c.want || (reports == 1) != (c.want > 0) {
				t.Errorf("%s: rested for %v after %d reports", name, got, reports)
			}
		})
	}
}

func TestPersistTriesUntilItIsStored(t *testing.T) {
	lost := errors.New("another process has the lease")
	for name, c := range map[string]struct {
		answers []error
		tries   int
		want    error
	}{
		"at once":      {[]error{nil}, 1, nil},
		"third time":   {[]error{state.ErrNoRoom, state.ErrNoRoom, nil}, 3, nil},
		"not any more": {[]error{state.ErrNoRoom, lost}, 2, lost},
	} {
		synctest.Test(t, func(t *testing.T) {
			tries := 0
			err := Persist(t.Context(), func(error) {}, func(context.Context) error {
				tries++
				return c.answers[tries-1]
			}, lost)
			if tries != c.tries || !errors.Is(err, c.want) {
				t.Errorf("%s: %v after %d tries", name, err, tries)
			}
		})
	}
}

func TestPersistStoresAlsoWhatComesAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := Persist(ctx, func(error) {}, func(ctx context.Context) error { return ctx.Err() })
		if err != nil {
			t.Errorf("not stored: %v", err)
		}
		if err := Persist(ctx, func(error) {}, func(context.Context) error { return state.ErrNoRoom }); !errors.Is(err, state.ErrNoRoom) {
			t.Errorf("%v", err)
		}
	})
}

func TestReport(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	Report(log, context.Canceled, "read the outbox")
	if out.Len() > 0 {
		t.Errorf("what was cancelled is logged: %s", out.String())
	}
	Report(log, state.ErrNoRoom, "read the outbox")
	if !strings.Contains(out.String(), "level=WARN msg=\"read the outbox\" err=\"the disk is full\"") {
		t.Error(out.String())
	}
	Report(log, state.Guarded(func() error { panic("a mistake") }), "read the outbox")
	if !strings.Contains(out.String(), "level=ERROR") || !strings.Contains(out.String(), "stack=") {
		t.Error(out.String())
	}
}
