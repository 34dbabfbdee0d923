package tty

import (
	"errors"
	"os"

	"github.com/charmbracelet/x/term"
	xwindows "github.com/charmbracelet/x/windows"
	"golang.org/x/sys/windows"

	"unibox/ui/catalog"
)

// errOld is what a console before escape sequences gets.
var errOld = catalog.Errorf("this console knows no escape sequences: use Windows Terminal, or Windows 10 version 1809 or later")

// Foreground is true: Windows has no job control, and a console belongs to all of its
// processes.
func Foreground(*os.File) bool { return true }

// makeRaw lets keys come in as they are pressed, as the sequences that a terminal sends,
// and changes of the size with them.
func makeRaw(in uintptr) error {
	if _, err := term.MakeRaw(in); err != nil {
		return errOld
	}
	var mode uint32
	if err := windows.GetConsoleMode(windows.Handle(in), &mode); err != nil {
		return err
	}
	return windows.SetConsoleMode(windows.Handle(in), mode|windows.ENABLE_WINDOW_INPUT)
}

// prepareOutput makes the console obey escape sequences, and returns what gives it back
// as it was.
func prepareOutput(out uintptr) (restore func(), err error) {
	var found uint32
	if windows.GetConsoleMode(windows.Handle(out), &found) != nil {
		return func() {}, nil // no console
	}
	const sequences = windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING | windows.DISABLE_NEWLINE_AUTO_RETURN
	if windows.SetConsoleMode(windows.Handle(out), found|sequences) != nil {
		return nil, errOld
	}
	return func() { _ = windows.SetConsoleMode(windows.Handle(out), found) }, nil
}

// notifyContinued does nothing: no process is stopped and continued here.
func notifyContinued(chan os.Signal) (stop func()) { return func() {} }

// notifyResized does nothing: the source reads of it among the keys.
func notifyResized(chan os.Signal) (stop func()) { return func() {} }

// gone reports whether reading failed because the console is gone.
func gone(err error) bool {
	return errors.Is(err, windows.ERROR_INVALID_HANDLE) || errors.Is(err, windows.ERROR_BROKEN_PIPE)
}

// flush drops what came in and was not read.
func flush(f *os.File) { _ = xwindows.FlushConsoleInputBuffer(windows.Handle(f.Fd())) }

// cellSize is zero: a console does not say how many pixels a cell has.
func cellSize(uintptr) (width, height int) { return 0, 0 }
