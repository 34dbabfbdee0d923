package app

import (
	"context"
	"errors"
	"os"

	"unibox/state/sqlite"
	"unibox/state/supervise"
)

// suspender suspends nothing: Windows has no shells that continue a stopped program.
type suspender struct{}

const noSuspend = "Windows cannot put a program aside: open another tab, or q quits"

func newSuspender(context.Context, *sqlite.DB, *supervise.Pausable) suspender { return suspender{} }

// Asked never receives.
func (suspender) Asked() <-chan os.Signal { return nil }

// Why says what to do instead.
func (suspender) Why() string { return noSuspend }

// Follow is never called: nothing asks.
func (suspender) Follow() error { return errors.New(noSuspend) }

// Suspend is never called: Why says so before.
func (suspender) Suspend() error { return errors.New(noSuspend) }
