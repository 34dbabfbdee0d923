//go:build unix

package e2e

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"unibox/screenshots/terminal"
	"unibox/state"
	"unibox/state/sqlite"
	"unibox/state/storetest"
)

var (
	sample = storetest.SampleFlags(storetest.Sample{Conversations: 200, Messages: 10_000, Seed: 1})
	other  = flag.String("binary", "", "the `program` that the benchmarks measure instead of one that is built of this tree")
)

// program is unibox on a sample, in a terminal that answers what it asks.
type program struct {
	window
	pid int
}

// sampleHome is a home folder with a copy of the sample, and a config for its
// accounts, whose platforms take requests and do not answer: so nothing happens that
// no key has asked for. settings are the lines of the config before the accounts.
func sampleHome(tb testing.TB, s storetest.Sample, folder, settings string) string {
	tb.Helper()
	home := tb.TempDir()
	dir := s.Copy(tb, folder, func(ctx context.Context, dir string) (storetest.Pages, error) {
		return sqlite.Open(ctx, dir, state.NewFeed())
	})
	if err := os.Rename(dir, filepath.Join(home, "state")); err != nil {
		tb.Fatal(err)
	}
	addr := silence(tb)
	var config strings.Builder
	config.WriteString(settings)
	for i, a := range storetest.SampleAccounts() {
		fmt.Fprintf(&config, "[[account]]\nname = %q\nplatform = %q\ntoken = \"x%d\"\nbase_url = \"http://%s/p1\"\n", a.Name, a.Platform, i, addr)
		if a.Platform == "pact" {
			fmt.Fprintf(&config, "company = \"%d\"\n", 154+i)
		}
	}
	if err := os.WriteFile(filepath.Join(home, "config.toml"), []byte(config.String()), 0o600); err != nil {
		tb.Fatal(err)
	}
	return home
}

// silence is the address of a server that takes requests and never answers.
func silence(tb testing.TB) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			tb.Cleanup(func() { c.Close() })
		}
	}()
	return l.Addr().String()
}

// run starts unibox in home, at 120x40.
func run(tb testing.TB, home string) program {
	tb.Helper()
	return runOver(tb, home, terminal.Line{})
}

// runOver is run over a line.
func runOver(tb testing.TB, home string, line terminal.Line) program {
	tb.Helper()
	cmd := command(tb, home, "--config", filepath.Join(home, "config.toml"), "--state", filepath.Join(home, "state"))
	if *other != "" {
		cmd.Path, cmd.Err = exec.LookPath(*other)
	}
	w := openOver(tb, line, cmd, 120, 40)
	return program{w, cmd.Process.Pid}
}

// ready blocks until everything that is to be seen at the start is there.
func (p program) ready() {
	p.t.Helper()
	p.until("the whole first frame", func(screen string) bool {
		return counted.MatchString(screen) && (dated.MatchString(screen) || timed.MatchString(screen))
	})
	p.Settle(700 * time.Millisecond)
}

// panesAlone blocks until the word of what was restored is gone, which a moment after a key
// would count as what the key led to.
func (p program) panesAlone() {
	p.t.Helper()
	p.until("nothing but panes", func(screen string) bool { return !strings.Contains(screen, "● restored") })
}

// listAll shows the list of all conversations, with the cursor in it.
func (p program) listAll() {
	p.t.Helper()
	p.panesAlone()
	p.press("1", "home", "j", "j") // an earlier run left its place
	p.wait("│ ALL")
	p.press("2")
	p.Settle(700 * time.Millisecond)
}

// counted is what the channel pane says once it knows how many conversations there
// are.
var counted = regexp.MustCompile(`All +\d+ `)

// timed is the first row of a message in a thread. Where many are of one day, no line of a
// day is on the screen.
var timed = regexp.MustCompile(`│[ ▌]\d\d:\d\d  \S`)

// body is the screen without its first row, where the accounts say what they do.
func body(screen string) string {
	_, rest, _ := strings.Cut(screen, "\n")
	return strings.TrimRight(rest, " \n")
}

// quit ends the program as an agent does.
func (p program) quit() {
	p.t.Helper()
	p.press("q")
	p.ended(0)
}

// end ends the program whatever it shows, as the end of its session does. One that is
// killed keeps the lease for seconds, and the next takes that over while it is measured.
func (p program) end() {
	if p.Signal(unix.SIGTERM) == nil {
		_, _ = p.Ended(patience)
	}
}

// cpu is the processor time that the program has taken since its start.
func (p program) cpu() time.Duration {
	p.t.Helper()
	const scheduled = 2 // CPUCLOCK_SCHED, see clock_getcpuclockid(3)
	var ts unix.Timespec
	if err := unix.ClockGettime(int32(^p.pid<<3|scheduled), &ts); err != nil {
		p.t.Fatal(err)
	}
	return time.Duration(ts.Nano())
}

// number is a number of a file of the program in /proc.
func (p program) number(file, name string) int {
	p.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		p.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n"+name+":")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		p.t.Fatalf("%s of %s: %v", name, file, err)
	}
	return n
}

// peak is the most memory that the program has had, in MB.
func (p program) peak() float64 {
	p.t.Helper()
	return float64(p.number(fmt.Sprintf("/proc/%d/status", p.pid), "VmHWM")) / 1024
}

// wakeups is how often a thread of the program has gone to sleep since its start.
func (p program) wakeups() int {
	p.t.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", p.pid))
	if err != nil || len(tasks) == 0 {
		p.t.Fatalf("no threads: %v", err)
	}
	n := 0
	for _, task := range tasks {
		n += p.number(task, "voluntary_ctxt_switches")
	}
	return n
}

// cost is what one thing took: until its first bytes came and until its last, its bytes and
// its processor time.
type cost struct {
	seen, took, cpu time.Duration
	bytes           int
}

// measure does something that changes the screen, and returns what it took until
// nothing came for as long as quiet.
func (p program) measure(quiet time.Duration, do func()) cost {
	p.t.Helper()
	before, cpu, start := p.Traffic(), p.cpu(), time.Now()
	do()
	for p.Traffic().Bytes == before.Bytes {
		if time.Since(start) > patience {
			p.t.Fatal("the screen does not change")
		}
		p.Settle(time.Millisecond)
	}
	seen := p.Traffic().Last.Sub(start)
	p.Settle(quiet)
	after := p.Traffic()
	return cost{seen, after.Last.Sub(start), p.cpu() - cpu, after.Bytes - before.Bytes}
}

// hold presses a key n times as a key that is held does, thirty times a second.
func (p program) hold(n int, key string) cost {
	p.t.Helper()
	return p.measure(rest, func() {
		tick := time.NewTicker(time.Second / 30)
		defer tick.Stop()
		for range n {
			p.press(key)
			<-tick.C
		}
	})
}

// wide reports whether the screen has a row with wide characters beside the line
// that is typed on.
func wide(screen string) bool { return strings.ContainsAny(screen, "京田太美") }
