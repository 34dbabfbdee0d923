//go:build unix

package e2e

import (
	"strings"
	"syscall"
	"testing"
)

// A signal asks nothing and loses nothing.
func TestSignalKeepsWhatIsUnsentAndSaysSo(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		p := sandboxed(t)
		home := p.home(nil)
		w := p.unibox(home)
		w.write("not today")
		w.until("all that they wrote", func(screen string) bool { return strings.Count(screen, "Thanks, on my way") > 1 })
		p.fault(fault{Match: "", Kind: "status", Status: 429, Calls: -1})
		w.press("enter")
		w.wait("Outbox 1", "↻") // refused, and not under way: a request that the signal cuts is for the agent to decide
		if err := w.Signal(signal); err != nil {
			t.Fatal(err)
		}
		w.ended(0)
		if !strings.Contains(w.Text(), "unsent: 1 not out yet") {
			t.Errorf("%v: the terminal says nothing:\n%s", signal, w.Text())
		}
		p.control("DELETE", "fault", nil, nil)
		p.unibox(home)
		p.arrives("not today")
		if n := p.received("not today"); n != 1 {
			t.Errorf("%v: %d times at the platform", signal, n)
		}
	}
}

// Whoever is stopped by somebody else comes back to a terminal that a shell has used.
func TestStoppedFromElsewhere(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	w := p.unibox(p.home(nil))
	w.write("half a sente")
	for _, step := range []func() error{
		func() error { return w.Signal(syscall.SIGSTOP) }, w.Shell, func() error { return w.Signal(syscall.SIGCONT) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	w.until("a terminal that reads keys", func(screen string) bool { return w.Raw() && strings.Contains(screen, "half a sente") })
	w.press("nce")
	w.wait("half a sentence")
	w.press("esc", "q")
	w.ended(0)
}
