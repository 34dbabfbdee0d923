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
	"github.com/charmbracelet/x/term"

	"unibox/state"
	"unibox/ui/catalog"
)

// The title goes onto the terminal's stack and comes back from it (XTWINOPS).
const (
	saveTitle    = "\x1b[22;2t"
	restoreTitle = "\x1b[23;2t"
)

// abandoned is what a shell needs that got the terminal without our giving it back,
// when we end behind it: its own screen and keyboard.
const abandoned = ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseExtSgr + ansi.ResetModifyOtherKeys + "\x1b[<1u" + ansi.ResetModeAltScreenSaveCursor + ansi.ResetModeUnicodeCore + ansi.ShowCursor + restoreTitle

// lookAgain is how often a process in the background looks whether it still is.
const lookAgain = 100 * time.Millisecond

// Terminal is the terminal of the process. Open takes it, Close gives it back,
// Exec gives it to another program for a while. Its methods may be called from any
// goroutine, Open, Exec and Close by one at a time.
type Terminal struct {
	in, out *os.File
	reader  *reader
	quiet   bool // it shows queries that it does not know
	probes  bool // it is to be asked how it counts emoji

	// found is the line discipline as it was, raw as we set it; nil where input
	// is no terminal.
	found, raw *term.State
	source     *source
	ended      chan struct{}
	// failed is what ended the reading, if it is no end of the terminal.
	failed error
	// executing is true while Exec has given the terminal back.
	executing atomic.Bool
	continued chan os.Signal
	// resized receives something after a change of the size.
	resized chan os.Signal
	closed  chan struct{}
	mu      sync.Mutex // of out
	// restoreOutput gives the output back as it was; nil before it was taken.
	restoreOutput func()
	env           uv.Environ
	// stuckAfter is how long the last bytes are tried to be written.
	stuckAfter time.Duration
	// last are the writes of the end, which may outlive it where the terminal takes nothing.
	last sync.WaitGroup
}

// New returns the terminal of in and out. What it sends becomes messages, which
// send takes one by one; send may block.
func New(in, out *os.File, send func(tea.Msg)) *Terminal {
	p := parser{
		term:   os.Getenv("TERM"),
		remote: os.Getenv("SSH_CONNECTION") != "" || os.Getenv("SSH_TTY") != "",
		marked: os.Getenv("TMUX") != "", // it marks what it pastes, and asks the terminal outside to
	}
	return &Terminal{in: in, out: out, reader: newReader(p, send), closed: make(chan struct{}), continued: make(chan os.Signal, 1), resized: make(chan os.Signal, 1), env: os.Environ(), stuckAfter: questionWait,
		quiet: strings.HasPrefix(p.term, "linux") || os.Getenv("TERM_PROGRAM") == "Apple_Terminal"}
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
	if !Foreground(t.in) { // it is over, and the terminal is not ours any more
		return err
	}
	err = errors.Join(err, t.take())
	go t.sendSize(t.window(), t.cell()) // it may have changed meanwhile; who waits for us takes no message
	return err
}

// errStopped is what a source returns that was stopped.
var errStopped = errors.New("reading was stopped")

// take sets the terminal up: line discipline, title, reading.
func (t *Terminal) take() error {
	if now, err := term.GetState(t.in.Fd()); err == nil {
		if t.raw == nil || *now != *t.raw {
			t.found = now
		}
		if err := makeRaw(t.in.Fd()); err != nil {
			return err
		}
		t.raw, _ = term.GetState(t.in.Fd())
	}
	shown, err := prepareOutput(t.out.Fd())
	if err != nil {
		return err
	}
	t.restoreOutput = shown
	t.write(saveTitle)
	source, err := newSource(t.in, t.resized)
	if err != nil {
		return err
	}
	t.reader.listen()
	t.source, t.ended = source, make(chan struct{})
	go t.read(source, t.ended)
	return nil
}

// read ends the program when the terminal is gone.
func (t *Terminal) read(s *source, ended chan struct{}) {
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
	front, answered := Foreground(t.in), true
	if front && t.isRaw() {
		answered = t.reader.settle(t.ended)
	}
	t.source.stop()
	<-t.ended
	t.source.close()
	t.source = nil
	if !front {
		_, _ = t.out.WriteString(abandoned)
		return
	}
	last := ansi.ShowCursor + restoreTitle // a frame that was cut off may have hidden it
	if _, found := t.reader.counts(); found {
		last = ansi.SetModeUnicodeCore + last
	}
	t.writeLast(last)
	defer t.restoreOutput()
	if t.found == nil || !t.isRaw() {
		return
	}
	if !answered {
		flush(t.in)
	}
	_ = term.Restore(t.in.Fd(), t.found)
}

// isRaw reports whether the line discipline is as we set it.
func (t *Terminal) isRaw() bool {
	now, err := term.GetState(t.in.Fd())
	return err == nil && t.raw != nil && *now == *t.raw
}

// watch says when the process was continued by somebody else, once it has the
// terminal.
func (t *Terminal) watch() {
	defer notifyContinued(t.continued)()
	for {
		select {
		case <-t.closed:
			return
		case <-t.continued:
		}
		if t.executing.Load() {
			continue
		}
		for !Foreground(t.in) {
			select {
			case <-t.closed:
				return
			case <-time.After(lookAgain):
			}
		}
		t.reader.send(ContinuedMsg{})
	}
}

// Input is the terminal as Bubble Tea needs it, which puts it in raw mode. It gives
// nothing to read: that is what Open does.
func (t *Terminal) Input() term.File { return handle{t} }

// handle is no cancelreader.File, whose descriptor would be waited for.
type handle struct{ t *Terminal }

func (handle) Read([]byte) (int, error)    { return 0, io.EOF }
func (handle) Write(p []byte) (int, error) { return len(p), nil }
func (handle) Close() error                { return nil }

// Fd is no descriptor in the background, where setting the line discipline would
// stop us or spoil it for the shell.
func (h handle) Fd() uintptr {
	if !Foreground(h.t.in) {
		return ^uintptr(0)
	}
	return h.t.in.Fd()
}
