package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestGroupEndsTogether(t *testing.T) {
	broken := errors.New("the disk is full")
	for name, tt := range map[string]struct {
		part func(context.Context) error
		code int
		log  string
	}{
		"failure": {func(context.Context) error { return broken }, exitFailed, "the disk is full"},
		"panic":   {func(context.Context) error { panic("ouch") }, exitUsage, "TestGroupEndsTogether"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			g := newGroup(t.Context(), slog.New(slog.NewTextHandler(&log, nil)))
			stopped := make(chan struct{})
			g.start("other", func(ctx context.Context) error {
				<-ctx.Done()
				close(stopped)
				return ctx.Err()
			})
			g.start("broken", tt.part)
			<-g.ctx.Done()
			<-stopped
			if err := g.end(); exitCode(err) != tt.code {
				t.Errorf("%v, exit code %d", err, exitCode(err))
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
	g := newGroup(ctx, slog.New(slog.DiscardHandler))
	g.start("waits", wait)
	if err := g.end(); err != nil {
		t.Errorf("ended from within: %v", err)
	}
	g = newGroup(ctx, slog.New(slog.DiscardHandler))
	g.start("waits", wait)
	cancel()
	if err := g.end(); err != nil {
		t.Errorf("ended from without: %v", err)
	}
}
