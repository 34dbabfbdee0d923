package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
	"unibox/state/postgres/pgtest"
)

// What was written while a box was cut off goes to the team again where the commit is lost by which
// it went there, before the box has read that back.
func TestALostCommitIsMadeAgain(t *testing.T) {
	for name, lost := range map[string]string{
		"known":   "SELECT 1",
		"unknown": "WITH w AS (UPDATE unibox.written SET id = 'another' WHERE pos = (SELECT pos FROM unibox.feed)) UPDATE unibox.feed SET last = 'another'",
		"anew":    "UPDATE unibox.feed SET floor = pos",
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			p, through, dir, b, other := cutOff(t)
			must(t, b.Close())
			fleet, b := session(t, through, dir)
			other.write(t, 9, "of before")
			must(t, b.FollowFleet(ctx))
			p.Cut()
			b.reply(t, 1, "a reply")
			b.write(t, 2, "a draft")
			must(t, b.SetLabels(ctx, conv(2), []string{"vip"}, nil))
			must(t, b.SetFlags(ctx, conv(2), state.FlagChange{Starred: api.Known(true)}))
			must(t, b.AddNote(ctx, note.Note{Key: "n", Conversation: conv(2), Body: "a note", Author: "olga", Made: time.Now()}, nil))
			gone := make(chan struct{})
			fleet.writes(func(context.Context, state.FleetWrite) error {
				fleet.writes(nil)
				pgtest.Exec(t, through, lost)
				other.write(t, 2, "of a colleague")
				close(gone)
				return nil
			})
			p.Mend()
			b.follows(t)
			<-gone
			b.follows(t)
			for _, box := range []*box{b, other} {
				if all := box.unsent(t); !slices.Equal(all, []string{"a reply"}) {
					t.Errorf("to be sent: %q", all)
				}
				if d, err := box.Draft(ctx, conv(2)); err != nil || d.Body != "of a colleague\n\na draft" {
					t.Errorf("the draft is %q, %v", d.Body, err)
				}
			}
			must(t, b.Close())
			if got := marksOf(t, dir); got != "vip, a note, 1" {
				t.Errorf("the box has %q", got)
			}
			anew := t.TempDir()
			late, err := openBox(t, through, anew, state.NewFeed())
			must(t, err)
			must(t, late.Close())
			if got := marksOf(t, anew); got != "vip, a note, 1" {
				t.Errorf("the team has %q", got)
			}
		})
	}
}

// marksOf reads the labels, the notes and the stars of a store that is closed, and what it
// holds that the team does not have.
func marksOf(t *testing.T, dir string) (all string) {
	t.Helper()
	raw, err := sql.Open("sqlite", filepath.Join(dir, "state.db"))
	must(t, err)
	defer raw.Close()
	must(t, raw.QueryRow(`SELECT concat_ws(', ', (SELECT group_concat(name) FROM label), (SELECT group_concat(body) FROM note),
		(SELECT group_concat(starred) FROM flag), (SELECT group_concat(kind || key) FROM unshared))`).Scan(&all))
	return all
}

// A reply that the team said it has is not taken back while it does not answer: it is going to be sent.
func TestWhatTheTeamHasIsNotTakenBack(t *testing.T) {
	ctx := t.Context()
	p, through, dir, b, other := cutOff(t)
	must(t, b.Close())
	fleet, b := session(t, through, dir)
	p.Cut()
	waits := b.reply(t, 1, "text")
	stored := make(chan struct{})
	fleet.writes(func(ctx context.Context, w state.FleetWrite) error {
		if err := fleet.Fleet.Write(ctx, w); err != nil {
			return err
		}
		p.Cut()
		fleet.writes(nil)
		close(stored)
		return nil
	})
	p.Mend()
	_ = b.FollowFleet(ctx) // or whoever looks does
	<-stored
	_ = b.FollowFleet(ctx) // it has noted that
	if _, ok, err := b.Takeback(ctx, waits, state.Queued); ok || err == nil {
		t.Errorf("it was taken back: %v, %v", ok, err)
	}
	p.Mend()
	b.follows(t)
	for _, box := range []*box{b, other} {
		if all := box.unsent(t); !slices.Equal(all, []string{"text"}) {
			t.Errorf("to be sent: %q", all)
		}
		if d, err := box.Draft(ctx, conv(1)); err != nil || !d.Empty() {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
}

// A reply that the team has, and of which nothing can be noted on this box after that, as on a disk
// that is full: nobody is told that it was not sent off, and the copies of its files stay.
func TestAReplyThatCannotBeNotedAfterwards(t *testing.T) {
	ctx := t.Context()
	p, through, dir, b, other := cutOff(t)
	must(t, b.Close())
	fleet, b := session(t, through, dir)
	p.Cut()
	d := b.write(t, 1, "text")
	fleet.writes(func(context.Context, state.FleetWrite) error { return state.ErrFleetTurned })
	p.Mend()
	for !errors.Is(b.FollowFleet(ctx), state.ErrFleetTurned) && patience(t, ctx) {
	}
	fleet.writes(nil)
	broken := breaks(t, dir, "DELETE")
	_, err := b.Submit(ctx, d, []state.Outbound{{Key: "k", Conversation: conv(1), Body: "text", Part: 1, Parts: 1, Submitted: time.Now()}})
	if all := other.unsent(t); len(all) != 1 || err != nil && !errors.Is(err, state.ErrFleetUnsure) {
		t.Errorf("the team has %q, %v", all, err)
	}
	broken()
	for _, box := range []*box{b, other} {
		if all := box.unsent(t); !slices.Equal(all, []string{"text"}) {
			t.Errorf("to be sent: %q", all)
		}
		if d, err := box.Draft(ctx, conv(1)); err != nil || !d.Empty() {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
}

// A reply of a draft that waits goes nowhere where this box cannot note that it may be there.
func TestAReplyThatCannotBeNotedBefore(t *testing.T) {
	ctx := t.Context()
	p, _, dir, b, other := cutOff(t)
	defer b.Close()
	p.Cut()
	d := b.write(t, 1, "text")
	broken := breaks(t, dir, "UPDATE")
	p.Mend()
	for errors.Is(b.FollowFleet(ctx), state.ErrFleetAway) && patience(t, ctx) {
	}
	_, err := b.Submit(ctx, d, []state.Outbound{{Key: "k", Conversation: conv(1), Body: "text", Part: 1, Parts: 1, Submitted: time.Now()}})
	if all := other.unsent(t); len(all) != 0 || err == nil || errors.Is(err, state.ErrFleetUnsure) {
		t.Errorf("the team has %q, %v", all, err)
	}
	broken()
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(ctx, conv(1)); err != nil || d.Body != "text" {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
}

// breaks has what a box does with its notes of what waits fail, as on a full disk, until it is mended.
func breaks(t *testing.T, dir, does string) (mend func()) {
	t.Helper()
	raw, err := sql.Open("sqlite", filepath.Join(dir, "state.db"))
	must(t, err)
	t.Cleanup(func() { _ = raw.Close() })
	run := func(statement string) {
		_, err := raw.ExecContext(t.Context(), statement)
		must(t, err)
	}
	run("CREATE TRIGGER broken BEFORE " + does + " ON unshared BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
	return func() { run("DROP TRIGGER broken") }
}
