package state

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"unibox/api"
)

// remote is a platform with messages 1 to newest, listed in pages from the top.
type remote struct{ newest Pos }

func (r remote) page(cursor api.Cursor, limit int) (newest, oldest Pos, next api.Cursor) {
	from := r.newest
	if cursor != "" {
		n, _ := strconv.Atoi(string(cursor))
		from = Pos(n) - 1
	}
	oldest = max(1, from-Pos(limit)+1)
	if oldest > 1 {
		next = api.Cursor(strconv.Itoa(int(oldest)))
	}
	return from, oldest, next
}

func TestCoverageNamesEveryHole(t *testing.T) {
	for seed := range uint64(3000) {
		rng := rand.New(rand.NewPCG(seed, 1))
		r := remote{Pos(1 + rng.IntN(40))}
		limit := 1 + rng.IntN(7)
		var c Coverage
		known := map[Pos]bool{}
		read := func(newest, oldest Pos) {
			for p := oldest; p <= newest; p++ {
				known[p] = true
			}
		}
		for range 60 {
			r.newest += Pos(rng.IntN(6))
			if i := rng.IntN(len(c) + 1); i == len(c) {
				newest, oldest, next := r.page("", limit)
				read(newest, oldest)
				c = c.Head(newest, oldest, next)
			} else if !c[i].Complete {
				newest, oldest, next := r.page(c[i].Older, limit)
				read(newest, oldest)
				c = c.Below(i, oldest, next)
			}
			holds(t, seed, c, known, r.newest)
		}
	}
}

// holds checks that a position is covered if, and only if, it was read.
func holds(t *testing.T, seed uint64, c Coverage, known map[Pos]bool, newest Pos) {
	t.Helper()
	for p := Pos(1); p <= newest; p++ {
		covered := false
		for i, s := range c {
			covered = covered || s.Oldest <= p && p <= s.Newest
			if i > 0 && s.Newest >= c[i-1].Oldest {
				t.Fatalf("seed %d: spans overlap: %+v", seed, c)
			}
		}
		if covered != known[p] {
			t.Fatalf("seed %d: message %d read %v, covered %v: %+v", seed, p, known[p], covered, c)
		}
	}
}

func TestNothingIsMissingBelowACompleteSpan(t *testing.T) {
	c := Coverage{}.Head(20, 16, "16").Head(40, 36, "")
	if len(c) != 1 || c[0] != (Span{Newest: 40, Oldest: 16, Complete: true}) {
		t.Errorf("a platform that shortened its history leaves %+v", c)
	}
}
