package sqlite

import (
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// Who wrote last in a channel that takes free text for a day is closing for the last
// hours of it, the soonest first, and is warned about in the last one while they wait.
// The clock alone brings them in and takes them out.
func TestClosingFollowsTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(noon)) // positions begin in 2010, this clock before
		db, err := Open(t.Context(), t.TempDir(), state.NewFeed(), PollEvery(time.Hour))
		must(t, err)
		defer db.Close()
		db.SetWindows(func(_ api.AccountID, kind api.ChannelKind) time.Duration {
			if kind == "business" {
				return 24 * time.Hour
			}
			return 0
		})
		began := time.Now()
		wrote := func(n int, kind api.ChannelKind, who string, ago time.Duration) {
			lists(t, db, api.Conversation{ID: conv(n), Kind: kind})
			head(t, db, conv(n), began, page("", says(conv(n), n, who, "hello", began.Add(-ago))))
		}
		wrote(1, "business", "in", 19*time.Hour)
		wrote(2, "business", "in", 20*time.Hour+30*time.Minute)
		wrote(3, "plain", "in", 20*time.Hour+30*time.Minute)
		wrote(4, "business", "out", 20*time.Hour+30*time.Minute)
		wrote(5, "business", "in", 21*time.Hour)
		head(t, db, conv(5), began, page("", says(conv(5), 15, "out", "an answer", began.Add(-time.Minute))))
		closing := func(warned int, ids ...string) {
			t.Helper()
			want(t, viewed(t, db, state.ListQuery{View: state.ViewClosing}), ids...)
			side, err := db.Sidebar(t.Context())
			must(t, err)
			if side.Closing != warned || side.Views[state.ViewClosing] != len(ids) {
				t.Errorf("after %s: %d are warned about and %d listed, want %d and %d", time.Since(began), side.Closing, side.Views[state.ViewClosing], warned, len(ids))
			}
		}
		closing(0, "5", "2")
		if until := rowOf(t, db, conv(2)).FreeUntil; !until.Equal(began.Add(3*time.Hour + 30*time.Minute)) {
			t.Errorf("free text until %s", until.Sub(began))
		}
		for _, n := range []int{3, 4} {
			if until := rowOf(t, db, conv(n)).FreeUntil; !until.IsZero() {
				t.Errorf("%d: free text until %s", n, until.Sub(began))
			}
		}
		time.Sleep(2*time.Hour + 30*time.Minute)
		closing(1, "5", "2", "1")
		time.Sleep(time.Hour)
		closing(0, "1")
		must(t, db.SetFlags(t.Context(), conv(1), state.FlagChange{Done: api.Known(true)}))
		closing(0)
		head(t, db, conv(1), time.Now(), page("", says(conv(1), 21, "in", "and?", time.Now())))
		time.Sleep(23*time.Hour + 30*time.Minute)
		closing(1, "1")
	})
}

// N7, N10: what is snoozed until after its window closes is closing too, and is not warned
// about; what comes back in time is not.
func TestWhatOversleepsItsWindowIsClosing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(noon))
		db, err := Open(t.Context(), t.TempDir(), state.NewFeed(), PollEvery(time.Hour))
		must(t, err)
		defer db.Close()
		db.SetWindows(func(api.AccountID, api.ChannelKind) time.Duration { return 24 * time.Hour })
		began := time.Now()
		for n, until := range []time.Duration{0, 6 * time.Hour, 4 * time.Hour, 6 * time.Hour, 6 * time.Hour} {
			lists(t, db, api.Conversation{ID: conv(n), Kind: "business"})
			head(t, db, conv(n), began, page("", says(conv(n), n+1, "in", "hello", began.Add(-19*time.Hour)))) // closes in 5 hours
			if n > 0 {
				must(t, db.SetFlags(t.Context(), conv(n), state.FlagChange{Snoozed: api.Known(began.Add(until))}))
			}
		}
		must(t, db.SetFlags(t.Context(), conv(3), state.FlagChange{Done: api.Known(true)}))
		must(t, db.SetFlags(t.Context(), conv(4), state.FlagChange{Muted: api.Known(true)}))
		want(t, viewed(t, db, state.ListQuery{View: state.ViewClosing}))
		time.Sleep(time.Hour + time.Minute) // four hours are left
		want(t, viewed(t, db, state.ListQuery{View: state.ViewClosing}), "0", "1")
		time.Sleep(3 * time.Hour)
		side, err := db.Sidebar(t.Context())
		must(t, err)
		want(t, viewed(t, db, state.ListQuery{View: state.ViewClosing}), "0", "1", "2")
		if side.Closing != 2 { // 0, and 2 which came back
			t.Errorf("%d are warned about", side.Closing)
		}
		time.Sleep(time.Hour)
		want(t, viewed(t, db, state.ListQuery{View: state.ViewClosing}))
	})
}

// A start with the stored list knows the windows as one that reads every row.
func TestStoredListKeepsTheWindows(t *testing.T) {
	dir := t.TempDir()
	day := func(api.AccountID, api.ChannelKind) time.Duration { return 24 * time.Hour }
	db := openIn(t, dir)
	db.SetWindows(day)
	listed(t, db, 3)
	head(t, db, conv(1), noon, page("", says(conv(1), 1, "in", "hello", noon)))
	must(t, db.storeList(t.Context(), 1))
	must(t, db.Close())
	db = openIn(t, dir)
	db.SetWindows(day)
	if until := rowOf(t, db, conv(1)).FreeUntil; !until.Equal(noon.Add(24*time.Hour)) || !began(t, db) {
		t.Errorf("free text until %s, begun with the stored list: %v", until, began(t, db))
	}
}
