package tty

import (
	"errors"
	"io"
	"os"

	"github.com/charmbracelet/x/term"
)

// line is what leads to a terminal: a device of this machine, or a connection.
type line interface {
	io.Writer
	// foreground reports whether the process may use the terminal now.
	foreground() bool
	// take lets keys come in as they are pressed, and give gives the line back as take
	// found it. answered: no answer of the terminal is on its way, which would be dropped.
	take() error
	give(answered bool)
	// isRaw reports whether the line is as take left it.
	isRaw() bool
	// source reads from it, and pokes resized if it hears of another size by that.
	source(resized chan<- os.Signal) (source, error)
	// size and cell are zero where the line does not know.
	size() (columns, rows int)
	cell() (width, height int)
	// fd is the descriptor that is written to, none for a connection.
	fd() uintptr
	// continued and resized poke c until stop is called.
	continued(c chan os.Signal) (stop func())
	resized(c chan os.Signal) (stop func())
}

// source reads from a line until it is stopped. close follows stop.
type source interface {
	io.Reader
	stop()
	close()
}

// device is a terminal of this machine.
type device struct {
	in, out *os.File
	// found is the line discipline as it was, raw as we set it; nil where input
	// is no terminal.
	found, raw *term.State
	// restoreOutput gives the output back as it was; nil before it was taken.
	restoreOutput func()
}

func (d *device) Write(p []byte) (int, error) { return d.out.Write(p) }

func (d *device) foreground() bool { return Foreground(d.in) }

func (d *device) take() error {
	if now, err := term.GetState(d.in.Fd()); err == nil {
		if d.raw == nil || *now != *d.raw {
			d.found = now
		}
		if err := makeRaw(d.in.Fd()); err != nil {
			return err
		}
		d.raw, _ = term.GetState(d.in.Fd())
	}
	shown, err := prepareOutput(d.out.Fd())
	if err != nil {
		return err
	}
	d.restoreOutput = shown
	return nil
}

func (d *device) give(answered bool) {
	defer d.restoreOutput()
	if d.found == nil || !d.isRaw() {
		return
	}
	if !answered {
		flush(d.in)
	}
	_ = term.Restore(d.in.Fd(), d.found)
}

func (d *device) isRaw() bool {
	now, err := term.GetState(d.in.Fd())
	return err == nil && d.raw != nil && *now == *d.raw
}

func (d *device) source(resized chan<- os.Signal) (source, error) { return newSource(d.in, resized) }

func (d *device) size() (columns, rows int) {
	columns, rows, _ = term.GetSize(d.out.Fd())
	return columns, rows
}

func (d *device) cell() (width, height int) { return cellSize(d.out.Fd()) }

func (d *device) fd() uintptr { return d.out.Fd() }

func (d *device) continued(c chan os.Signal) (stop func()) { return notifyContinued(c) }

func (d *device) resized(c chan os.Signal) (stop func()) { return notifyResized(c) }

// errStopped is what a source returns that was stopped.
var errStopped = errors.New("reading was stopped")
