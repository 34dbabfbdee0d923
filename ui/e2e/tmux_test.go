//go:build unix

package e2e

import (
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

var (
	tmuxSteps = flag.Int("tmux", 0, "after how many random actions the screen in tmux is compared with the same drawn anew")
	tmuxSeed  = flag.Uint64("tmux-seed", 1, "`number` that the random actions follow from")
)

// strokes are what may happen between two comparisons, by tmux's names of keys. None
// sends anything or leaves the program.
var strokes = [][]string{
	{"j"}, {"j", "j", "j"}, {"k"}, {"NPage"}, {"PPage"}, {"G"}, {"g", "g"}, {"Tab"}, {"BTab"}, {"Enter"}, {"Escape"}, {"n"},
	{"1"}, {"2"}, {"3"}, {"/", "e", "a"}, {"/", "東"}, {"S", "o", "p", "e", "n"}, {"?"}, {"C-k"}, {"C-g", "R", "u"}, {"I"}, {"i"}, {"s"}, {"A"},
	{"Escape", "r", "h", "i", " ", "世", "界", "Escape"}, {"]"}, {"["}, {"{"}, {"}"}, {"M"},
}

// What the program has drawn bit by bit is what it draws when it draws all of it anew,
// in tmux, which counts cells as terminals do and not as the emulator of the other
// tests does.
func TestTmuxShowsWhatARepaintShows(t *testing.T) {
	if *tmuxSteps == 0 {
		t.Skip("takes a second for each step; -args -tmux=200 plays two hundred")
	}
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("there is no tmux")
	}
	s, folder := sample()
	home := sampleHome(t, s, folder, "")
	m := tmux{t: t, server: filepath.Join(home, "tmux")}
	m.start(command(t, home, "--config", filepath.Join(home, "config.toml"), "--state", filepath.Join(home, "state")))
	r := rand.New(rand.NewPCG(*tmuxSeed, 0))
	var done []string
	for step := range *tmuxSteps {
		keys := strokes[r.IntN(len(strokes))]
		done = append(done, strings.Join(keys, " "))
		m.run(append([]string{"send-keys"}, keys...)...)
		drawn := m.settled()
		m.run("send-keys", "C-l")
		anew := m.settled()
		if y := differ(drawn, anew); y >= 0 {
			t.Fatalf("step %d of seed %d, after %q: row %d is\n%q, drawn anew\n%q", step, *tmuxSeed, done, y, drawn[y], anew[y])
		}
	}
}

// differ returns the first row in which two captures do not look the same, -1 if all
// do. The first row does not count: what accounts do changes by itself.
func differ(a, b []string) int {
	one, two := cells(a), cells(b)
	for y := 1; y < 40; y++ {
		for x := range 120 {
			if !alike(one.CellAt(x, y), two.CellAt(x, y)) {
				return y
			}
		}
	}
	return -1
}

func cells(rows []string) *vt.Emulator {
	e := vt.NewEmulator(120, 40)
	e.WriteString(strings.TrimSuffix(strings.Join(rows, "\r\n"), "\r\n"))
	return e
}

// alike reports whether two cells look the same: of a blank only what is behind it
// and the lines through it show.
func alike(a, b *uv.Cell) bool {
	if a == nil || b == nil {
		return a == b
	}
	one, two := *a, *b
	for _, c := range []*uv.Cell{&one, &two} {
		if c.Content == "" && c.Width == 1 {
			c.Content = " "
		}
		if c.Content == " " && c.Style.Attrs&uv.AttrReverse == 0 {
			c.Style.Fg, c.Style.Attrs = nil, 0
		}
	}
	return one.Equal(&two)
}

// tmux is a server of its own with one window.
type tmux struct {
	t      *testing.T
	server string
}

func (m tmux) start(cmd *exec.Cmd) {
	m.t.Helper()
	var line []string
	for _, v := range cmd.Env {
		if !strings.HasPrefix(v, "TERM=") { // tmux has its own
			line = append(line, quoted(v))
		}
	}
	path := cmd.Path
	if *other != "" {
		path = *other
	}
	for _, arg := range append([]string{path}, cmd.Args[1:]...) {
		line = append(line, quoted(arg))
	}
	m.run("-f", os.DevNull, "new-session", "-d", "-x", "120", "-y", "40", "exec env -i TERM=tmux-256color "+strings.Join(line, " "))
	pid, err := strconv.Atoi(strings.TrimSpace(m.run("display-message", "-p", "#{pane_pid}")))
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() {
		m.run("kill-server")
		m.until("end", func() bool { return syscall.Kill(pid, 0) == syscall.ESRCH })
	})
	m.until("begin", func() bool { return counted.MatchString(m.run("capture-pane", "-p")) })
}

// until blocks until ok.
func (m tmux) until(what string, ok func() bool) {
	m.t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			m.t.Fatalf("it does not %s", what)
		}
	}
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// run is a command of tmux, and what it prints.
func (m tmux) run(args ...string) string {
	m.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-u", "-S", m.server}, args...)...)
	cmd.Env = append(os.Environ(), "LANG=C.UTF-8", "TMUX=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		m.t.Fatalf("tmux %q: %v: %s", args, err, out)
	}
	return string(out)
}

// capture is the screen with its colours.
func (m tmux) capture() []string { return strings.Split(m.run("capture-pane", "-p", "-e"), "\n") }

// settled is the screen once it has stood still for a moment.
func (m tmux) settled() []string {
	last := m.capture()
	for same := 0; same < 6; {
		time.Sleep(50 * time.Millisecond)
		now := m.capture()
		if same++; !slices.Equal(now, last) {
			same = 0
		}
		last = now
	}
	return last
}

func TestDifferencesOfCapturesAreSeen(t *testing.T) {
	t.Parallel()
	drawn := []string{"accounts", "\x1b[1mbold\x1b[m 世界", "plain"}
	for name, c := range map[string]struct {
		anew []string
		want int
	}{
		"the same":                 {drawn, -1},
		"the first row":            {[]string{"other", drawn[1], drawn[2]}, -1},
		"a blank in bold":          {[]string{drawn[0], "\x1b[1mbold \x1b[m世界", drawn[2]}, -1},
		"a letter":                 {[]string{drawn[0], drawn[1], "plaim"}, 2},
		"a letter more":            {[]string{drawn[0], drawn[1], "plain."}, 2},
		"half of a wide character": {[]string{drawn[0], "\x1b[1mbold\x1b[m 世 ", drawn[2]}, 1},
		"not bold":                 {[]string{drawn[0], "bold 世界", drawn[2]}, 1},
		"a background":             {[]string{drawn[0], drawn[1], "plain\x1b[44m "}, 2},
		"a row less":               {drawn[:2], 2},
	} {
		if got := differ(drawn, c.anew); got != c.want {
			t.Errorf("%s: row %d, want %d", name, got, c.want)
		}
	}
}
