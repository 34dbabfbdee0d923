package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// UntilSignalled returns a context that ends when the program is to end: at ctrl+c and
// ctrl+break, which Go calls os.Interrupt, and when the console is closed, the user logs
// off or the machine goes down, which Go calls SIGTERM. Windows ends the process a few
// seconds after those by itself; what is typed is saved long before.
func UntilSignalled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel()
	}()
	return ctx
}

// DisableCoreDumps does nothing: Go's programs write none here.
func DisableCoreDumps() {}
