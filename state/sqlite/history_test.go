package sqlite

import (
	"errors"
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

// check demands that what is stored stands in the remote's order, each message
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

// A thousand random runs of heads, continuations in any span, new
// arrivals and ignored cursors, several conversations in one store: nothing is
// lost, no hole goes unmarked, and in the end all of it is there, once.
func TestHistoryOfAnyCourseIsComplete(t *testing.T) {
	db := openIn(t, t.TempDir())
	runs := 1000
	if testing.Short() || raced {
		runs = 60
	}
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
		return 0 // all of the very same second: nobody could tell
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
	for c := range 3 {
		r := &remote{id: conv(c), rng: rng, times: slices.Repeat([]time.Time{noon}, 2500)}
		head(t, db, r.id, noon, r.page("", 50))
		r.times = append(r.times, slices.Repeat([]time.Time{noon}, 700)...)
		r.finish(t, db, 90)
		r.check(t, db, "at the end")
	}
}

func TestSaveHeadTellsWhatIsNew(t *testing.T) {
	db := openIn(t, t.TempDir())
	sub := db.feed.Subscribe()
	one, two := says(conv(1), 1, "in", "one", noon), says(conv(1), 2, "out", "two", noon.Add(time.Minute))
	if s := head(t, db, conv(1), noon, page("c1", one)); s.New != 1 || s.Inbound != 1 || !s.Changed || s.Oldest == 0 {
		t.Fatalf("first page: %+v", s)
	}
	if topics := sub.Take(); !slices.Contains(topics, state.Thread(conv(1))) || !slices.Contains(topics, state.Inbox) {
		t.Fatalf("marked %v", topics)
	}
	later := noon.Add(time.Hour)
	if s := head(t, db, conv(1), later, page("c1", one)); s.Changed || s.New != 0 || s.Oldest == 0 {
		t.Fatalf("the same again: %+v", s)
	}
	if topics := sub.Take(); len(topics) != 0 {
		t.Fatalf("nothing changed, and marked %v", topics)
	}
	if row := rowOf(t, db, conv(1)); !row.Checked.Equal(later) {
		t.Fatalf("checked %v", row.Checked)
	}
	if s := head(t, db, conv(1), later, page("c2", two, one)); s.New != 1 || s.Inbound != 0 {
		t.Fatalf("one more: %+v", s)
	}
}

func TestDeliveryOnlyRises(t *testing.T) {
	db := openIn(t, t.TempDir())
	m := says(conv(1), 1, "out", "hi", noon)
	for _, tt := range []struct{ said, want api.Delivery }{
		{api.DeliverySent, api.DeliverySent}, {api.DeliveryRead, api.DeliveryRead}, {api.DeliveryDelivered, api.DeliveryRead}, {api.DeliveryUnsaid, api.DeliveryRead},
	} {
		m.Delivery = tt.said
		head(t, db, conv(1), noon, page("", m))
		w, err := db.Timeline(t.Context(), all(conv(1)))
		must(t, err)
		if got := w.Items[0].Message.Delivery; got != tt.want {
			t.Fatalf("after %d it is %d, want %d", tt.said, got, tt.want)
		}
	}
}

func TestAnEditShowsAndIsFound(t *testing.T) {
	db := openIn(t, t.TempDir())
	m := says(conv(1), 1, "in", "before", noon)
	head(t, db, conv(1), noon, page("", m))
	m.Body, m.Attachments = "after", []api.Attachment{{Name: "cup.jpg", Size: 3}}
	if s := head(t, db, conv(1), noon, page("", m)); !s.Changed || s.New != 0 {
		t.Fatalf("%+v", s)
	}
	w, err := db.Timeline(t.Context(), all(conv(1)))
	must(t, err)
	if got := w.Items[0].Message; got.Body != "after" || len(got.Attachments) != 1 || got.Attachments[0] != m.Attachments[0] {
		t.Fatalf("%+v", got)
	}
	if p := rowOf(t, db, conv(1)).Preview.Or(state.Preview{}); p.Body != "after" || p.Attachments != 1 {
		t.Fatalf("preview %+v", p)
	}
	for query, want := range map[string]int{"before": 0, "after": 1, "cup": 1} {
		if found, err := db.Search(t.Context(), query, 9); err != nil || len(found) != want {
			t.Errorf("%q finds %d, %v", query, len(found), err)
		}
	}
}

func TestAnEmptyConversationIsKnownToBe(t *testing.T) {
	db := openIn(t, t.TempDir())
	head(t, db, conv(1), noon, page(""))
	cov, err := db.Coverage(t.Context(), conv(1))
	if err != nil || len(cov) != 1 || !cov[0].Complete {
		t.Fatalf("%v, %v", cov, err)
	}
	w, err := db.Timeline(t.Context(), all(conv(1)))
	if err != nil || w.Older != state.EdgeEnd || len(w.Items) != 0 {
		t.Fatalf("%+v, %v", w, err)
	}
	head(t, db, conv(1), noon, page("more", says(conv(1), 5, "in", "five", noon)))
	if w, err = db.Timeline(t.Context(), all(conv(1))); err != nil || w.Older != state.EdgeRemote || len(w.Items) != 1 {
		t.Fatalf("%+v, %v", w, err)
	}
}

func TestBelowAnUnknownPlaceIsRefused(t *testing.T) {
	db := openIn(t, t.TempDir())
	if _, err := db.SaveBelow(t.Context(), conv(1), 77, page(""), noon); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("got %v", err)
	}
	if heads, err := db.Heads(t.Context(), "shop"); err != nil || len(heads) != 0 {
		t.Fatalf("it left %v, %v", heads, err)
	}
}

