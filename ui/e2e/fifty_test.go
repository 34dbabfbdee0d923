//go:build unix

package e2e

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"unibox/state"
	"unibox/state/sqlite"
	"unibox/ui/cli/authkeys"
)

// crowd is how many agents sit at one box in BenchmarkFiftyAgents.
const crowd = 50

// box is a running `unibox serve` with its agents.
type box struct {
	program
	home, state, port string
}

// BenchmarkFiftyAgents is unibox serve with fifty agents who log in by OpenSSH, with customers
// who write all the time: what the box takes while they look, for -idle, and then how long each
// waits for their customer when all press n at once. No two come to the same one.
func BenchmarkFiftyAgents(b *testing.B) {
	if _, err := exec.LookPath("ssh"); err != nil {
		b.Skip("OpenSSH's client is not installed, which the agents log in with")
	}
	s := sandboxed(b, "--quiet=false", "--conversations", "150")
	home := s.home(func(string) string { return s.config })
	first := run(b, home)
	first.until("all to be read, faster than the platforms allow", func(screen string) bool {
		return strings.Count(screen, "● now") == strings.Count(s.config, "[[account]]")
	})
	first.quit()
	x := boxOf(b, s, home)
	seats := make([]window, crowd)
	for i := range seats {
		seats[i] = x.sits(i)
	}
	for _, w := range seats {
		if err := w.Until(5*patience, func(screen string) bool { return counted.MatchString(screen) && strings.Contains(screen, "? help") }); err != nil {
			b.Fatal(err)
		}
	}
	for _, w := range seats {
		w.press("l") // in the list n begins with whom it is at
	}
	for _, w := range seats {
		w.Settle(rest)
	}
	waits := x.opened(b)
	cpu, start := x.cpu(), time.Now()
	for b.Loop() {
		time.Sleep(*idleFor)
	}
	passed := time.Since(start)
	b.ReportMetric(100*float64(x.cpu()-cpu)/float64(passed)/crowd, "cpu-%/agent")
	b.ReportMetric(float64(x.number(fmt.Sprintf("/proc/%d/status", x.pid), "VmRSS"))/1024, "MB")
	b.ReportMetric(x.peak(), "peak-MB")

	var took []float64
	var mu sync.Mutex
	var wg sync.WaitGroup
	press := make(chan struct{})
	for _, w := range seats {
		wg.Go(func() {
			<-press
			before, start := with(w.Text()), time.Now()
			at, err := w.Seen(patience, func(screen string) bool { now := with(screen); return now != "" && now != before }, func() error { return w.Press("n") })
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				b.Errorf("nobody came: %v\n%s", err, w.Text())
			}
			took = append(took, ms(at.Sub(start)))
		})
	}
	close(press)
	wg.Wait()
	claims, err := waits.Claims(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	who := map[string]bool{}
	for _, c := range claims {
		who[c.Agent] = true
	}
	if len(claims) != crowd || len(who) != crowd {
		b.Errorf("%d customers are taken by %d agents", len(claims), len(who))
	}
	b.ReportMetric(part(took, 50), "n-p50-ms")
	b.ReportMetric(part(took, 99), "n-p99-ms")
	b.ReportMetric(0, "ns/op")
}

// with is whom the thread of a screen is with.
func with(screen string) string {
	lines := strings.Split(screen, "\n")
	if len(lines) < 2 {
		return ""
	}
	panes := strings.Split(lines[1], "│")
	name, _, _ := strings.Cut(strings.TrimSpace(panes[len(panes)-1]), "  ")
	return name
}

// letIn is what unibox serve says once it takes logins.
var letIn = regexp.MustCompile(`let in on \S+:(\d+)\.`)

// boxOf starts unibox serve on what a home has of all accounts of a sandbox.
func boxOf(b *testing.B, s *served, home string) box {
	b.Helper()
	// As the platforms allow; without pop-ups, which the terminal of the tests ends in the midst of a Cyrillic letter.
	text := string(fast.ReplaceAll([]byte(s.config), nil)) + "\n[notify]\npopup = \"off\"\n"
	for i := range crowd {
		text += fmt.Sprintf("\n[[agent]]\nname = \"agent%d\"\n", i)
	}
	if err := os.WriteFile(filepath.Join(home, "config.toml"), []byte(quick(text)), 0o600); err != nil {
		b.Fatal(err)
	}
	x := box{home: home, state: filepath.Join(home, "state")}
	keys := filepath.Join(home, "authorized_keys")
	for i := range crowd {
		run := authkeys.Command{"unibox", "--config", filepath.Join(home, "config.toml"), "--state", x.state, "--agent", fmt.Sprint("agent", i)}
		if _, err := (authkeys.File{Path: keys}).Add(fmt.Sprint("agent", i), newKey(b, filepath.Join(home, fmt.Sprint("key", i))), run); err != nil {
			b.Fatal(err)
		}
	}
	cmd := command(b, home, "serve", "--config", filepath.Join(home, "config.toml"), "--state", x.state, "--authorized-keys", keys, "--listen", "127.0.0.1:0")
	if *other != "" {
		cmd.Path, cmd.Err = exec.LookPath(*other)
	}
	w := open(b, cmd, 200, 10)
	w.until("logins to be taken", letIn.MatchString)
	x.port = letIn.FindStringSubmatch(w.Text())[1]
	x.program = program{w, cmd.Process.Pid}
	return x
}

// newKey makes a key to log in with.
func newKey(b *testing.B, path string) ssh.PublicKey {
	b.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		b.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		b.Fatal(err)
	}
	return key
}

// sits logs an agent in, who has a screen of 120x40.
func (x box) sits(agent int) window {
	x.t.Helper()
	cmd := exec.Command("ssh", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile="+filepath.Join(x.home, "known"), "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR",
		"-i", filepath.Join(x.home, fmt.Sprint("key", agent)), "-p", x.port, "unibox@127.0.0.1")
	cmd.Env = []string{"HOME=" + x.home, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "TERM=xterm-256color"}
	return open(x.t, cmd, 120, 40)
}

// opened is the store of the box.
func (x box) opened(b *testing.B) *sqlite.DB {
	b.Helper()
	db, err := sqlite.Open(b.Context(), x.state, state.NewFeed())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}
