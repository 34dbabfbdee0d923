package sqlite

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

func lists(t testing.TB, db *DB, c api.Conversation) {
	t.Helper()
	must(t, db.SaveConversations(t.Context(), []api.Conversation{c}))
}

func TestThePlatformsWordCounts(t *testing.T) {
	yes, no := api.Known(true), api.Known(false)
	ours := state.FlagChange{Starred: yes, Pinned: yes, Muted: yes}
	tests := []struct {
		name  string
		says  api.Conversation
		ours  state.FlagChange
		views []state.View
	}{
		{"nothing said, nothing ours", api.Conversation{}, state.FlagChange{}, []state.View{state.ViewWaiting, state.ViewUnread}},
		{"ours, where it says nothing", api.Conversation{}, ours, []state.View{state.ViewStarred}},
		{"its word against ours", api.Conversation{Starred: no, Pinned: no, Muted: no}, ours, []state.View{state.ViewWaiting, state.ViewUnread}},
		{"starred there", api.Conversation{Starred: yes}, state.FlagChange{}, []state.View{state.ViewWaiting, state.ViewUnread, state.ViewStarred}},
		{"muted there", api.Conversation{Muted: yes}, state.FlagChange{}, nil},
		{"closed there", api.Conversation{Closed: yes}, state.FlagChange{}, []state.View{state.ViewDone}},
		{"archived there", api.Conversation{Archived: yes}, state.FlagChange{}, []state.View{state.ViewDone}},
		{"done here, open there", api.Conversation{Closed: no, Archived: no}, state.FlagChange{Done: yes}, []state.View{state.ViewDone}},
		{"blocked there", api.Conversation{Blocked: yes}, state.FlagChange{}, []state.View{state.ViewUnread}},
		{"opted out there", api.Conversation{OptedOut: yes}, state.FlagChange{}, []state.View{state.ViewUnread}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := four(t)
			before := sidebar(t, db)
			tt.says.ID = conv(4)
			lists(t, db, tt.says)
			must(t, db.SetFlags(t.Context(), conv(4), tt.ours))
			head(t, db, conv(4), noon, page("", says(conv(4), 1, "in", "hello", noon)))
			if tt.ours.Done.Or(false) { // it was done before they wrote
				must(t, db.SetFlags(t.Context(), conv(4), tt.ours))
			}
			after := sidebar(t, db)
			for _, v := range state.Views {
				listed := slices.Contains(viewed(t, db, state.ListQuery{View: v}), "4")
				wanted := v == state.ViewAll || slices.Contains(tt.views, v)
				if listed != wanted || v != state.ViewAll && after[v]-before[v] != int(bit(wanted)) {
					t.Errorf("%s: listed %v, counted %d then %d", v, listed, before[v], after[v])
				}
			}
		})
	}
}

func sidebar(t testing.TB, db *DB) map[state.View]int {
	t.Helper()
	side, err := db.Sidebar(t.Context())
	must(t, err)
	return side.Views
}

func TestPinnedOnThePlatformComesFirst(t *testing.T) {
	db := four(t)
	lists(t, db, api.Conversation{ID: conv(1), Pinned: api.Known(true)})
	must(t, db.SetFlags(t.Context(), conv(4), state.FlagChange{Pinned: api.Known(true)}))
	want(t, viewed(t, db, state.ListQuery{View: state.ViewAll}), "1", "4", "3", "2")
}

// What the platform calls read is read, up to the activity that it speaks of.
func TestUnreadFollowsThePlatform(t *testing.T) {
	db := openIn(t, t.TempDir())
	at := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	unread := func(want int) {
		t.Helper()
		if row := rowOf(t, db, conv(1)); row.Unread != want {
			t.Fatalf("%d unread, want %d", row.Unread, want)
		}
	}
	platform := func(read bool, active time.Time) {
		t.Helper()
		lists(t, db, api.Conversation{ID: conv(1), Read: api.Known(read), Active: api.Known(active)})
	}
	platform(true, at(2))
	one, two := says(conv(1), 1, "in", "a", at(1)), says(conv(1), 2, "in", "b", at(2))
	head(t, db, conv(1), noon, page("", two, one))
	unread(0)
	head(t, db, conv(1), noon, page("", says(conv(1), 3, "in", "c", at(3)), two, one))
	unread(1)
	platform(true, at(3))
	unread(0)
	platform(false, at(3))
	unread(1)
	platform(true, at(3))
	unread(0)
}

// A platform that stores no read state keeps calling it unread; it is read here
// until something new happens.
func TestReadHereWhereThePlatformStoresNoReadState(t *testing.T) {
	db := openIn(t, t.TempDir())
	c := api.Conversation{ID: conv(1), Read: api.Known(false), Active: api.Known(noon)}
	lists(t, db, c)
	head(t, db, conv(1), noon, page("", says(conv(1), 1, "in", "a", noon)))
	readIt := func() {
		t.Helper()
		must(t, db.SetFlags(t.Context(), conv(1), state.FlagChange{ReadUpTo: api.Known(rowOf(t, db, conv(1)).Newest)}))
		if row := rowOf(t, db, conv(1)); row.Unread != 0 {
			t.Fatalf("%+v", row)
		}
	}
	readIt()
	lists(t, db, c)
	head(t, db, conv(1), noon, page("", says(conv(1), 2, "in", "b", noon.Add(time.Minute)), says(conv(1), 1, "in", "a", noon)))
	if row := rowOf(t, db, conv(1)); row.Unread != 1 {
		t.Fatalf("%+v", row)
	}
	readIt()
	c.Read = api.Known(true)
	lists(t, db, c)
	c.Read = api.Known(false) // somebody called it unread there
	lists(t, db, c)
	if row := rowOf(t, db, conv(1)); row.Unread != 1 {
		t.Fatalf("%+v", row)
	}
	readIt()
}

