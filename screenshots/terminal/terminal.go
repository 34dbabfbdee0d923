//go:build unix

// Package terminal runs a program in a pseudo-terminal and shows what a person
// in front of it would see. The pictures and the tests of the whole program
// are made with it.
package terminal

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Window is a program in a terminal. Its methods are for one goroutine.
type Window struct {
	cmd      *exec.Cmd
	pty, tty *os.File
	// in and out are pty, or the far end of a line to it.
	in  io.Writer
	out io.Reader
	// before and after are the terminal's modes around the program's life.
	before, after *term.State
	// changed receives after output was drawn, reaped is closed when the
	// program has ended, and drawn when the last of its output is drawn too.
	changed, reaped, drawn chan struct{}

	mu     sync.Mutex
	emu    *vt.Emulator
	cursor bool
	// keyboard are the flags of the kitty keyboard protocol, the last one counts; a terminal that
	// does not speak it has none.
	keyboard []int
	// traffic is what the program has written, and awaited what Seen waits for.
	traffic Traffic
	awaited *awaited
}

// Open starts cmd in a terminal of the given size. The caller closes it.
func Open(cmd *exec.Cmd, cols, rows int) (*Window, error) { return OpenOver(Line{}, cmd, cols, rows) }

// OpenOver is Open with a line between the program and the person.
func OpenOver(line Line, cmd *exec.Cmd, cols, rows int) (*Window, error) {
	return open(line, cmd, cols, rows, func(*Window) {})
}

// open opens a window that is prepared before the program starts.
func open(line Line, cmd *exec.Cmd, cols, rows int, prepare func(*Window)) (*Window, error) {
	w := &Window{
		cmd: cmd, emu: vt.NewEmulator(cols, rows), cursor: true,
		changed: make(chan struct{}, 1), reaped: make(chan struct{}), drawn: make(chan struct{}),
	}
	w.emu.SetCallbacks(vt.Callbacks{CursorVisibility: func(visible bool) { w.cursor = visible }})
	prepare(w)
	var err error
	if w.pty, w.tty, err = pty.Open(); err != nil {
		return nil, fmt.Errorf("open a pseudo-terminal: %w", err)
	}
	if err := w.start(cols, rows); err != nil {
		w.pty.Close()
		w.tty.Close()
		return nil, err
	}
	w.in, w.out = line.ends(w.pty)
	go w.reap()
	go w.draw()
	go io.Copy(w.in, w.emu) // a terminal's answers to what the program asks it
	return w, nil
}

func (w *Window) start(cols, rows int) error {
	if err := pty.Setsize(w.pty, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}); err != nil {
		return fmt.Errorf("size the terminal: %w", err)
	}
	var err error
	if w.before, err = term.GetState(w.tty.Fd()); err != nil {
		return fmt.Errorf("read the terminal's modes: %w", err)
	}
	w.cmd.Stdin, w.cmd.Stdout, w.cmd.Stderr = w.tty, w.tty, w.tty
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	return w.cmd.Start()
}

// reap waits for the program's end. The last open end of the terminal is kept
// until then, to see how the program left it.
func (w *Window) reap() {
	w.cmd.Wait()
	w.after, _ = term.GetState(w.tty.Fd())
	close(w.reaped)
	w.tty.Close()
}

func (w *Window) draw() {
	defer close(w.drawn)
	buf := make([]byte, 64<<10)
	for {
		n, err := w.out.Read(buf)
		at := time.Now()
		w.mu.Lock()
		w.emu.Write(buf[:n])
		w.note(n, at)
		w.mu.Unlock()
		select {
		case w.changed <- struct{}{}:
		default:
		}
		if err != nil {
			<-w.reaped
			return
		}
	}
}

// Close kills the program, if it still runs, and ends the terminal.
func (w *Window) Close() {
	w.cmd.Process.Kill()
	w.Deserted(5 * time.Second) // not for ever: what it started may be stopped
	if in, ok := w.emu.InputPipe().(io.Closer); ok {
		in.Close()
	}
	w.pty.Close()
}

// Kill ends the program as a power cut would.
func (w *Window) Kill() {
	w.cmd.Process.Kill()
	<-w.drawn
}

// Signal sends sig to the program.
func (w *Window) Signal(sig os.Signal) error { return w.cmd.Process.Signal(sig) }

