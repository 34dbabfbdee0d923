package ui

import (
	"io"
	"testing"
	"time"

	"unibox/state"
	"unibox/ui/screen"
)

// The library's clock, which would wake an idle program up, is stopped at the start,
// and after a program had the terminal.
func TestTheLibrarysClockIsStopped(t *testing.T) {
	stopped := 0
	f := &framed{inner: bare(1, 0, 80, 24), stopClock: func() error { stopped++; return nil }}
	f.Init()
	if stopped != 1 {
		t.Fatalf("stopped %d times at the start", stopped)
	}
	f.Update(clockMsg{})
	if stopped != 2 {
		t.Errorf("stopped %d times after another program", stopped)
	}
}

// What arrives while nobody does anything is drawn together, a moment later, once; a key
// is not kept waiting by that, and what arrives right after it is drawn at once.
func TestWhatArrivesIsDrawnTogether(t *testing.T) {
	f := &framed{inner: bare(60, 30, 120, 40), screen: screen.New(io.Discard, nil, false), whole: true}
	defer f.screen.Close()
	drawn := func() bool {
		was := !f.changed
		f.last = f.last.Add(-time.Minute) // so that the shortest time has passed
		return was
	}
	for _, topics := range [][]state.Topic{{{Kind: state.TopicInbox}}, {{Kind: state.TopicAccounts}}} {
		if f.Update(staleMsg(topics)); drawn() {
			t.Fatal("a frame for each of several")
		}
	}
	if f.Update(keyPress("j")); !drawn() {
		t.Error("a key waits for what arrives")
	}
	if f.Update(staleMsg{{Kind: state.TopicInbox}}); !drawn() {
		t.Error("what a key leads to waits")
	}
	f.person = f.person.Add(-time.Minute)
	if f.Update(staleMsg{{Kind: state.TopicInbox}}); drawn() {
		t.Error("what arrives later does not wait")
	}
	if f.Update(frameMsg{}); !drawn() {
		t.Error("it is not drawn when it has waited")
	}
	last := f.last
	if f.Update(frameMsg{}); f.last != last {
		t.Error("nothing is drawn again")
	}
}
