package sqlite

import (
	"fmt"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

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
