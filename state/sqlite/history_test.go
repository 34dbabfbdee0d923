package sqlite

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// remote is a platform's history of one conversation: message n was written
// at times[n-1]. Its cursor is the oldest number of the page before.
type remote struct {
	id    api.ConversationID
	start time.Time
	times []time.Time
	rng   *rand.Rand
}

// grow adds n messages; most share their second with the one before.
func (r *remote) grow(n int) {
	at := r.start
	if len(r.times) > 0 {
		at = r.times[len(r.times)-1]
	}
	for range n {
		if r.rng.IntN(3) == 0 {
			at = at.Add(time.Second * time.Duration(1+r.rng.IntN(20)))
		}
		r.times = append(r.times, at)
	}
}

func (r *remote) page(cursor api.Cursor, limit int) (p api.Page[api.Message]) {
	from := len(r.times)
	if cursor != "" {
		from, _ = strconv.Atoi(string(cursor))
		from--
	}
	for n := from; n > 0 && len(p.Items) < limit; n-- {
		who := []string{"in", "out"}[n%2]
		p.Items = append(p.Items, says(r.id, n, who, fmt.Sprint("m", n), r.times[n-1]))
	}
	if k := len(p.Items); k > 0 && p.Items[k-1].ID.Remote != "1" {
		p.Next = api.Cursor(p.Items[k-1].ID.Remote)
	}
	return p
}

// check demands that what is stored is in the remote's order, each message
// once, and with a hole wherever numbers are missing.
func (r *remote) check(t *testing.T, db *DB, when string) {
	t.Helper()
	w, err := db.Timeline(t.Context(), all(r.id))
	must(t, err)
	last, gap := 0, false
	var pos state.Pos
	for _, it := range w.Items {
		if it.Gap {
			if gap = true; it.Pos <= pos {
				t.Fatalf("%s: hole at %d is not above %d", when, it.Pos, pos)
			}
			continue
		}
		n, _ := strconv.Atoi(it.Message.ID.Remote)
		switch {
		case n <= last || it.Pos <= pos:
			t.Fatalf("%s: message %d (%d) after %d (%d)", when, n, it.Pos, last, pos)
		case last != 0 && n != last+1 && !gap:
			t.Fatalf("%s: %d to %d are missing without a mark", when, last+1, n-1)
		}
		last, pos, gap = n, it.Pos, false
	}
	cov, err := db.Coverage(t.Context(), r.id)
	must(t, err)
	for i, s := range cov {
		if s.Oldest > s.Newest || i > 0 && cov[i-1].Oldest <= s.Newest {
			t.Fatalf("%s: spans overlap: %v", when, cov)
		}
	}
}

// Random runs of heads, continuations in any span, new
// arrivals and ignored cursors, several conversations in one store: nothing is
// lost, no hole goes unmarked, and in the end all of it is there, once.
func TestHistoryOfAnyCourseIsComplete(t *testing.T) {
	db := openIn(t, t.TempDir())
	runs := cases(60, 1000)
	refused := 0
	for seed := range runs {
		rng := rand.New(rand.NewPCG(uint64(seed), 7))
		r := &remote{id: conv(seed), start: noon.Add(time.Duration(seed%200) * time.Hour), rng: rng}
		r.grow(1 + rng.IntN(30))
		limit := 1 + rng.IntN(7)
		for step := range 15 {
			when := fmt.Sprintf("run %d step %d", seed, step)
			r.grow(rng.IntN(5))
			refused += r.step(t, db, limit, when)
			if step%5 == 0 {
				r.check(t, db, when)
			}
		}
		r.finish(t, db, limit)
		r.check(t, db, fmt.Sprintf("run %d at its end", seed))
		want := make([]string, len(r.times))
		for i := range want {
			want[i] = fmt.Sprint("m", i+1)
		}
		if got := lines(t, db, all(r.id)); got != strings.Join(want, " ") {
			t.Fatalf("run %d: %s\nwant %s", seed, got, want)
		}
	}
	t.Logf("%d runs, %d ignored cursors refused", runs, refused)
	if refused == 0 {
		t.Fatal("no ignored cursor was tried")
	}
}

// step does one of the things an engine may do.
func (r *remote) step(t *testing.T, db *DB, limit int, when string) (refused int) {
	t.Helper()
	cov, err := db.Coverage(t.Context(), r.id)
	must(t, err)
	open := slices.DeleteFunc(slices.Clone(cov), func(s state.Span) bool { return s.Older == "" })
	if len(open) == 0 || r.rng.IntN(2) == 0 {
		head(t, db, r.id, noon, r.page("", limit))
		return 0
	}
	s := open[r.rng.IntN(len(open))]
	if r.rng.IntN(4) == 0 && s.Oldest != s.Newest && s.Newest == cov[0].Newest {
		return r.ignore(t, db, s, limit, when)
	}
	if _, err := db.SaveBelow(t.Context(), r.id, s.Oldest, r.page(s.Older, limit), noon); err != nil {
		t.Fatalf("%s: refused an honest page: %v", when, err)
	}
	return 0
}

// ignore answers a cursor with the newest page, where that brings nothing older.
func (r *remote) ignore(t *testing.T, db *DB, s state.Span, limit int, when string) int {
	t.Helper()
	first := r.page("", limit)
	oldest, _ := strconv.Atoi(string(s.Older))
	if end, _ := strconv.Atoi(first.Items[len(first.Items)-1].ID.Remote); end < oldest {
		return 0
	}
	before := lines(t, db, all(r.id))
	newest, err := db.Row(t.Context(), r.id)
	must(t, err)
	if !first.Items[len(first.Items)-1].At.After(newest.Preview.Or(state.Preview{}).At) && !slices.ContainsFunc(first.Items, func(m api.Message) bool {
		return strings.Contains(" "+before+" ", " "+m.Body+" ")
	}) {
		return 0 // all of the very same second: nobody could know
	}
	_, err = db.SaveBelow(t.Context(), r.id, s.Oldest, first, noon)
	if api.KindOf(err) != api.ErrCursor {
		t.Fatalf("%s: took the newest page for an older one: %v", when, err)
	}
	if after := lines(t, db, all(r.id)); after != before {
		t.Fatalf("%s: filed it all the same: %s", when, after)
	}
	return 1
}

// finish walks from the head down to the first message, with cursors of its
// own as an engine does whose stored ones were refused.
func (r *remote) finish(t *testing.T, db *DB, limit int) {
	t.Helper()
	p := r.page("", limit)
	saved := head(t, db, r.id, noon, p)
	for p.Next != "" {
		p = r.page(p.Next, limit)
		pos := saved.Oldest
		var err error
		if saved, err = db.SaveBelow(t.Context(), r.id, pos, p, noon); err != nil {
			t.Fatalf("walking below %d: %v", pos, err)
		}
	}
	cov, err := db.Coverage(t.Context(), r.id)
	must(t, err)
	if len(cov) != 1 || !cov[0].Complete {
		t.Fatalf("all was read, and it says %v", cov)
	}
}

func TestThousandsInOneSecondKeepTheirOrder(t *testing.T) {
	db := openIn(t, t.TempDir())
	rng := rand.New(rand.NewPCG(1, 1))
	for c := range cases(3, 3) {
		r := &remote{id: conv(c), rng: rng, times: slices.Repeat([]time.Time{noon}, 2500)}
		head(t, db, r.id, noon, r.page("", 50))
		r.times = append(r.times, slices.Repeat([]time.Time{noon}, 700)...)
		r.finish(t, db, 90)
		r.check(t, db, "at the end")
	}
}
