package main

import (
	"strings"
	"syscall"
	"testing"

	"unibox/state"
)

func TestFarewell(t *testing.T) {
	message := func(s state.Status) state.Unsent { return state.Unsent{Message: &state.Outbound{Status: s}} }
	left := message(state.Uncertain)
	left.Message.Left = true
	for _, c := range []struct {
		list   []state.Unsent
		others bool
		want   string
	}{
		{nil, false, ""},
		{[]state.Unsent{message(state.Accepted), left}, false, ""},
		{[]state.Unsent{message(state.Queued), message(state.InFlight), message(state.Held)}, false,
			"unibox: unsent: 2 not out yet, 1 for you to decide; kept on this disk: start unibox again to send, Q shows them"},
		{[]state.Unsent{message(state.Held)}, true, "unibox: unsent: 1 for you to decide; kept on this disk: Q in unibox shows them"},
		{[]state.Unsent{message(state.Queued)}, true, "unibox: unsent: 1 not out yet; kept on this disk, and another session goes on sending"},
	} {
		if got := farewell(c.list, c.others); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

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
		w.wait("Outbox 1")
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
