//go:build unix

package screen

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// tmux is a terminal by another hand again, in which whatever is written to out shows.
type tmux struct {
	t      *testing.T
	socket string
	out    *os.File
	n      int
}

func newTmux(t *testing.T, w, h int) *tmux {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("there is no tmux")
	}
	dir := t.TempDir()
	fifo := filepath.Join(dir, "out")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	m := &tmux{t: t, socket: filepath.Join(dir, "socket")}
	m.run("-f", "/dev/null", "new-session", "-d", "-x", fmt.Sprint(w), "-y", fmt.Sprint(h), "stty raw -echo; exec cat "+fifo)
	t.Cleanup(func() { _ = m.command("kill-server").Run() }) // which may be gone before its client
	var err error
	if m.out, err = os.OpenFile(fifo, os.O_RDWR, 0); err != nil { // with a reader of its own it does not wait
		t.Fatal(err)
	}
	t.Cleanup(func() { m.out.Close() })
	return m
}

func (m *tmux) run(args ...string) string {
	m.t.Helper()
	out, err := m.command(args...).CombinedOutput()
	if err != nil {
		m.t.Fatalf("tmux %v: %v, %s", args, err, out)
	}
	return string(out)
}

func (m *tmux) command(args ...string) *exec.Cmd {
	cmd := exec.Command("tmux", append([]string{"-u", "-S", m.socket}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TMUX=")
	return cmd
}

// shows writes a frame, waits until tmux has drawn it, and returns its cells and
// where the cursor is.
func (m *tmux) shows(frame []byte, w, h int) (cells uv.ScreenBuffer, cursor string) {
	m.t.Helper()
	m.n++
	title := fmt.Sprintf("frame %d", m.n)
	if _, err := m.out.Write(append(frame, ansi.SetWindowTitle(title)...)); err != nil {
		m.t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); m.run("display", "-p", "#{pane_title}") != title+"\n"; {
		if time.Now().After(deadline) {
			m.t.Fatal("tmux does not draw")
		}
	}
	shown := strings.Split(m.run("capture-pane", "-p", "-e", "-N"), "\n")
	cells = uv.NewScreenBuffer(w, h)
	uv.NewStyledString(strings.Join(shown[:h], "\n")).Draw(cells, cells.Bounds())
	return cells, m.run("display", "-p", "#{cursor_x},#{cursor_y} #{cursor_flag}")
}

// visible is a cell without the runes that have no cells: tmux keeps a joiner or not,
// depending on where the cursor came from.
func visible(c uv.Cell) uv.Cell {
	c.Content = strings.Map(func(r rune) rune {
		if ansi.StringWidthWc(string(r)) == 0 {
			return -1
		}
		return r
	}, c.Content)
	return c
}

// doubtful are words that tmux counts otherwise. Indic and half-width ones are written
// with care by ui/tty, which is not here; behind a joiner tmux draws two letters as one.
func doubtful(s string) bool {
	return ansi.StringWidth(s) != ansi.StringWidthWc(s) || strings.ContainsAny(s, "\u200d")
}

// What tmux shows after frames that follow each other is what it shows when the last
// one is drawn anew.
func TestTmuxShowsTheFrame(t *testing.T) {
	if !*full {
		t.Skip("a part of the campaign: versions of tmux count some characters differently")
	}
	t.Parallel()
	const w, h, frames = 90, 20, 150
	m := newTmux(t, w, h)
	s := &scene{Rand: rand.New(rand.NewPCG(3, 3)), w: w, h: h, rows: make([]string, h), words: slices.DeleteFunc(slices.Clone(words), doubtful)}
	p := newPainter([]string{"TERM=tmux-256color"}, false)
	p.setProfile(colorprofile.ANSI256)
	p.resize(w, h)
	for i := range frames {
		v := s.next()
		p.view = &v
		out := string(p.frame())
		got, at := m.shows([]byte(out), w, h)
		p.reset()
		want, home := m.shows(p.frame(), w, h)
		for y := range h {
			for x, c := range want.Line(y) {
				if !alike(visible(c), visible(got.Line(y)[x])) {
					t.Fatalf("frame %d, row %d, column %d: %q %v is shown, and %q %v when it is drawn anew\n%q", i, y, x,
						got.Line(y)[x].Content, got.Line(y)[x].Style, c.Content, c.Style, out)
				}
			}
		}
		if v.Cursor != nil && at != home {
			t.Fatalf("frame %d: the cursor is at %s, and at %s when it is drawn anew\n%q", i, at, home, out)
		}
	}
}
