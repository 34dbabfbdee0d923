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

// answerMsg is what arrives by itself and may change all that shows.
type answerMsg struct{}

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
	if f.Update(staleMsg{{Kind: state.TopicInbox}}); f.changed || !drawn() {
		t.Fatal("a frame of what is only read again")
	}
	for range 2 {
		if f.Update(answerMsg{}); drawn() {
			t.Fatal("a frame for each of several")
		}
	}
	if f.Update(keyPress("j")); !drawn() {
		t.Error("a key waits for what arrives")
	}
	if f.Update(answerMsg{}); !drawn() {
		t.Error("what a key leads to waits")
	}
	f.person = f.person.Add(-time.Minute)
	if f.Update(answerMsg{}); drawn() {
		t.Error("what arrives later does not wait")
	}
	if f.Update(frameMsg{}); !drawn() {
		t.Error("it is not drawn when it has waited")
	}
	last := f.last
	if f.Update(frameMsg{}); f.last != last {
		t.Error("nothing is drawn again")
	}
	f.last, f.person, f.pressed = f.last.Add(-time.Minute), time.Now().Add(time.Hour), time.Now().Add(time.Hour)
	if f.Update(answerMsg{}); !drawn() {
		t.Error("what a key leads to waits for the key's own frame")
	}
}

// At the start a first frame is drawn at once, and the one that shows all as soon as all is
// there; what comes between the two waits. So it is where nobody is told, as for an agent of
// unibox serve.
func TestTheStartIsDrawnOnceAllIsThere(t *testing.T) {
	for _, shown := range []func(){nil, func() {}} {
		m := bare(60, 30, 120, 40) // all but the channels is read
		m.opt.Shown = shown
		f := &framed{inner: m, screen: screen.New(io.Discard, nil, false)}
		defer f.screen.Close()
		type otherMsg struct{}
		if f.Update(otherMsg{}); f.changed {
			t.Error("nothing is drawn until all is there")
		}
		f.last = time.Now().Add(time.Hour) // however slow the machine is
		if f.Update(otherMsg{}); !f.changed || f.whole {
			t.Error("a frame of what is not all")
		}
		if f.Update(m.channels.Load()()); f.changed || !f.whole {
			t.Error("the frame that shows all waits")
		}
	}
}

// A key does not wait because something else was drawn just before it, and keys are drawn no
// more often for that. After a letter of a reply, what is saved and read because of it waits.
func TestAKeyWaitsForNoOtherFrame(t *testing.T) {
	f := &framed{inner: bare(60, 30, 120, 40), screen: screen.New(io.Discard, nil, false), whole: true}
	defer f.screen.Close()
	inText(f.inner)
	ago := time.Now().Add(-time.Hour)
	f.person, f.pressed = ago, ago
	f.last = time.Now().Add(time.Hour) // however slow the machine is
	if f.Update(keyPress("b")); f.changed {
		t.Error("a key waits for a frame of something else")
	}
	f.pressed = time.Now().Add(time.Hour)
	if f.Update(keyPress("c")); !f.changed {
		t.Error("a frame for each of many keys")
	}
	if f.Update(frameMsg{}); f.changed || f.pressed.After(time.Now()) {
		t.Error("the last of many keys is not drawn, or the next would not wait for it")
	}
	f.last = ago
	if f.Update(answerMsg{}); !f.changed {
		t.Error("what a letter leads to is drawn by itself")
	}
}
