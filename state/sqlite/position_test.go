package sqlite

import (
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

func TestPositionsFollowTimes(t *testing.T) {
	db := openIn(t, t.TempDir())
	times := []time.Time{{}, time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), noon, noon.Add(time.Millisecond), noon.Add(time.Hour)}
	var msgs []api.Message
	for i, at := range times {
		msgs = append([]api.Message{says(conv(1), i, "in", "x", at)}, msgs...)
	}
	head(t, db, conv(1), noon, page("", msgs...))
	w, err := db.Timeline(t.Context(), all(conv(1)))
	must(t, err)
	times[0] = times[1] // without a time of its own it is of the next one's
	var last state.Pos
	for i, it := range w.Items {
		if it.Pos <= last || !it.Message.At.Equal(times[i]) {
			t.Fatalf("%d: %d after %d, at %v", i, it.Pos, last, it.Message.At)
		}
		last = it.Pos
	}
	if step := w.Items[4].Pos - w.Items[2].Pos; step != state.Pos(time.Hour.Milliseconds()) {
		t.Fatalf("an hour is %d positions", step)
	}
}

func TestOneClockTickOfManyConversations(t *testing.T) {
	db := openIn(t, t.TempDir())
	for c := range 40 {
		for n := range 5 {
			head(t, db, conv(c), noon, page("x", says(conv(c), n, "in", string(rune('a'+n)), noon)))
		}
	}
	for c := range 40 {
		if got := lines(t, db, all(conv(c))); got != "a -- b -- c -- d -- e" {
			t.Fatalf("conversation %d: %s", c, got)
		}
	}
}
