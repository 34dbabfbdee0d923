package postgres_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
	"unibox/state/sqlite/copied"
)

// own opens a store of its own.
func own(t *testing.T, dir string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed())
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// fill writes some of all that is shared, and one message in a status.
func fill(t *testing.T, db *sqlite.DB, name string, n int) {
	t.Helper()
	ctx := t.Context()
	d, err := db.Draft(ctx, conv(n))
	must(t, err)
	d.Body, d.Edited = "draft of "+name, time.Now()
	_, err = db.SaveDraft(ctx, d)
	must(t, err)
	_, err = db.Submit(ctx, state.Draft{Conversation: conv(n + 1), Body: "message of " + name},
		[]state.Outbound{{Key: name, Conversation: conv(n + 1), Body: "message of " + name, Part: 1, Parts: 1, Submitted: time.Now()}})
	must(t, err)
	must(t, db.SetLabels(ctx, conv(n), []string{"from " + name}, nil))
	must(t, db.SetFlags(ctx, conv(n), state.FlagChange{Starred: api.Known(true)}))
	must(t, db.AddNote(ctx, note.Note{Key: "note of " + name, Conversation: conv(n), Body: "note of " + name, Author: name, Made: time.Now()}, nil))
}

func join(t *testing.T, dir, database string) (copied.Moved, error) {
	t.Helper()
	return sqlite.JoinFleet(t.Context(), dir, open(t, database), nil, nil)
}

// A box brings what it has into the team, and nothing of either is lost or sent twice.
func TestABoxJoins(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	team, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer team.Close()
	fill(t, team.DB, "team", 1)
	db := own(t, dir)
	fill(t, db, "box", 1)
	fill(t, db, "more", 3)
	must(t, db.Close())

	if _, err := openBox(t, database, dir, state.NewFeed()); !errors.Is(err, copied.ErrNotJoined) {
		t.Fatalf("a store of its own was taken for a copy: %v", err)
	}
	would, err := sqlite.WouldJoinFleet(t.Context(), dir, open(t, database))
	if want := (copied.Moved{Drafts: 2, Messages: 2, Marks: 2, Labels: 2, Notes: 2}); err != nil || would != want {
		t.Errorf("would move %+v, %v, want %+v", would, err, want)
	}
	if got := team.unsent(t); len(got) != 1 {
		t.Errorf("a dry run brought %q", got)
	}
	moved, err := join(t, dir, database)
	must(t, err)
	if want := (copied.Moved{Drafts: 2, Messages: 2, Marks: 1, Labels: 2, Notes: 2}); moved != want {
		t.Errorf("moved %+v, want %+v", moved, want)
	}
	if _, err := join(t, dir, database); !errors.Is(err, copied.ErrJoined) {
		t.Errorf("joined twice: %v", err)
	}
	box, err := openBox(t, database, dir, state.NewFeed())
	must(t, err)
	defer box.Close()
	for _, b := range []interface {
		unsent(t *testing.T) []string
	}{team, box} {
		if got := b.unsent(t); !slices.Equal(got, []string{"message of team", "message of box", "message of more"}) {
			t.Errorf("to be sent: %q", got)
		}
	}
	if d, err := team.Draft(t.Context(), conv(1)); err != nil || d.Body != "draft of team\n\ndraft of box" {
		t.Errorf("%q, %v", d.Body, err)
	}
	if all, err := box.Notes(t.Context(), conv(1)); err != nil || len(all) != 2 {
		t.Errorf("%+v, %v", all, err)
	}
}

func (b *box) unsent(t *testing.T) (bodies []string) {
	t.Helper()
	rows, err := b.Unsent(t.Context())
	must(t, err)
	for _, o := range rows {
		bodies = append(bodies, o.Body)
	}
	return bodies
}

// A copy of one team is not written for another.
func TestACopyIsOfOneTeam(t *testing.T) {
	dir := t.TempDir()
	b, err := openBox(t, pgtest.Database(t), dir, state.NewFeed())
	must(t, err)
	must(t, b.Close())
	other := open(t, pgtest.Database(t))
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed(), sqlite.Fleet(other))
	must(t, err)
	defer db.Close()
	if err := db.FollowFleet(t.Context()); !errors.Is(err, copied.ErrOtherTeam) {
		t.Errorf("followed: %v", err)
	}
	_, err = db.Submit(t.Context(), state.Draft{Conversation: conv(1), Body: "x"}, []state.Outbound{{Key: "k", Conversation: conv(1), Body: "x", Part: 1, Parts: 1}})
	if !errors.Is(err, copied.ErrOtherTeam) {
		t.Errorf("submitted: %v", err)
	}
}