// Pid is the program's.
func (w *Window) Pid() int { return w.cmd.Process.Pid }

// Shell makes the terminal as it was before the program, as a shell does that gets it
// back while the program is stopped.
func (w *Window) Shell() error { return term.Restore(w.tty.Fd(), w.before) }

// Raw reports whether keys reach the program one by one and are not echoed.
func (w *Window) Raw() bool {
	now, err := term.GetState(w.tty.Fd())
	return err == nil && now.Lflag&(unix.ICANON|unix.ECHO) == 0
}

// Text is what the screen shows, without blanks at its end.
func (w *Window) Text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.TrimRight(w.emu.String(), " \n")
}

// Look lets f read the screen and whether the cursor shows.
func (w *Window) Look(f func(screen *vt.Emulator, cursor bool)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(w.emu, w.cursor)
}

// whole is how long nothing is drawn after a frame: what is seen sooner may be
// one half of it beside one half of the last.
const whole = 10 * time.Millisecond

// Until blocks until the screen is as ok wants it. It fails after the time
// given, and when the program ends before.
func (w *Window) Until(patience time.Duration, ok func(text string) bool) error {
	deadline := time.After(patience)
	for !w.is(ok) {
		select {
		case <-w.changed:
		case <-w.drawn:
			if !w.is(ok) {
				return errors.New("the program ended before")
			}
		case <-deadline:
			return fmt.Errorf("not within %v", patience)
		}
	}
	return nil
}

// is reports whether whole frames are as ok wants them.
func (w *Window) is(ok func(text string) bool) bool {
	if !ok(w.Text()) {
		return false
	}
	w.Settle(whole)
	return ok(w.Text())
}

// Settle blocks until nothing was drawn for the time given.
func (w *Window) Settle(quiet time.Duration) {
	for {
		select {
		case <-w.changed:
		case <-w.drawn:
			return
		case <-time.After(quiet):
			return
		}
	}
}

// keys are strokes by the names of the key table.
var keys = map[string]string{
	"enter": "\r", "esc": "\x1b", "tab": "\t", "space": " ", "backspace": "\x7f", "alt+enter": "\x1b\r",
	"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
	"pgup": "\x1b[5~", "pgdown": "\x1b[6~", "home": "\x1b[H", "end": "\x1b[F",
}

// Press types keys one after the other; what names no key is typed as text.
func (w *Window) Press(names ...string) error {
	for _, name := range names {
		keys := stroke(name)
		if w.Keyboard() > 0 {
			keys = cmp.Or(kitty(name, 0), keys)
		}
		if _, err := io.WriteString(w.in, keys); err != nil {
			return fmt.Errorf("press %s: %w", name, err)
		}
	}
	return nil
}

func stroke(name string) string {
	if seq, ok := keys[name]; ok {
		return seq
	}
	if letter, ok := strings.CutPrefix(name, "ctrl+"); ok && len(letter) == 1 {
		return string(letter[0] & 0x1f)
	}
	if letter, ok := strings.CutPrefix(name, "alt+"); ok && len(letter) == 1 {
		return "\x1b" + letter
	}
	return name
}

// Deserted waits until the program and all that it started in the terminal have
// ended.
func (w *Window) Deserted(patience time.Duration) error {
	select {
	case <-w.drawn:
		return nil
	case <-time.After(patience):
		return fmt.Errorf("the terminal is still in use after %v", patience)
	}
}

// Resize changes the terminal's size, as a person does by its corner.
func (w *Window) Resize(cols, rows int) error {
	w.mu.Lock()
	w.emu.Resize(cols, rows)
	w.mu.Unlock()
	return pty.Setsize(w.pty, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
}

// Ended waits until the program has ended by itself and returns its exit code.
// The error says what it did not put back of the terminal.
func (w *Window) Ended(patience time.Duration) (int, error) {
	if err := w.Deserted(patience); err != nil {
		return -1, err
	}
	code := w.cmd.ProcessState.ExitCode()
	switch {
	case !reflect.DeepEqual(w.after, w.before):
		return code, fmt.Errorf("the terminal's modes are %v and were %v", w.after, w.before)
	case w.emu.IsAltScreen():
		return code, errors.New("the alternate screen was not left")
	case !w.cursor:
		return code, errors.New("the cursor was not shown again")
	}
	return code, nil
}
