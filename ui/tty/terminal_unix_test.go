//go:build unix

package tty

import (
	"bytes"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// slow is a terminal that answers questions when it is told to.
type slow struct {
	master, tty *os.File
	mu          sync.Mutex
	shown       bytes.Buffer
	more        chan struct{}
}

func newSlow(t *testing.T) *slow {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal:", err)
	}
	s := &slow{master: master, tty: tty, more: make(chan struct{}, 1)}
	t.Cleanup(func() { master.Close(); tty.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			s.mu.Lock()
			s.shown.Write(buf[:n])
			s.mu.Unlock()
			select {
			case s.more <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	return s
}

// shows blocks until text was written.
func (s *slow) shows(t *testing.T, text string) {
	t.Helper()
	s.showsTimes(t, text, 1)
}

func (s *slow) showsTimes(t *testing.T, text string, times int) {
	t.Helper()
	for deadline := time.After(time.Minute); strings.Count(s.text(), text) < times; {
		select {
		case <-s.more:
		case <-deadline:
			t.Fatalf("%q does not come: %q", text, s.text())
		}
	}
}

func (s *slow) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown.String()
}

// waiting reports whether there is something for whoever reads next.
func (s *slow) waiting(t *testing.T) bool {
	t.Helper()
	if _, err := term.MakeRaw(s.tty.Fd()); err != nil { // else only lines count
		t.Fatal(err)
	}
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(s.tty.Fd()), Events: unix.POLLIN}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return n > 0
}

func opened(t *testing.T, s *slow) (*Terminal, chan tea.Msg) {
	t.Helper()
	msgs := make(chan tea.Msg, 99)
	terminal := New(s.tty, s.tty, os.Environ(), func(m tea.Msg) { msgs <- m })
	if err := terminal.Open(); err != nil {
		t.Fatal(err)
	}
	return terminal, msgs
}

const answers = "\x1b[?2027;2$y\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[?62;22c"

// The answers of a slow terminal come while it is given away, and are nobody's.
func TestNoAnswerIsLeftForTheShell(t *testing.T) {
	s := newSlow(t)
	before, err := term.GetState(s.tty.Fd())
	if err != nil {
		t.Fatal(err)
	}
	terminal, _ := opened(t, s)
	terminal.Output().Write([]byte(ansi.RequestModeUnicodeCore + ansi.RequestBackgroundColor))
	s.shows(t, ansi.RequestPrimaryDeviceAttributes)
	given := make(chan struct{})
	go func() { terminal.Close(); close(given) }()
	select {
	case <-given:
		t.Error("it is given away before the answer")
	case <-time.After(30 * time.Millisecond):
	}
	s.master.WriteString(answers)
	<-given
	s.shows(t, restoreTitle)
	if after, _ := term.GetState(s.tty.Fd()); !reflect.DeepEqual(before, after) {
		t.Errorf("the line discipline is %v and was %v", after, before)
	}
	if s.waiting(t) {
		t.Error("something is left to be read")
	}
}

// An editor gets the terminal as it was, and what is typed in it is not ours.
func TestATerminalThatIsLent(t *testing.T) {
	s := newSlow(t)
	before, _ := term.GetState(s.tty.Fd())
	terminal, msgs := opened(t, s)
	defer terminal.Close()
	s.shows(t, saveTitle)
	err := terminal.Exec(func() error {
		if now, _ := term.GetState(s.tty.Fd()); !reflect.DeepEqual(before, now) {
			t.Errorf("the line discipline is %v and was %v", now, before)
		}
		s.shows(t, restoreTitle)
		if err := pty.Setsize(s.master, &pty.Winsize{Cols: 40, Rows: 10}); err != nil {
			t.Error(err)
		}
		s.master.WriteString("for the editor\n")
		buf := make([]byte, 99)
		if n, err := s.tty.Read(buf); string(buf[:n]) != "for the editor\n" {
			t.Errorf("the editor got %q, %v", buf[:n], err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.master.WriteString("q")
	var size tea.WindowSizeMsg
	for range 2 {
		msg := <-msgs
		if s, ok := msg.(tea.WindowSizeMsg); ok {
			size = s
		} else if got := name(msg); got != "q" {
			t.Errorf("afterwards came %s", got)
		}
	}
	if size != (tea.WindowSizeMsg{Width: 40, Height: 10}) {
		t.Errorf("it is said to be %v large", size)
	}
	s.showsTimes(t, saveTitle, 2)
}

// A terminal that answers nothing is given back all the same.
func TestATerminalThatIsDumb(t *testing.T) {
	s := newSlow(t)
	terminal, _ := opened(t, s)
	terminal.Output().Write([]byte(ansi.RequestModeUnicodeCore))
	terminal.reader.mu.Lock()
	terminal.reader.asked[0] = time.Now().Add(-questionWait) // long ago
	terminal.reader.mu.Unlock()
	terminal.Close()
	s.shows(t, restoreTitle)
}

// A terminal that takes nothing any more, as on a line that stands still, is given back.
func TestATerminalThatIsStuck(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal:", err)
	}
	defer tty.Close()
	before, _ := term.GetState(tty.Fd())
	terminal := New(tty, tty, os.Environ(), func(tea.Msg) {})
	terminal.stuckAfter = time.Millisecond
	if err := terminal.Open(); err != nil {
		t.Fatal(err)
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		terminal.Output().Write(bytes.Repeat([]byte("x"), 1<<20))
	}()
	for terminal.mu.TryLock() { // until it is writing
		terminal.mu.Unlock()
		runtime.Gosched()
	}
	terminal.Close()
	if after, _ := term.GetState(tty.Fd()); !reflect.DeepEqual(before, after) {
		t.Errorf("the line discipline is %v and was %v", after, before)
	}
	master.Close()
	<-written
	terminal.last.Wait()
}

// When the terminal goes the program ends.
func TestATerminalThatIsGone(t *testing.T) {
	s := newSlow(t)
	terminal, msgs := opened(t, s)
	s.master.Close()
	terminal.Output().Write([]byte("x")) // ends the read that holds the other side open
	if _, ok := (<-msgs).(tea.QuitMsg); !ok {
		t.Error("it does not end")
	}
}

func TestOutput(t *testing.T) {
	terminal := New(nil, nil, os.Environ(), func(tea.Msg) {})
	defer terminal.reader.close()
	for in, want := range map[string]string{
		"frame":                         "frame",
		ansi.SetModeBracketedPaste:      ansi.SetModeBracketedPaste + ansi.RequestModeBracketedPaste + ansi.RequestPrimaryDeviceAttributes,
		ansi.RequestKittyKeyboard:       ansi.RequestKittyKeyboard + ansi.RequestPrimaryDeviceAttributes,
		ansi.RequestBackgroundColor:     ansi.RequestBackgroundColor + ansi.RequestPrimaryDeviceAttributes,
		"\x1b[?2026$p" + "\x1b[?2027$p": "\x1b[?2026$p\x1b[?2027$p\x1b[c",
	} {
		if got := string(terminal.prepare([]byte(in))); got != want {
			t.Errorf("%q is written as %q", in, got)
		}
	}
}

// Where a terminal knows an emoji as one cell or none, or a cluster as several, the
// cursor is behind it where the renderer believes it to be.
func TestSteady(t *testing.T) {
	for in, want := range map[string]string{
		"plain │ Привет 世界 😀❤": "plain │ Привет 世界 😀❤",
		"a\U0001fae9b":         "a\x1b7  \x1b8\U0001fae9\x1b8\x1b[2Cb",
		"\U0001f6d8":           "\x1b7  \x1b8\U0001f6d8\x1b8\x1b[2C",
		"नमस्ते":               "नम\x1b7  \x1b8स्ते\x1b8\x1b[2C",
		"ｶﾞ":                   "\x1b7  \x1b8ｶﾞ\x1b8\x1b[2C",
		"ครับ":                 "ครับ",
	} {
		if got := string(steady([]byte(in), false, false)); got != want {
			t.Errorf("%q is written as %q, want %q", in, got, want)
		}
	}
	if got := string(steady([]byte("स्ते\U0001fae9"), true, false)); got != "स्ते\x1b7  \x1b8\U0001fae9\x1b8\x1b[2C" {
		t.Errorf("a terminal that counts clusters gets %q", got)
	}
	if got := string(steady([]byte("\U0001fae0\U0001faf9"), true, true)); strings.HasPrefix(got, "\x1b7") {
		t.Errorf("a terminal that knows new emoji gets %q", got)
	}
}
