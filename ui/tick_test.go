package ui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/state"
)

// timed is a model whose waits the test ends, by hand.
type timed struct {
	*Model
	store *shelf
	waits []wait
}

type wait struct {
	d   time.Duration
	msg tea.Msg
}

func newTimed() *timed {
	s := &timed{Model: bare(60, 30, 120, 40)}
	s.store = s.opt.Store.(*shelf)
	s.env.Timer = func(d time.Duration, msg tea.Msg) tea.Cmd {
		s.waits = append(s.waits, wait{d, msg})
		return nil
	}
	s.ticks = ticks{}
	return s
}

// frame draws a frame, and does what follows one.
func (s *timed) frame() {
	s.View()
	s.watch()
}

// pass ends the waits that the tests of ticks are about, and returns how long those
// are that follow.
func (s *timed) pass() (next []time.Duration) {
	due := s.waits
	s.waits = nil
	for _, w := range due {
		if _, ok := w.msg.(tickMsg); ok {
			s.Update(w.msg)
			s.frame()
		}
	}
	for _, w := range s.waits {
		next = append(next, w.d)
	}
	return next
}

// A screen on which nothing moves looks at the time a second after something
// happened, and then only for the ages.
func TestAStillScreenIsLeftAlone(t *testing.T) {
	s := newTimed()
	s.Update(keyPress("j"))
	s.View()
	for range 3 {
		for _, d := range s.pass() {
			if d < 10*time.Second {
				t.Fatalf("it looks again after %v", d)
			}
		}
	}
	s.env.Look.Clock.Slow = true
	if next := s.pass(); len(next) != 1 || next[0] != time.Minute {
		t.Errorf("on a slow line after %v", next)
	}
}

// While the screen counts seconds they are counted, and no longer.
func TestACountdownIsFollowed(t *testing.T) {
	s := newTimed()
	s.store.health = []state.Health{{Account: "a", Label: "A", State: state.HealthRetrying, Reason: "no line", NextTry: time.Now().Add(time.Minute)}}
	s.Update(s.bar.LoadHealth()())
	s.frame()
	counts := func() (again bool) {
		for _, d := range s.pass() {
			again = again || d == time.Second
		}
		return again
	}
	for range 3 {
		if !counts() {
			t.Fatal("the countdown stands still")
		}
	}
	s.store.health[0].State = state.HealthLive
	s.Update(s.bar.LoadHealth()())
	s.frame()
	counts()
	if counts() {
		t.Error("seconds are counted that nobody sees")
	}
}

// What is fetched and changes nothing that counts seconds has nobody look at the time soon.
func TestNewsAloneLookAtNoTime(t *testing.T) {
	s := newTimed()
	s.pass()
	s.pass()
	s.waits = nil
	s.Update(s.bar.LoadHealth()())
	s.Update(staleMsg{{Kind: state.TopicInbox}})
	s.frame()
	for _, w := range s.waits {
		if tick, ok := w.msg.(tickMsg); ok && tick.soon {
			t.Errorf("it looks again after %v", w.d)
		}
	}
}
