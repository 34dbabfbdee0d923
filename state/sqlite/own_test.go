package sqlite

import (
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// as is a session of an agent.
func as(t *testing.T, dir, agent string) *DB {
	db := openQuiet(t, dir)
	db.SetAgent(agent)
	return db
}

// What an agent puts off for themselves leaves their lists and counts and nobody else's, also
// after a restart with a stored list that another had; and it comes back to them alone.
func TestSnoozedForOneAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		olga := as(t, dir, "olga")
		began := time.Now()
		for n := 1; n <= 3; n++ {
			head(t, olga, conv(n), began, page("", says(conv(n), 1, "in", "hello", began.Add(time.Duration(n)*time.Minute))))
		}
		setFlags(t, olga, 2, state.FlagChange{Snoozed: api.Known(began.Add(3 * time.Hour)), For: "olga"})
		lists := func(db *DB, waiting, snoozed []string) {
			t.Helper()
			want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), waiting...)
			want(t, viewed(t, db, state.ListQuery{View: state.ViewSnoozed}), snoozed...)
			side, err := db.Sidebar(t.Context())
			must(t, err)
			if side.Views[state.ViewWaiting] != len(waiting) || side.Views[state.ViewSnoozed] != len(snoozed) {
				t.Errorf("%+v", side)
			}
		}
		lists(olga, []string{"1", "3"}, []string{"2"})
		must(t, olga.storeList(t.Context(), 0))
		must(t, olga.Close())
		boris, nobody := as(t, dir, "boris"), openQuiet(t, dir)
		lists(boris, []string{"1", "2", "3"}, nil)
		lists(nobody, []string{"1", "2", "3"}, nil)
		must(t, boris.storeList(t.Context(), 0))
		olga = as(t, dir, "olga")
		lists(olga, []string{"1", "3"}, []string{"2"})

		time.Sleep(4 * time.Hour)
		next, err := olga.noteBack(t.Context(), time.Now())
		must(t, err)
		if row := rowOf(t, olga, conv(2)); !next.IsZero() || !row.Back.Is() || row.Back.For != "olga" || row.Back.Noted.IsZero() {
			t.Errorf("%v, %+v", next, row.Back)
		}
		if row := rowOf(t, boris, conv(2)); row.Back.Is() {
			t.Errorf("%+v", row.Back)
		}
		ids, err := olga.PutOff(t.Context())
		if err != nil || len(ids) != 1 || ids[0] != conv(2) {
			t.Errorf("%v, %v", ids, err)
		}
	})
}

// Sessions of one process share the list in memory, each with its own agent.
func TestSessionsOfOneProcessHaveSnoozesOfTheirOwn(t *testing.T) {
	olga := as(t, t.TempDir(), "olga")
	boris := olga.Session(false)
	defer boris.Close()
	boris.SetAgent("boris")
	for n := 1; n <= 3; n++ {
		head(t, olga, conv(n), noon, page("", says(conv(n), 1, "in", "hello", noon.Add(time.Duration(n)*time.Minute))))
	}
	for n, agent := range map[int]string{1: "olga", 2: "boris", 3: "dora"} {
		setFlags(t, olga, n, state.FlagChange{Snoozed: api.Known(time.Now().Add(time.Hour)), For: agent})
	}
	for range 3 {
		for db, waiting := range map[*DB][]string{olga: {"2", "3"}, boris: {"1", "3"}} {
			want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), waiting...)
			side, err := db.Sidebar(t.Context())
			if err != nil || side.Views[state.ViewWaiting] != 2 || side.Views[state.ViewSnoozed] != 1 {
				t.Errorf("%+v, %v", side, err)
			}
		}
	}
}

// Of one's own snooze and that of all, one's own counts until it is over.
func TestOnesOwnSnoozeComesBeforeThatOfAll(t *testing.T) {
	db := as(t, t.TempDir(), "olga")
	head(t, db, conv(1), noon, page("", says(conv(1), 1, "in", "hello", noon)))
	first := time.Now().Add(time.Hour)
	setFlags(t, db, 1, state.FlagChange{Snoozed: api.Known(first), SnoozeKind: state.SnoozeSilent, For: "olga"})
	setFlags(t, db, 1, state.FlagChange{Snoozed: api.Known(first.Add(time.Hour))})
	if f := rowOf(t, db, conv(1)).Flags; f.SnoozeFor != "olga" || f.SnoozeKind != state.SnoozeSilent {
		t.Errorf("%+v", f)
	}
	head(t, db, conv(1), noon, page("", says(conv(1), 2, "in", "hello?", noon.Add(time.Minute)), says(conv(1), 1, "in", "hello", noon)))
	setFlags(t, db, 1, state.FlagChange{Snoozed: api.Known(first)})
	if f := rowOf(t, db, conv(1)).Flags; f.SnoozeFor != "" || f.Snoozed.IsZero() {
		t.Errorf("%+v", f)
	}
}