// A copy is no store of its own: what is in its outbox is the team's to send. One that
// leaves takes its marks along, and nothing that anybody would send.
func TestABoxLeaves(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	b, err := openBox(t, database, dir, state.NewFeed())
	must(t, err)
	fill(t, b.DB, "box", 1)
	must(t, b.Close())
	if db, err := sqlite.Open(t.Context(), dir, state.NewFeed()); err == nil {
		_ = db.Close()
		t.Fatal("a copy was opened as a store of its own")
	}
	reading, err := sqlite.Open(t.Context(), dir, state.NewFeed(), sqlite.CopyToo())
	must(t, err)
	if d, err := reading.Draft(t.Context(), conv(1)); err != nil || d.Body != "draft of box" {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := reading.SaveDraft(t.Context(), state.Draft{Conversation: conv(9), Body: "x"}); !errors.Is(err, sqlite.ErrCopy) {
		t.Errorf("a copy was written without its team: %v", err)
	}
	must(t, reading.Close())
	would, err := sqlite.WouldLeaveFleet(t.Context(), dir, open(t, database))
	if want := (copied.Moved{Drafts: 1, Messages: 1}); err != nil || would != want {
		t.Errorf("would leave %+v, %v, want %+v", would, err, want)
	}
	moved, err := sqlite.LeaveFleet(t.Context(), dir, open(t, database), nil)
	must(t, err)
	if want := (copied.Moved{Drafts: 1, Messages: 1}); moved != want {
		t.Errorf("left %+v, want %+v", moved, want)
	}
	db := own(t, dir)
	rows, err := db.Unsent(t.Context())
	must(t, err)
	notes, err := db.Notes(t.Context(), conv(1))
	must(t, err)
	if len(rows) != 0 || len(notes) != 1 {
		t.Errorf("%+v, %+v", rows, notes)
	}
	other, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer other.Close()
	if got := other.unsent(t); !slices.Equal(got, []string{"message of box"}) {
		t.Errorf("the team has %q", got)
	}
}

// Where the team's database is lost, nothing is lost with it, and nothing goes out by itself.
func TestABoxLeavesWithoutTheTeam(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	b, err := openBox(t, database, dir, state.NewFeed())
	must(t, err)
	fill(t, b.DB, "box", 1)
	must(t, b.Close())
	if _, err := sqlite.LeaveFleet(t.Context(), dir, nil, nil); err != nil {
		t.Fatal(err)
	}
	db := own(t, dir)
	rows, err := db.Unsent(t.Context())
	must(t, err)
	if len(rows) != 1 || rows[0].Status != state.Uncertain {
		t.Errorf("%+v", rows)
	}
	if d, err := db.Draft(t.Context(), conv(1)); err != nil || d.Body != "draft of box" {
		t.Errorf("%+v, %v", d, err)
	}
}

// A reply that waited while its box left without the team can be sent again: it is as any
// other from then on.
func TestWhatWaitedIsSentWithoutTheTeam(t *testing.T) {
	p, _, dir, b, _ := cutOff(t)
	b.reply(t, 1, "at the team")
	p.Cut()
	b.reply(t, 1, "first")
	b.reply(t, 2, "second")
	must(t, b.Close())
	_, err := sqlite.LeaveFleet(t.Context(), dir, nil, nil)
	must(t, err)
	db := own(t, dir)
	rows, err := db.Unsent(t.Context())
	must(t, err)
	var got []string
	for _, o := range rows {
		if got = append(got, o.Body); o.Status != state.Uncertain {
			t.Errorf("%+v", o)
		}
		o.Status = state.Queued
		if ok, err := db.Decided(t.Context(), o, state.Uncertain); err != nil || !ok {
			t.Errorf("%v, %v", ok, err)
		}
	}
	if !slices.Equal(got, []string{"at the team", "first", "second"}) {
		t.Errorf("%q are kept", got)
	}
	due, err := db.Unsettled(t.Context(), "shop")
	if must(t, err); len(due) != 3 {
		t.Errorf("a sender sees %+v", due)
	}
}

// A box that is cut off reads what it had, also after a start, and says since when.
func TestABoxThatIsCutOffReads(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	p, through := pgtest.NewProxy(t, database)
	b, err := openBox(t, through, dir, state.NewFeed())
	must(t, err)
	fill(t, b.DB, "box", 1)
	must(t, b.Close())
	p.Cut()
	f, err := postgres.Open(t.Context(), postgres.Options{Database: through})
	must(t, err)
	defer f.Close()
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed(), sqlite.Fleet(f))
	must(t, err)
	defer db.Close()
	if err := db.FollowFleet(t.Context()); !errors.Is(err, state.ErrFleetAway) {
		t.Errorf("got %v", err)
	}
	d, err := db.Draft(t.Context(), conv(1))
	if err != nil || d.Body != "draft of box" {
		t.Errorf("%+v, %v", d, err)
	}
	if said := db.Condition().Problem; said != "the team's database does not answer: what you write stays on this box and nothing is sent; look at its server and the network" {
		t.Errorf("said %q", said)
	}
	d.Body = "more"
	if _, err := db.SaveDraft(t.Context(), d); err != nil {
		t.Error(err)
	}
	p.Mend()
	must(t, db.FollowFleet(t.Context()))
	if said := db.Condition().Problem; said != "" {
		t.Errorf("still said %q", said)
	}
}

