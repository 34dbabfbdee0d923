package supervise

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"unibox/state"
)

func TestGroupEndsTogether(t *testing.T) {
	broken := errors.New("the disk is full")
	for name, tt := range map[string]struct {
		part     func(context.Context) error
		panicked bool
		log      string
	}{
		"failure": {func(context.Context) error { return broken }, false, "the disk is full"},
		"panic":   {func(context.Context) error { panic("ouch") }, true, "TestGroupEndsTogether"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			g := NewGroup(t.Context(), slog.New(slog.NewTextHandler(&log, nil)))
			stopped := make(chan struct{})
			g.Go("other", func(ctx context.Context) error {
				<-ctx.Done()
				close(stopped)
				return ctx.Err()
			})
			g.Go("broken", tt.part)
			<-g.Context().Done()
			<-stopped
			var crash *state.PanicError
			if err := g.End(); err == nil || errors.As(err, &crash) != tt.panicked || !tt.panicked && !errors.Is(err, broken) {
				t.Errorf("ended with %v", err)
			}
			if !strings.Contains(log.String(), tt.log) {
				t.Errorf("log: %s", &log)
			}
		})
	}
}

func TestGroupEndsWithoutErrorWhenAsked(t *testing.T) {
	wait := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	ctx, cancel := context.WithCancel(t.Context())
	g := NewGroup(ctx, slog.New(slog.DiscardHandler))
	g.Go("waits", wait)
	if err := g.End(); err != nil {
		t.Errorf("ended from within: %v", err)
	}
	g = NewGroup(ctx, slog.New(slog.DiscardHandler))
	g.Go("waits", wait)
	cancel()
	if err := g.End(); err != nil {
		t.Errorf("ended from without: %v", err)
	}
}
