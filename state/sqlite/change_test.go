package sqlite

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

func changeOf(id api.ConversationID, ability api.Caps, on bool) state.Change {
	return state.Change{Conversation: id, Cap: ability, On: on, Made: noon.Local()}
}

func submitChange(t testing.TB, db *DB, ch state.Change) state.Change {
	t.Helper()
	got, err := db.SubmitChange(t.Context(), ch)
	must(t, err)
	return got
}

func keeps(t testing.TB, db *DB, ch state.Change) {
	t.Helper()
	if ok, err := db.SaveChange(t.Context(), ch); !ok || err != nil {
		t.Fatalf("saved: %v, %v", ok, err)
	}
}

func changesIn(t testing.TB, db *DB) []state.Change {
	t.Helper()
	all, err := db.Changes(t.Context(), "")
	must(t, err)
	return all
}

func TestAChangeIsKeptWhole(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	owning(t, db)
	sub := db.feed.Subscribe()
	for _, ability := range api.Abilities() {
		if ability.Word == "" {
			continue
		}
		ch := changeOf(conv(1), ability.Cap, true)
		ch.Message, ch.Arg = api.MessageID{Account: "shop", Remote: "m1"}, "text"
		ch = submitChange(t, db, ch)
		ch.Attempts, ch.NotBefore, ch.Reason, ch.Sent, ch.Until = 2, noon.Local(), "why", true, time.UnixMicro(time.Now().Add(time.Hour).UnixMicro())
		keeps(t, db, ch)
		if all := changesIn(t, db); !reflect.DeepEqual(all[len(all)-1], ch) {
			t.Fatalf("read  %+v\nwrote %+v", all[len(all)-1], ch)
		}
	}
	topics := sub.Take()
	for _, want := range []state.Topic{state.Inbox, state.Changes, state.Thread(conv(1))} {
		if !slices.Contains(topics, want) {
			t.Errorf("marked %v", topics)
		}
	}
	if _, err := db.SubmitChange(t.Context(), changeOf(conv(1), api.CapUpload, true)); err == nil {
		t.Error("uploading is no change")
	}
	if all, err := db.Changes(t.Context(), "other"); err != nil || len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestANewerChangeReplacesTheUnsent(t *testing.T) {
	message := func(ch state.Change, remote, arg string) state.Change {
		ch.Message, ch.Arg = api.MessageID{Account: "shop", Remote: remote}, arg
		return ch
	}
	edit, react, assign := changeOf(conv(1), api.CapEdit, false), changeOf(conv(1), api.CapReact, true), changeOf(conv(1), api.CapAssign, true)
	tests := []struct {
		name          string
		first, second state.Change
		left          int
	}{
		{"back to what the platform has", changeOf(conv(1), api.CapStar, true), changeOf(conv(1), api.CapStar, false), 0},
		{"back, but nobody said what it has", changeOf(conv(1), api.CapPin, true), changeOf(conv(1), api.CapPin, false), 1},
		{"the same again", changeOf(conv(1), api.CapStar, true), changeOf(conv(1), api.CapStar, true), 1},
		{"another mark", changeOf(conv(1), api.CapStar, true), changeOf(conv(1), api.CapMute, true), 2},
		{"another conversation", changeOf(conv(1), api.CapStar, true), changeOf(conv(2), api.CapStar, false), 2},
		{"another text", message(edit, "1", "one"), message(edit, "1", "two"), 1},
		{"text of another message", message(edit, "1", "one"), message(edit, "2", "one"), 2},
		{"another reaction", message(react, "1", "heart"), message(react, "1", "smile"), 2},
		{"another colleague", message(assign, "", "maya"), message(assign, "", "tom"), 2},
		{"another pinned message", message(changeOf(conv(1), api.CapPinMessage, true), "1", ""), message(changeOf(conv(1), api.CapPinMessage, true), "2", ""), 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := openIn(t, t.TempDir())
			must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1), Starred: api.Known(false)}}))
			submitChange(t, db, tt.first)
			last := submitChange(t, db, tt.second)
			all := changesIn(t, db)
			if len(all) != tt.left || tt.left > 0 && all[tt.left-1].ID != last.ID {
				t.Fatalf("%+v", all)
			}
		})
	}
}

func TestWhatIsOnItsWayIsNotTakenBack(t *testing.T) {
	db := openIn(t, t.TempDir())
	owning(t, db)
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1), Starred: api.Known(false)}}))
	on := submitChange(t, db, changeOf(conv(1), api.CapStar, true))
	on.Sent = true
	keeps(t, db, on)
	off := submitChange(t, db, changeOf(conv(1), api.CapStar, false))
	if all := changesIn(t, db); len(all) != 2 || off.ID == 0 {
		t.Fatalf("%+v", all)
	}
	on.Until = time.Now().Add(time.Minute)
	keeps(t, db, on)
	// The platform has it by now, although its list does not say so yet.
	if again := submitChange(t, db, changeOf(conv(1), api.CapStar, true)); again.ID != 0 {
		t.Fatalf("%+v", again)
	}
	if row := rowOf(t, db, conv(1)); !row.Flags.Starred || len(row.Changes) != 0 {
		t.Fatalf("%+v", row)
	}
}

func TestOnlyTheLeaseHolderCarriesOut(t *testing.T) {
	dir := t.TempDir()
	a, b := openIn(t, dir), openIn(t, dir)
	owning(t, a)
	ch := submitChange(t, b, changeOf(conv(1), api.CapStar, true))
	ch.Sent = true
	if _, err := b.SaveChange(t.Context(), ch); !errors.Is(err, state.ErrNoLease) {
		t.Fatalf("got %v", err)
	}
	if err := b.DropChange(t.Context(), ch.ID); !errors.Is(err, state.ErrNoLease) {
		t.Fatalf("got %v", err)
	}
	if err := b.RemoveConversation(t.Context(), conv(1)); !errors.Is(err, state.ErrNoLease) {
		t.Fatalf("got %v", err)
	}
	ch.Refused, ch.Reason = true, "no"
	keeps(t, a, ch)
	if ok, err := a.SaveChange(t.Context(), ch); ok || err != nil {
		t.Fatalf("a refused change was changed: %v, %v", ok, err)
	}
	must(t, b.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1)}}))
	if row := rowOf(t, b, conv(1)); row.Flags.Starred || len(row.Changes) != 1 || row.Changes[0].Reason != "no" {
		t.Fatalf("%+v", row)
	}
	must(t, b.DropChange(t.Context(), ch.ID))
	must(t, b.DropChange(t.Context(), ch.ID))
	if ok, err := a.SaveChange(t.Context(), ch); ok || err != nil {
		t.Fatalf("a dropped change was saved: %v, %v", ok, err)
	}
}
