// Command unibox is a unified inbox in the terminal for support agents.
//
// This package holds the commands and their wiring: it reads the config, makes
// the clients, opens the store, starts the engine, the outbox and the changes
// beside the screen, and takes all of it down in order. Everything that decides
// lives in api, state, keymap and ui. What is known of a platform outside of its
// client is one entry of platforms.go; accounts*.go and doctor*.go are the two
// commands that set up and look over an installation.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"unibox/ui/text"
)

func main() {
	keepNoCore()
	err := rootCommand().ExecuteContext(untilSignalled())
	if err != nil {
		fmt.Fprintln(os.Stderr, text.Mode{}.Clean(err.Error()))
	}
	os.Exit(exitCode(err))
}

// untilSignalled is done at a signal that ends the program. SIGHUP is how an SSH
// session ends. Without a handler it would cost the last keystrokes and leave
// the terminal raw.
func untilSignalled() context.Context {
	ctx, end := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals
		runWithoutTerminal()
		end()
	}()
	return ctx
}

// runWithoutTerminal lets the program touch a terminal that is no longer its own
// without being stopped: a shell that ends takes it back first, and would leave
// nobody to make the program go on.
func runWithoutTerminal() { signal.Ignore(syscall.SIGTTOU, syscall.SIGTTIN) }

// keepNoCore lets no crash write the memory to disk: the tokens are in it.
func keepNoCore() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) == nil {
		limit.Cur = 0
		_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit)
	}
}
