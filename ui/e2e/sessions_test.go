//go:build unix

package e2e

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pair opens two sessions on one state folder; the first one works.
func (p *served) pair(home string) (first, second window) {
	p.t.Helper()
	first = p.unibox(home)
	first.until("the whole list", listed.MatchString)
	second = p.unibox(home)
	first.wait("2 here")
	second.wait("2 here")
	return first, second
}

// took is how long until the platform has a message with the text.
func (p *served) took(text string, since time.Time) time.Duration {
	p.t.Helper()
	p.arrives(text)
	return time.Since(since)
}

// reply opens a reply to the customer, ready to be sent with enter.
func (w window) reply(text string) {
	w.t.Helper()
	w.visit(customer)
	w.press("r")
	w.wait(seenComposer)
	w.paste(text)
	w.wait(strings.TrimSpace(text))
}

func TestTwoSessionsSeeEachOther(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	first, second := p.pair(p.home(nil))
	second.visit(customer)
	first.reply("typed in the first")
	began := time.Now()
	second.wait("> typed in the first", "is replying")
	t.Logf("a draft and who writes it: %v", time.Since(began).Round(time.Millisecond))
	second.press("A")
	second.wait("this session", "sends and receives for all", "replying to "+customer)
	second.press("esc")
	second.until("no dialog", func(screen string) bool { return !strings.Contains(screen, "sends and receives") })
	second.press("r")
	second.wait(seenComposer)
	second.paste(" and in the second")
	first.wait("and in the second")
	first.press("enter")
	p.arrives("typed in the first and in the second")
	second.until("an empty box", func(screen string) bool { return !strings.Contains(screen, "> typed") })
}

// O4: two sessions share one store, and where the one that sends dies the other sends, once.
func TestKilledLeaseHolderHandsOver(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	first, second := p.pair(p.home(nil))
	second.reply("after the kill")
	first.Kill()
	began := time.Now()
	second.press("enter")
	t.Logf("it went out after %v", p.took("after the kill", began).Round(time.Millisecond))
	second.delivered("after the kill")
	if n := p.received("after the kill"); n != 1 {
		t.Errorf("the platform took it in %d times", n)
	}
}

func TestQuitHandsOverAtOnce(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	first, second := p.pair(p.home(nil))
	second.reply("after the end")
	first.press("q")
	first.ended(0)
	began := time.Now()
	second.press("enter")
	t.Logf("it went out after %v", p.took("after the end", began).Round(time.Millisecond))
}

var stops = flag.Int("stops", 2, "how many times TestStoppedLeaseHolderSendsNothingTwice stops a session; .ci/run asks for more")

// The session that works is stopped around the moment in which it sends, and
// goes on after the other has taken over. Every reply arrives once.
func TestStoppedLeaseHolderSendsNothingTwice(t *testing.T) {
	t.Parallel()
	rounds := *stops
	p := sandboxed(t)
	works, other := p.pair(p.home(nil))
	works.visit(customer)
	other.visit(customer)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range rounds {
		text := fmt.Sprintf("round %d of the stop", i)
		p.fault(fault{Match: "POST /messages", Calls: 1, Kind: "latency", MS: 100})
		if !strings.Contains(other.Text(), seenComposer) {
			other.press("r")
			other.wait(seenComposer)
		}
		other.paste(text)
		other.wait("> " + text)
		began := time.Now()
		other.press("enter")
		pause := time.Duration(r.IntN(150)) * time.Millisecond
		time.Sleep(pause) // where in its work the stop strikes
		works.stop()
		before := p.received(text)
		other.until("only one here", func(screen string) bool { return !strings.Contains(screen, "2 here") })
		time.Sleep(2 * time.Second) // the other has taken over by now, and looked
		works.Signal(syscall.SIGCONT)
		p.settle(other, text)
		took := p.took(text, began)
		other.delivered(text)
		works.wait("2 here")
		works.delivered(text)
		t.Logf("stopped after %v, %d sent by then; it arrived within %v", pause, before, took.Round(time.Millisecond))
		works, other = other, works
	}
	for i := range rounds {
		text := fmt.Sprintf("round %d of the stop", i)
		if n := p.received(text); n != 1 {
			t.Errorf("%q was taken in %d times", text, n)
		}
	}
}

// stop stops the program, but not in the middle of a write to the store: until it
// goes on nobody else could write either.
func (w window) stop() {
	w.t.Helper()
	for w.Signal(syscall.SIGSTOP); w.writing(); w.Signal(syscall.SIGSTOP) {
		w.Signal(syscall.SIGCONT)
		time.Sleep(time.Millisecond) // how far it gets
	}
}

