package composer

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/creack/pty"
)

// typist is a terminal whose reads are given, each after a wait.
type typist struct{ reads []read }

type read struct {
	after time.Duration
	data  string
}

func (f *typist) Read(p []byte) (int, error) {
	if len(f.reads) == 0 {
		return 0, io.EOF
	}
	time.Sleep(f.reads[0].after)
	n := copy(p, f.reads[0].data)
	if f.reads[0].after, f.reads[0].data = 0, f.reads[0].data[n:]; f.reads[0].data == "" {
		f.reads = f.reads[1:]
	}
	return n, nil
}

func (*typist) Write(p []byte) (int, error) { return len(p), nil }
func (*typist) Close() error                { return nil }
func (*typist) Fd() uintptr                 { return 0 }
func (*typist) Name() string                { return "typist" }

func TestPaster(t *testing.T) {
	const long = "a pasted line of text that goes on"
	cyrillic := strings.Repeat("привет ", 5)
	for _, c := range []struct {
		name  string
		reads []read
		want  []string
	}{
		{"typing", []read{{0, "h"}, {0, "i"}, {0, "\r"}}, []string{"h", "i", "\r"}},
		{"typing on a slow line", []read{{0, "ok, thanks\r"}}, []string{"ok, thanks\r"}},
		{"a burst", []read{{0, long + "\r" + long + "\r"}}, []string{"\x1b[200~" + long + "\n" + long + "\n\x1b[201~"}},
		{"line ends of two bytes", []read{{0, long + "\r\n" + long}}, []string{"\x1b[200~" + long + "\n" + long + "\x1b[201~"}},
		{"a line end cut in two", []read{{0, long + "\r"}, {0, "\n" + long}}, []string{"\x1b[200~" + long + "\n\x1b[201~", "\x1b[200~" + long + "\x1b[201~"}},
		{"a line end of a later paste", []read{{0, long + "\r"}, {time.Second, "\n" + long}}, []string{"\x1b[200~" + long + "\n\x1b[201~", "\x1b[200~\n" + long + "\x1b[201~"}},
		{"the short end of a burst", []read{{0, long}, {10 * time.Millisecond, "ok\r"}}, []string{"\x1b[200~" + long + "\x1b[201~", "\x1b[200~ok\n\x1b[201~"}},
		{"a key after a burst", []read{{0, long}, {200 * time.Millisecond, "\r"}}, []string{"\x1b[200~" + long + "\x1b[201~", "\r"}},
		{"a character cut in two", []read{{0, cyrillic + "\xd0"}, {0, "\xbf" + long}}, []string{"\x1b[200~" + cyrillic + "\x1b[201~", "\x1b[200~п" + long + "\x1b[201~"}},
		{"a character that never ends", []read{{0, cyrillic + "\xd0"}}, []string{"\x1b[200~" + cyrillic + "\x1b[201~", "\xd0"}},
		{"a character that a key interrupts", []read{{0, cyrillic + "\xd0"}, {0, "\x1b[B"}, {0, "\x1b[A"}}, []string{"\x1b[200~" + cyrillic + "\x1b[201~", "\xd0\x1b[B", "\x1b[A"}},
		{"escapes", []read{{0, strings.Repeat("\x1b[B", 20)}}, []string{strings.Repeat("\x1b[B", 20)}},
		{"held keys", []read{{0, strings.Repeat("\x7f", 40)}}, []string{strings.Repeat("\x7f", 40)}},
		{"a bracketed paste", []read{{0, "\x1b[200~" + long}, {0, long + "\r"}, {0, long + "\x1b[201~"}, {0, "\r"}},
			[]string{"\x1b[200~" + long, long + "\r", long + "\x1b[201~", "\r"}},
		{"brackets cut in two", []read{{0, "\x1b[20"}, {0, "0~" + long}, {0, long + "\x1b[2"}, {0, "01~"}, {0, long}},
			[]string{"\x1b[20", "0~" + long, long + "\x1b[2", "01~", "\x1b[200~" + long + "\x1b[201~"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := readAll(t, NewPaster(&typist{c.reads})); !slices.Equal(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
			})
		})
	}
}

// readAll returns what each read gave, empty ones left out.
func readAll(t *testing.T, r io.Reader) []string {
	t.Helper()
	var got []string
	for buf := make([]byte, 4096); ; {
		n, err := r.Read(buf)
		if n > 0 {
			got = append(got, string(buf[:n]))
		}
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestPasterLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := strings.Repeat("строка 日本語 👍🏽 of a long paste\r", 2000)
		got := strings.Join(readAll(t, NewPaster(&typist{[]read{{0, in}}})), "")
		got = strings.NewReplacer("\x1b[200~", "", "\x1b[201~", "").Replace(got)
		if want := strings.ReplaceAll(in, "\r", "\n"); got != want {
			t.Errorf("%d bytes of %d", len(got), len(want))
		}
	})
}

func TestPasterRefusesASmallBuffer(t *testing.T) {
	if _, err := NewPaster(&typist{}).Read(make([]byte, 63)); !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("error %v", err)
	}
}

// listener passes on what its program gets.
type listener struct{ got chan tea.Msg }

func (l listener) Init() tea.Cmd  { return nil }
func (l listener) View() tea.View { return tea.NewView("") }
func (l listener) Update(m tea.Msg) (tea.Model, tea.Cmd) {
	switch m.(type) {
	case tea.PasteMsg, tea.KeyPressMsg:
		l.got <- m
	}
	return l, nil
}

// TestPasterOnATerminal checks that Bubble Tea treats a Paster as the terminal that
// it wraps: in raw mode no line end is translated and nothing waits for one.
func TestPasterOnATerminal(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal:", err)
	}
	defer master.Close()
	defer tty.Close()
	l := listener{make(chan tea.Msg, 9)}
	p := tea.NewProgram(l, tea.WithInput(NewPaster(tty)), tea.WithOutput(tty), tea.WithoutSignals())
	ended := make(chan error, 1)
	go func() { _, err := p.Run(); ended <- err }()
	go io.Copy(io.Discard, master)

	p.Send(tea.KeyPressMsg{Code: 's', Text: "started"})
	await(t, l.got)
	master.WriteString("x")
	if m, ok := await(t, l.got).(tea.KeyPressMsg); !ok || m.Text != "x" {
		t.Errorf("typing gave %v", m)
	}
	master.WriteString("first line of a paste\rsecond line\r")
	if m, ok := await(t, l.got).(tea.PasteMsg); !ok || m.Content != "first line of a paste\nsecond line\n" {
		t.Errorf("a burst gave %q", m)
	}
	p.Quit()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("the program does not end")
	}
}

func await(t *testing.T, got chan tea.Msg) tea.Msg {
	t.Helper()
	select {
	case m := <-got:
		return m
	case <-time.After(5 * time.Second):
		t.Fatal("nothing came")
		return nil
	}
}
