package tty

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/screen"
)

// The title goes onto the terminal's stack and comes back from it (XTWINOPS).
const (
	saveTitle    = "\x1b[22;2t"
	restoreTitle = "\x1b[23;2t"
)

// lookAgain is how often a process in the background looks whether it still is.
const lookAgain = 100 * time.Millisecond

// Terminal is the terminal of the process, or one behind a connection. Open takes it, Close gives it back,
// Exec gives it to another program for a while. Its methods may be called from any
// goroutine, Open, Exec and Close by one at a time.
type Terminal struct {
	line   line
	reader *reader
	quiet  bool // it shows queries that it does not know
	probes bool // it is to be asked how it counts emoji

	source source
	ended  chan struct{}
	// failed is what ended the reading, if it is no end of the terminal.
	failed error
	// executing is true while Exec has given the terminal back.
	executing atomic.Bool
	continued chan os.Signal
	// resized receives something after a change of the size.
	resized chan os.Signal
	closed  chan struct{}
	mu      sync.Mutex // of what is written
	env     uv.Environ
	// stuckAfter is how long the last bytes are tried to be written.
	stuckAfter time.Duration
	// last are the writes of the end, which may outlive it where the terminal takes nothing.
	last sync.WaitGroup
}

// New returns the terminal of in and out, which the environment describes. What it sends
// becomes messages, which send takes one by one; send may block.
func New(in, out *os.File, environ []string, send func(tea.Msg)) *Terminal {
	e := uv.Environ(environ)
	return onLine(&device{in: in, out: out}, e, e.Getenv("SSH_CONNECTION") != "" || e.Getenv("SSH_TTY") != "", send)
}

// Connected returns the terminal at the other end of a connection; see New.
func Connected(c Connection, send func(tea.Msg)) *Terminal {
	return onLine(newWire(c), c.Environ, true, send)
}

func onLine(l line, environ uv.Environ, remote bool, send func(tea.Msg)) *Terminal {
	p := parser{
		term:   environ.Getenv("TERM"),
		remote: remote,
		marked: environ.Getenv("TMUX") != "", // it marks what it pastes, and asks the terminal outside to
	}
	return &Terminal{line: l, reader: newReader(p, send), closed: make(chan struct{}), continued: make(chan os.Signal, 1), resized: make(chan os.Signal, 1), env: environ, stuckAfter: questionWait,
		quiet: strings.HasPrefix(p.term, "linux") || environ.Getenv("TERM_PROGRAM") == "Apple_Terminal"}
}

// Open takes the terminal and reads it until Close.
func (t *Terminal) Open() error {
	go t.watch()
	go t.watchSize(t.cell()) // here the terminal is still there
	return t.take()
}

// Close gives the terminal back as Open found it. The error is why it could not be
// read to the end.
func (t *Terminal) Close() error {
	close(t.closed)
	t.release()
	t.reader.close()
	return t.failed
}

// Exec gives the terminal back while run runs, and takes it again afterwards.
func (t *Terminal) Exec(run func() error) error {
	t.executing.Store(true)
	defer t.executing.Store(false)
	defer func() {
		select {
		case <-t.continued: // what run waited for
		default:
		}
	}()
	t.release()
	err := run()
	if !t.line.foreground() { // it is over, and the terminal is not ours any more
		return err
	}
	err = errors.Join(err, t.take())
	go t.sendSize(t.window(), t.cell()) // it may have changed meanwhile; who waits for us takes no message
	return err
}

// take sets the terminal up: line discipline, title, reading.
func (t *Terminal) take() error {
	if err := t.line.take(); err != nil {
		return err
	}
	t.write(saveTitle)
	source, err := t.line.source(t.resized)
	if err != nil {
		return err
	}
	t.reader.listen()
	t.source, t.ended = source, make(chan struct{})
	go t.read(source, t.ended)
	return nil
}

// read ends the program when the terminal is gone.
func (t *Terminal) read(s source, ended chan struct{}) {
	defer close(ended)
	err := state.Guarded(func() error { return t.reader.run(s) })
	if errors.Is(err, errStopped) {
		return
	}
	if !errors.Is(err, io.EOF) && !gone(err) {
		t.failed = catalog.Errorf("the terminal could not be read: %w", err)
	}
	go t.reader.send(tea.QuitMsg{})
}

// release gives the terminal back: no answer to what was asked is left for whoever
// reads next.
func (t *Terminal) release() {
	if t.source == nil {
		return
	}
	front, answered := t.line.foreground(), true
	if front && t.line.isRaw() {
		answered = t.reader.settle(t.ended)
	}
	t.source.stop()
	<-t.ended
	t.source.close()
	t.source = nil
	if !front {
		_, _ = io.WriteString(t.line, screen.Abandoned)
		return
	}
	last := ansi.ShowCursor + restoreTitle // a frame that was cut off may have hidden it
	if _, found := t.reader.counts(); found {
		last = ansi.SetModeUnicodeCore + last
	}
	t.writeLast(last)
	t.line.give(answered)
}

// watch says when the process was continued by somebody else, once it has the
// terminal.
func (t *Terminal) watch() {
	defer t.line.continued(t.continued)()
	for {
		select {
		case <-t.closed:
			return
		case <-t.continued:
		}
		if t.executing.Load() {
			continue
		}
		for !t.line.foreground() {
			select {
			case <-t.closed:
				return
			case <-time.After(lookAgain):
			}
		}
		t.reader.send(ContinuedMsg{})
	}
}
