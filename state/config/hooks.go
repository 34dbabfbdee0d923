package config

import (
	"errors"
	"time"
)

// Hooks is the [hooks] table.
type Hooks struct {
	// Run holds a program with its arguments by the event that it is run on (HookEvents).
	Run map[string][]string
	// Limit is how long one may take, 0 for the usual time.
	Limit time.Duration
	// AtOnce is how many run at a time, 0 for the usual number.
	AtOnce int
}

// HookEvents are what a hook can be run on: the events of state/events.
var HookEvents = []string{"new", "queued", "sent", "failed", "unknown", "held", "assigned", "snooze-ended", "window-closing"}

// mostAtOnce bounds how many hooks run at a time.
const mostAtOnce = 32

func hookFields() fields[Hooks] {
	f := fields[Hooks]{
		"timeout": upTo(longestCommand, func(h *Hooks) *time.Duration { return &h.Limit }).says("how long one may take").leftOut("30 s"),
		"at_once": {values: "1 to 32", means: "how many run at a time", absent: "4", set: func(h *Hooks, value any) error {
			n, ok := value.(int64)
			if !ok || n < 1 || n > mostAtOnce {
				return errors.New("must be a number from 1 to 32")
			}
			h.AtOnce = int(n)
			return nil
		}},
	}
	for _, event := range HookEvents {
		f[event] = field[Hooks]{values: command(func(*Hooks) *[]string { return nil }).values, means: "runs on [that event](../hooks/README.md)", set: func(h *Hooks, value any) error {
			var run []string
			if err := command(func(*Hooks) *[]string { return &run }).set(h, value); err != nil {
				return err
			}
			if h.Run == nil {
				h.Run = map[string][]string{}
			}
			h.Run[event] = run
			return nil
		}}
	}
	return f
}