func TestWaitingByTheListAlone(t *testing.T) {
	db := openIn(t, t.TempDir())
	for n, answered := range []api.Opt[bool]{api.Known(false), api.Known(true), {}} {
		lists(t, db, api.Conversation{ID: conv(n), Answered: answered, Active: api.Known(noon.Add(time.Duration(n) * time.Hour))})
	}
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "0")
	if row := rowOf(t, db, conv(0)); !row.WaitingSince.Equal(noon) {
		t.Fatalf("%+v", row)
	}
	head(t, db, conv(0), noon, page("", says(conv(0), 1, "out", "here", noon)))
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}))
}

// A close that waits hides nobody who wrote since, and is passed; asked for once more, after what
// they wrote, it is shown again.
func TestACloseThatWaitsHidesNobodyWhoWroteSince(t *testing.T) {
	db := four(t)
	lists(t, db, api.Conversation{ID: conv(1), Closed: api.Known(false)})
	old := submitChange(t, db, changeOf(conv(1), api.CapClose, true))
	is := func(ch state.Change, passed bool) {
		t.Helper()
		got, err := db.Passed(t.Context(), ch)
		if err != nil || got != passed {
			t.Errorf("passed: %v, %v", got, err)
		}
		row := rowOf(t, db, conv(1))
		if row.Flags.Done == passed || row.Conversation.Closed.Or(false) == passed {
			t.Errorf("done %v, closed %v", row.Flags.Done, row.Conversation.Closed)
		}
	}
	is(old, false)
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "2")
	head(t, db, conv(1), noon, page("", says(conv(1), 2, "in", "and my second order?", noon), says(conv(1), 1, "in", "where is my cake?", noon.Add(-2*time.Hour))))
	is(old, true)
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "1", "2")
	again := submitChange(t, db, changeOf(conv(1), api.CapClose, true))
	if again.ID == old.ID {
		t.Fatal("the old one is kept")
	}
	is(again, false)
	want(t, viewed(t, db, state.ListQuery{View: state.ViewDone}), "1")
}

func TestAChangeIsShownAtOnce(t *testing.T) {
	db := four(t)
	lists(t, db, api.Conversation{ID: conv(1), Closed: api.Known(false), Read: api.Known(true)})
	submitChange(t, db, changeOf(conv(1), api.CapClose, true))
	row := rowOf(t, db, conv(1))
	if !row.Flags.Done || !row.Conversation.Closed.Or(false) || len(row.Changes) != 1 {
		t.Fatalf("%+v", row)
	}
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "2")
	want(t, viewed(t, db, state.ListQuery{View: state.ViewDone}), "1")
	submitChange(t, db, changeOf(conv(2), api.CapRead, true))
	if row := rowOf(t, db, conv(2)); row.Unread != 0 {
		t.Fatalf("%+v", row)
	}
	head(t, db, conv(2), noon, page("", says(conv(2), 2, "in", "?", noon), says(conv(2), 1, "in", "¿cuándo?", noon.Add(-time.Hour))))
	if row := rowOf(t, db, conv(2)); row.Unread == 0 {
		t.Fatalf("what came after the change is read too: %+v", row)
	}
	submitChange(t, db, changeOf(conv(3), api.CapRead, false))
	if row := rowOf(t, db, conv(3)); row.Unread != 1 {
		t.Fatalf("%+v", row)
	}
}

// After a success a list that was asked for before it does not flicker back;
// what the list says later counts, and what it says after the expiry.
func TestAnOverlayGivesWay(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		db := openIn(t, dir)
		owning(t, db)
		poll := func(starred bool) { lists(t, db, api.Conversation{ID: conv(1), Starred: api.Known(starred)}) }
		shows := func(want bool) {
			t.Helper()
			if row := rowOf(t, db, conv(1)); row.Flags.Starred != want || row.Conversation.Starred.Or(!want) != want {
				t.Fatalf("starred %v, want %v", row.Flags.Starred, want)
			}
		}
		poll(false)
		ch := submitChange(t, db, changeOf(conv(1), api.CapStar, true))
		poll(false)
		shows(true)
		poll(true) // what the platform answered
		ch.Until = time.Now().Add(15 * time.Second)
		keeps(t, db, ch)
		poll(false)
		shows(true)
		time.Sleep(15 * time.Second)
		shows(false)

		ch = submitChange(t, db, changeOf(conv(1), api.CapStar, true))
		ch.Until = time.Now().Add(15 * time.Second)
		keeps(t, db, ch)
		poll(false)
		shows(true)
		poll(true)
		poll(false) // a colleague, and nobody holds against it
		shows(false)
		if all := changesIn(t, db); len(all) != 0 {
			t.Fatalf("%+v", all)
		}
	})
}

func TestViewsHaveTheirBits(t *testing.T) {
	bits := []viewSet{inWaiting, inClosing, inUnread, inAll, inStarred, inSnoozed, inDrafts, inOutbox, inDone}
	for i, v := range []state.View{
		state.ViewWaiting, state.ViewClosing, state.ViewUnread, state.ViewAll, state.ViewStarred, state.ViewSnoozed, state.ViewDrafts, state.ViewOutbox, state.ViewDone,
	} {
		if viewOf(v) != bits[i] || state.Views[i] != v {
			t.Errorf("%s is bit %b", v, viewOf(v))
		}
	}
	if viewOf("") != inAll || len(bits) != len(state.Views) {
		t.Error("another view")
	}
}