func TestTimelineWindows(t *testing.T) {
	db := openIn(t, t.TempDir())
	id := conv(1)
	at := func(n int) api.Message {
		return says(id, n, "in", fmt.Sprint(n), noon.Add(time.Duration(n)*time.Minute))
	}
	head(t, db, id, noon, page("4", at(6), at(5), at(4)))
	head(t, db, id, noon, page("12", at(14), at(13), at(12)))
	w, err := db.Timeline(t.Context(), all(id))
	must(t, err)
	if got := lines(t, db, all(id)); got != "4 5 6 -- 12 13 14" || w.Older != state.EdgeRemote || w.Newer != state.EdgeEnd {
		t.Fatalf("%s, %v, %v", got, w.Older, w.Newer)
	}
	if gap := w.Items[3]; gap.Pos != w.Items[4].Pos {
		t.Fatalf("the hole is at %d, the message above it at %d", gap.Pos, w.Items[4].Pos)
	}
	tests := []struct {
		anchor        state.Pos
		before, after int
		want          string
		older, newer  state.Edge
	}{
		{0, 2, 5, "13 14", state.EdgeLocal, state.EdgeEnd},
		{w.Items[4].Pos, 1, 1, "6 -- 12 13", state.EdgeLocal, state.EdgeLocal},
		{w.Items[4].Pos - 1, 1, 0, "5 6", state.EdgeLocal, state.EdgeLocal},
		{w.Items[0].Pos, 5, 2, "4 5 6", state.EdgeRemote, state.EdgeLocal},
		{w.Items[6].Pos, 0, 3, "14", state.EdgeLocal, state.EdgeEnd},
	}
	for _, tt := range tests {
		q := state.TimelineQuery{Conversation: id, Anchor: tt.anchor, Before: tt.before, After: tt.after}
		got, err := db.Timeline(t.Context(), q)
		must(t, err)
		if s := lines(t, db, q); s != tt.want || got.Older != tt.older || got.Newer != tt.newer {
			t.Errorf("%+v: %s, %v, %v", tt, s, got.Older, got.Newer)
		}
	}
}

func TestNoRoomBetweenNeighboursLosesNothing(t *testing.T) {
	db := openIn(t, t.TempDir())
	a, b := says(conv(1), 1, "in", "a", noon), says(conv(1), 2, "in", "b", noon)
	head(t, db, conv(1), noon, page("", b, a))
	late := []api.Message{b, says(conv(1), 4, "in", "y", noon), says(conv(1), 3, "in", "x", noon), a}
	if s := head(t, db, conv(1), noon, page("", late...)); s.New != 2 {
		t.Fatalf("%+v", s)
	}
	if got := lines(t, db, all(conv(1))); got != "a b x y" {
		t.Fatalf("timeline %q", got)
	}
}
