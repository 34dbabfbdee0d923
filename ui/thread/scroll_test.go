package thread

import (
	"math/rand/v2"
	"testing"
)

// stack is a thread of items with given heights.
type stack []struct{ lead, body int }

func (s stack) Len() int       { return len(s) }
func (s stack) Lead(i int) int { return s[i].lead }
func (s stack) Body(i int) int { return s[i].body }

func (s stack) total() int {
	n := 0
	for i := range s {
		n += s[i].lead + s[i].body
	}
	return n
}

func randomStack(rng *rand.Rand, n int) stack {
	s := make(stack, n)
	for i := range s {
		s[i].body = 1 + rng.IntN(6)
		if rng.IntN(30) == 0 {
			s[i].body = 60
		}
		s[i].lead = rng.IntN(8) / 6
	}
	return s
}

// absolute returns how many rows of the thread are above the screen.
func absolute(s scroll, r stack) int { return -s.rowOf(0, r) + r[0].lead }

func TestScrollKeepsTheScreenFull(t *testing.T) {
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 1))
		r := randomStack(rng, 1+rng.IntN(40))
		h := 1 + rng.IntN(30)
		s := scroll{follow: true}.settle(r, h)
		for range 60 {
			before := absolute(s, r)
			n := rng.IntN(41) - 20
			s = s.by(n, r, h)
			want := min(max(before+n, 0), max(r.total()-h, 0))
			if r.total() <= h {
				want = 0
			}
			if got := absolute(s, r); got != want {
				t.Fatalf("seed %d: %d rows of %d above a screen of %d, want %d", seed, got, r.total(), h, want)
			}
			if s.follow || s.atEnd(r, h) != (want >= r.total()-h) {
				t.Fatalf("seed %d: follow is %v, at the end %v with %d above", seed, s.follow, s.atEnd(r, h), want)
			}
		}
	}
}

func TestLoadingAboveDoesNotMoveTheText(t *testing.T) {
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 2))
		r := randomStack(rng, 30)
		h := 5 + rng.IntN(20)
		s := scroll{follow: true}.settle(r, h).by(-20-rng.IntN(40), r, h)
		older := append(randomStack(rng, 1+rng.IntN(20)), r...)
		k := len(older) - len(r)
		older[k].lead = rng.IntN(2) // the day line above may go or come
		first, last := s.visible(r, h)
		moved := s
		moved.at += k
		moved = moved.settle(older, h)
		for i := first; i <= last; i++ {
			if i > 0 && s.rowOf(i, r) != moved.rowOf(i+k, older) {
				t.Fatalf("seed %d: item %d moved from row %d to %d", seed, i, s.rowOf(i, r), moved.rowOf(i+k, older))
			}
		}
	}
}

func TestShowBringsAnItemOnScreen(t *testing.T) {
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 3))
		r := randomStack(rng, 1+rng.IntN(40))
		h := 2 + rng.IntN(30)
		s := scroll{follow: true}.settle(r, h)
		for range 30 {
			i := rng.IntN(len(r))
			s = s.show(i, r, h)
			y := s.rowOf(i, r)
			if y < 0 || y >= h || r[i].body <= h-r[i].lead && y+r[i].body > h {
				t.Fatalf("seed %d: item %d of %d rows is on row %d of %d", seed, i, r[i].body, y, h)
			}
			first, last := s.visible(r, h)
			if i < first || i > last {
				t.Fatalf("seed %d: item %d is not among %d to %d", seed, i, first, last)
			}
		}
	}
}

func TestFollowStaysAtTheNewest(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 4))
	r := randomStack(rng, 20)
	s := scroll{follow: true}.settle(r, 12)
	for range 50 {
		r = append(r, randomStack(rng, 1)...)
		s = s.settle(r, 12)
		if !s.follow || !s.atEnd(r, 12) || absolute(s, r) != r.total()-12 {
			t.Fatalf("not at the end: %+v", s)
		}
	}
}