// writing reports whether the stopped program holds a lock to write, where the system
// says it.
func (w window) writing() bool {
	w.t.Helper()
	proc := fmt.Sprintf("/proc/%d", w.Pid())
	for {
		stat, err := os.ReadFile(proc + "/stat")
		if err != nil {
			return false
		}
		if strings.Contains(string(stat), ") T ") {
			break
		}
		time.Sleep(time.Millisecond) // it is asked again: the signal is on its way
	}
	files, _ := filepath.Glob(proc + "/fdinfo/*")
	return slices.ContainsFunc(files, func(path string) bool {
		info, _ := os.ReadFile(path)
		return regexp.MustCompile(`(?m)^lock:.*(POSIX|OFDLCK).* WRITE `).Match(info)
	})
}

// settle sends a reply again if the stop cut its request before it had an
// effect: that is for the agent to decide.
func (p *served) settle(w window, text string) {
	p.t.Helper()
	w.until("an outcome", func(screen string) bool { return p.received(text) > 0 || strings.Contains(screen, "1 to decide") })
	if p.received(text) > 0 {
		return
	}
	p.t.Logf("%q was cut", text)
	w.press("esc")
	w.wait(seenReading)
	w.press("Q")
	w.wait("OUTBOX")
	w.press("G", "enter")
	w.until("the question, or the answer that came after all", func(screen string) bool {
		return strings.Contains(screen, "Did it arrive?") || p.received(text) > 0
	})
	if p.received(text) > 0 {
		w.press("esc", "esc")
		w.visit(customer)
		return
	}
	w.press("down")
	w.wait(seenChoice + "Send again")
	w.press("enter")
	p.arrives(text)
	w.visit(customer)
}

// Suspended, unibox gives lease and terminal back, and is as it was after fg.
func TestSuspendedToTheShellAndBack(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(nil)
	first := inShell(t, home)
	second := p.unibox(home)
	second.wait("2 here")
	second.reply("while the other rests")
	first.press("ctrl+z")
	first.wait("Stopped", "shell>")
	began := time.Now()
	second.press("enter")
	t.Logf("it went out after %v", p.took("while the other rests", began).Round(time.Millisecond))
	second.until("one session", func(screen string) bool { return !strings.Contains(screen, "2 here") })
	first.press("echo sane$((40+2))", "enter")
	first.wait("sane42")
	first.press("bg", "enter", "echo background$((40+2))", "enter")
	first.wait("background42")
	first.press("fg", "enter")
	first.wait("2 here", seenList)
	second.wait("2 here")
	first.press("q")
	first.wait("shell>")
}

// The terminal belongs to the shell again when the program ends in the
// background, or with the shell. Touching it could stop the program for ever.
func TestEndsWithoutTheTerminal(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(shell window){
		"in the background": func(shell window) {
			shell.rest()
			shell.press("bg", "enter", "kill %1", "enter", "wait; echo gone$((40+2))", "enter")
			shell.wait("gone42")
			shell.press("exit", "enter")
		},
		"stopped, with the shell": func(shell window) {
			shell.rest()
			shell.hangUp()
		},
		"with the shell": window.hangUp,
	} {
		t.Run(name, func(t *testing.T) {
			p := sandboxed(t)
			home := p.home(nil)
			shell := inShell(t, home)
			shell.reply("the last lette")
			shell.press("r")
			shell.wait("> the last letter")
			end(shell)
			if err := shell.Deserted(patience); err != nil {
				t.Fatal(err)
			}
			again := p.unibox(home)
			again.visit(customer)
			again.wait("> the last letter")
		})
	}
}

// hangUp hangs up on a shell. One that has just written its prompt and does not read yet may
// rest in spite of the signal, until the next one.
func (w window) hangUp() {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if w.Signal(syscall.SIGHUP); w.Deserted(time.Second) == nil {
			return
		}
	}
}

// rest leaves the box, where the key takes back what was typed, and stops.
func (w window) rest() {
	w.t.Helper()
	w.press("esc")
	w.wait(seenReading)
	w.press("ctrl+z")
	w.wait("Stopped", "shell>")
}

// inShell is unibox with home's config, started in a shell with job control.
func inShell(t *testing.T, home string, env ...string) window {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash to be suspended to")
	}
	cmd := command(t, home)
	cmd.Path, cmd.Args = bash, []string{"bash", "--norc", "--noprofile", "-i"}
	cmd.Env = append(append(cmd.Env, "PS1=shell> "), env...)
	w := open(t, cmd, 120, 40)
	w.wait("shell>")
	w.press(path+" --config config.toml --state state", "enter")
	w.until("the whole list", listed.MatchString)
	return w
}

// Without a shell nobody could wake it, so it does not stop.
func TestNothingToBeSuspendedTo(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	w := p.unibox(p.home(nil))
	w.wait(seenList)
	w.press("ctrl+z")
	w.wait("there is no shell")
	w.Signal(syscall.SIGTSTP)
	w.press("q")
	w.ended(0)
}
