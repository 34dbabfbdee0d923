//go:build unix

package tty

import (
	"errors"
	"os"
	"os/signal"

	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"
)

// Foreground reports whether the process may use the terminal: after `bg`, and
// after its shell ended, another has it.
func Foreground(f *os.File) bool {
	front, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPGRP)
	return err != nil || front == unix.Getpgrp()
}

// makeRaw lets keys come in as they are pressed.
func makeRaw(in uintptr) error {
	_, err := term.MakeRaw(in)
	return err
}

// prepareOutput does nothing: a terminal obeys escape sequences.
func prepareOutput(uintptr) (restore func(), err error) { return func() {}, nil }

// notifyContinued makes c receive when the process was continued, until stop is called.
func notifyContinued(c chan os.Signal) (stop func()) { return notify(c, unix.SIGCONT) }

// notifyResized makes c receive when the terminal changed its size, until stop is called.
func notifyResized(c chan os.Signal) (stop func()) { return notify(c, unix.SIGWINCH) }

func notify(c chan os.Signal, s os.Signal) (stop func()) {
	signal.Notify(c, s)
	return func() { signal.Stop(c) }
}

// gone reports whether reading failed because the terminal is gone.
func gone(err error) bool { return errors.Is(err, unix.EIO) }

// cellSize is how many pixels a cell has, zero where the line does not know.
func cellSize(out uintptr) (width, height int) {
	size, err := unix.IoctlGetWinsize(int(out), unix.TIOCGWINSZ)
	if err != nil || size.Col == 0 || size.Row == 0 {
		return 0, 0
	}
	return int(size.Xpixel / size.Col), int(size.Ypixel / size.Row)
}
