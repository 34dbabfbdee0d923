package tty

import (
	"io"
	"strings"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

// shownBytes is what a connection was told to show.
type shownBytes struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *shownBytes) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *shownBytes) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// next is the next message of a kind.
func next[T any](t *testing.T, from <-chan tea.Msg) T {
	t.Helper()
	for msg := range from {
		if got, ok := msg.(T); ok {
			return got
		}
	}
	panic("no more messages")
}

func TestATerminalBehindAConnection(t *testing.T) {
	in, typed := io.Pipe()
	out, resized, msgs := &shownBytes{}, make(chan Size, 1), make(chan tea.Msg, 10)
	terminal := Connected(Connection{In: in, Out: out, Environ: []string{"TERM=xterm-256color"}, Size: Size{Columns: 100, Rows: 30, Width: 1000, Height: 600}, Resized: resized},
		func(m tea.Msg) { msgs <- m })
	if columns, rows := terminal.Size(); columns != 100 || rows != 30 {
		t.Fatalf("%dx%d", columns, rows)
	}
	if err := terminal.Open(); err != nil {
		t.Fatal(err)
	}
	if cell := next[CellMsg](t, msgs); cell.Width != 10 || cell.Height != 20 {
		t.Errorf("%+v", cell)
	}
	_, _ = typed.Write([]byte("я"))
	if k := next[uv.KeyPressEvent](t, msgs); k.Text != "я" {
		t.Errorf("%+v", k)
	}
	resized <- Size{Columns: 80, Rows: 24}
	if w := next[tea.WindowSizeMsg](t, msgs); w.Width != 80 || w.Height != 24 {
		t.Errorf("%+v", w)
	}
	_, _ = terminal.Output().Write([]byte("a\nb"))
	_ = typed.Close() // the line dropped
	next[tea.QuitMsg](t, msgs)
	if err := terminal.Close(); err != nil {
		t.Error(err)
	}
	if text := out.String(); !strings.HasPrefix(text, saveTitle) || !strings.Contains(text, "a\nb") || !strings.HasSuffix(text, restoreTitle) {
		t.Errorf("shown: %q", text)
	}
}

// A connection that goes on is not read any more once the screen has ended.
func TestATerminalBehindAConnectionIsLeft(t *testing.T) {
	in, typed := io.Pipe()
	terminal := Connected(Connection{In: in, Out: io.Discard}, func(tea.Msg) {})
	if columns, rows := terminal.Size(); columns != usualColumns || rows != usualRows {
		t.Fatalf("%dx%d", columns, rows)
	}
	if err := terminal.Open(); err != nil {
		t.Fatal(err)
	}
	if err := terminal.Close(); err != nil {
		t.Fatal(err)
	}
	_, _ = typed.Write([]byte("late")) // the last that is taken out of it
	_ = typed.Close()
	for range terminal.line.(*wire).chunks { // it is not read to its end for ever
	}
}
