package ui

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/state"
	"unibox/ui/layout"
	"unibox/ui/reply"
)

// What a key leaves as it was drawn is what would be drawn anew, whatever was pressed and
// read before: on each frame, all of it.
func TestWhatIsNotDrawnAnewIsTheSame(t *testing.T) {
	moves := []string{"j", "j", "j", "k", "j", "j", "x", "pgdown", "G", "1", "2", "3", "e", "z"}
	text := []string{"r", "a", "b", " ", "c", "backspace", "left", "ctrl+j", "ф", "enter"}
	all := slices.Concat(moves, text, []string{"esc", "/", "n", "tab"})
	letters, steps := 0, 0
	for seed := range uint64(21) {
		dice, keys := rand.New(rand.NewPCG(seed, 7)), [][]string{moves, text, all}[seed%3]
		s := newSlowModel()
		for i := range s.store.rows {
			if dice.IntN(3) == 0 {
				s.store.rows[i].WaitingSince = time.Time{}
			}
		}
		for n := range 50 {
			switch dice.IntN(8) {
			case 0:
				if waiting := len(s.queue); waiting > 0 {
					s.end(dice.IntN(waiting))
				}
			case 1:
				s.saves()
				s.rest()
			case 2: // a pause, in which what is shown only until something is read goes
				s.now = s.now.Add(time.Second)
				s.send(heldMsg{})
			case 3:
				s.send(staleMsg{state.Inbox, state.Accounts, state.Thread(s.thread.Conversation())})
			default:
				s.after(time.Millisecond, keys[dice.IntN(len(keys))])
			}
			switch s.columns.effect {
			case effect{keys: 1, letters: 1}:
				letters++
			case effect{keys: 1, steps: 1}:
				steps++
			}
			drawn := s.View()
			s.columns.known = [layout.Thread + 1]known{}
			before, anew := strings.Split(drawn.Content, "\n"), strings.Split(s.View().Content, "\n")
			for i := range anew {
				if before[i] != anew[i] {
					t.Fatalf("seed %d, %d, %+v: row %d is\n%q\nand drawn anew\n%q", seed, n, s.columns.effect, i, before[i], anew[i])
				}
			}
		}
	}
	t.Logf("%d letters, %d steps", letters, steps)
	if letters < 20 || steps < 20 {
		t.Errorf("%d letters and %d steps say little", letters, steps)
	}
}

// saves ends the waits for what is typed to be saved.
func (s *slowModel) saves() {
	due := s.waits
	s.waits = nil
	for _, w := range due {
		if reply.Saves(w.msg) {
			s.send(w.msg)
		} else {
			s.waits = append(s.waits, w)
		}
	}
}

// The two keys that are pressed most draw little more than they change.
func TestAllocationsOfAKey(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*Model)
		keys    []string
		most    float64
	}{
		"a letter": {inText, []string{"b", "backspace"}, 200},
		"a step":   {inList, []string{"j", "k"}, 300},
	} {
		m, i := bare(60, 300, 120, 40), 0
		c.prepare(m)
		press := func() {
			m.Update(keyPress(c.keys[i%2]))
			m.View()
			i++
		}
		for range 4 {
			press()
		}
		n := testing.AllocsPerRun(50, press)
		t.Logf("%s: %.0f allocations", name, n)
		if n > c.most {
			t.Errorf("%s: %.0f allocations, and %.0f are enough", name, n, c.most)
		}
	}
}
