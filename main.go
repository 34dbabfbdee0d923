// Command unibox is a unified inbox in the terminal for support agents. Its
// commands are in ui/cli; README.md says where to read on.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"unibox/ui/cli"
)

func main() {
	disableCoreDumps()
	collectLessAtStart()
	os.Exit(cli.Run(untilSignalled()))
}

// untilSignalled returns a context that ends at a signal that ends the program.
// SIGHUP is among them: it is how an SSH session ends, and without a handler it
// would cost the last keystrokes and leave the terminal raw. So would SIGQUIT and
// SIGABRT.
func untilSignalled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGABRT)
	go func() {
		<-signals
		// A shell that ends takes the terminal back first. Writing to it would stop
		// the process then, with nobody left to continue it.
		signal.Ignore(syscall.SIGTTOU, syscall.SIGTTIN)
		cancel()
	}()
	return ctx
}

// disableCoreDumps keeps a crash from writing the memory to disk: tokens are in it.
func disableCoreDumps() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) == nil {
		limit.Cur = 0
		_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit)
	}
}

const (
	// startGC is the garbage collector's percentage at the start, startTime for how long,
	// and usualGC the one that follows.
	startGC   = 400
	startTime = 300 * time.Millisecond
	usualGC   = 60
)

// collectLessAtStart collects garbage seldom for a moment: the heap of a start only
// grows, from nothing, and would be searched again and again. Afterwards it is collected
// more often than usual: many sessions share a machine, and a key leaves little. GOGC
// decides where it is set.
func collectLessAtStart() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(startGC)
	time.AfterFunc(startTime, func() { debug.SetGCPercent(usualGC) })
}
