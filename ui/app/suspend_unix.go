//go:build unix

package app

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"

	"unibox/state/sqlite"
	"unibox/state/supervise"
	"unibox/ui/tty"
)

// suspender stops the process for the shell that started it.
type suspender struct {
	ctx   context.Context
	db    *sqlite.DB
	work  *supervise.Pausable
	asked chan os.Signal
}

// newSuspender also handles SIGTSTP: the default action would stop the process in
// the middle of a transaction and leave the terminal raw.
func newSuspender(ctx context.Context, db *sqlite.DB, s *supervise.Pausable) *suspender {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, unix.SIGTSTP)
	return &suspender{ctx, db, s, asked}
}

// Asked receives when the process was asked to stop by SIGTSTP.
func (s *suspender) Asked() <-chan os.Signal { return s.asked }

// Why says that nobody could continue the process.
func (s *suspender) Why() string {
	if !shell() {
		return "there is no shell to go back to; q quits"
	}
	return ""
}

// Follow stops with the editor, which ctrl+z stopped: the shell continues both. A
// shell that is asked for while only the editor stands would never come.
func (s *suspender) Follow() error {
	if s.Why() != "" {
		return unix.Kill(0, unix.SIGCONT)
	}
	return s.Suspend()
}

// Suspend gives the lease back, waits for running writes, and stops the process
// until its shell continues it.
func (s *suspender) Suspend() error {
	return s.work.Pause(s.ctx, func() error { return s.db.Rest(s.stop) })
}

// stop stops our process group. It sends SIGSTOP and not SIGTSTP, because Go drops
// a SIGTSTP that signal.Notify asked for.
func (s *suspender) stop() error {
	on := make(chan os.Signal, 1)
	signal.Notify(on, unix.SIGCONT)
	defer signal.Stop(on)
	signal.Ignore(unix.SIGTTOU, unix.SIGTTIN) // a shell that ended may wake it without giving the terminal back
	if err := unix.Kill(0, unix.SIGSTOP); err != nil {
		return err
	}
	<-on
	s.background()
	return nil
}

// background waits while another process group has the terminal: after `bg`, and
// when the shell ends, we are continued without it.
func (s *suspender) background() {
	for s.ctx.Err() == nil && !tty.Foreground(os.Stdin) {
		select {
		case <-s.ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// shell reports whether a shell with job control started us: then the parent is in
// this terminal's session and we have a process group of our own.
func shell() bool {
	parent := os.Getppid()
	session, err := unix.Getsid(parent)
	own, errOwn := unix.Getsid(0)
	group, errGroup := unix.Getpgid(parent)
	return errors.Join(err, errOwn, errGroup) == nil && session == own && group != unix.Getpgrp()
}
