//go:build unix

package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// UntilSignalled returns a context that ends at a signal that ends the program.
// SIGHUP is among them: it is how an SSH session ends, and without a handler it
// would cost the last keystrokes and leave the terminal raw. So would SIGQUIT and
// SIGABRT.
func UntilSignalled() context.Context {
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

// DisableCoreDumps keeps a crash from writing the memory to disk: tokens are in it.
func DisableCoreDumps() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) == nil {
		limit.Cur = 0
		_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit)
	}
}