// What was written while a box was cut off is the team's once it is not, and beside what
// another wrote in the same place.
func TestDraftsOfABoxThatWasCutOff(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	p, through := pgtest.NewProxy(t, database)
	b, err := openBox(t, through, dir, state.NewFeed())
	must(t, err)
	other, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer other.Close()
	d, err := b.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "first"})
	must(t, err)
	p.Cut()
	d.Body = "of the box"
	d, err = b.DB.SaveDraft(t.Context(), d)
	must(t, err)
	_, err = b.SaveNoteDraft(t.Context(), note.Draft{Conversation: conv(1), Writer: "olga"}, "", "a note")
	must(t, err)
	_, err = b.DB.SaveDraft(t.Context(), state.Draft{Conversation: conv(2), Body: "alone"})
	must(t, err)
	must(t, b.Close()) // it is on the disk

	theirs, err := other.Draft(t.Context(), conv(1))
	must(t, err)
	theirs.Body = "of another"
	_, err = other.SaveDraft(t.Context(), theirs)
	must(t, err)

	p.Mend()
	b, err = openBox(t, through, dir, state.NewFeed())
	must(t, err)
	defer b.Close()
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "of another\n\nof the box" {
			t.Errorf("%q, %v", d.Body, err)
		}
		if d, err := box.Draft(t.Context(), conv(2)); err != nil || d.Body != "alone" {
			t.Errorf("%q, %v", d.Body, err)
		}
	}
	if begun, err := other.NoteDraft(t.Context(), note.Draft{Conversation: conv(1), Writer: "olga"}); err != nil || begun != "a note" {
		t.Errorf("%q, %v", begun, err)
	}
	d, err = b.Draft(t.Context(), conv(1))
	must(t, err)
	_, err = b.Submit(t.Context(), d, []state.Outbound{{Key: "k", Conversation: conv(1), Body: d.Body, Part: 1, Parts: 1}})
	must(t, err)
	if d, err := other.Draft(t.Context(), conv(1)); err != nil || !d.Empty() {
		t.Errorf("a draft that was sent came back: %+v, %v", d, err)
	}
}

// What one box writes the screens of another are told of.
func TestABoxIsToldOfAnother(t *testing.T) {
	database := pgtest.Database(t)
	feed := state.NewFeed()
	one, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer one.Close()
	two, err := openBox(t, database, t.TempDir(), feed)
	must(t, err)
	defer two.Close()
	leased(t, two.DB)
	sub := feed.Subscribe()
	_, err = one.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "text"})
	must(t, err)
	for {
		topics, err := sub.Next(t.Context())
		must(t, err)
		if slices.Contains(topics, state.Thread(conv(1))) {
			break
		}
	}
	if d, err := two.DB.Draft(t.Context(), conv(1)); err != nil || d.Body != "text" {
		t.Errorf("%+v, %v", d, err)
	}
}
