// Command unibox is a unified inbox in the terminal for support agents.
//
// This package holds the commands and their wiring, and nothing else: it
// reads the config, makes the clients, opens the store, starts the engine and
// the outbox beside the screen, and takes all of it down in order. Everything
// that decides lives in api, state, keymap and ui.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// SIGHUP is how an SSH session ends. Without a handler it would cost the
	// last keystrokes and leave the terminal raw.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	root := rootCommand()
	err := root.ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(exitCode(err))
}
