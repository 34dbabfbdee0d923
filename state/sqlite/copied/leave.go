package copied

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// Leave makes a copy a store of its own again, once it has all that the team has. Marks,
// labels and notes stay in it; drafts, changes and messages that are not done stay with
// the team and go from here: they would be sent a second time. Moved counts those.
//
// bring, if set, is called once the team has each of the messages, and before one goes from here:
// it brings their files, and returns how many.
//
// holdersSend is what Copy.HoldersSend says.
//
// Without a fleet, as when its database is lost, they stay here instead. Another box may have sent
// any of the messages, so each is uncertain, and a person decides.
func Leave(ctx context.Context, file *dbfile.File, fleet state.Fleet, holdersSend bool, bring func(context.Context) (int, error)) (moved Moved, err error) {
	c := &Copy{file: file, fleet: fleet, feed: state.NewFeed(), holdersSend: holdersSend, report: func(string) {}, notice: func(string) {}, turn: make(chan struct{}, 1)}
	if err := file.Read(ctx, func(l *dbfile.Conn) error { return c.prepare(ctx, l) }); err != nil {
		return moved, err
	}
	if err := c.following(ctx); err != nil {
		return moved, err
	}
	files := 0
	if fleet != nil && bring != nil {
		if files, err = bring(ctx); err != nil {
			return moved, fmt.Errorf("this box stays in the team, since not all files of its messages are there: %w", err)
		}
	}
	err = file.CommitHere(ctx, func(l *dbfile.Conn, rev int64) error {
		if moved, err = c.unfinished(ctx, l, rev); err != nil {
			return err
		}
		parting := entrust
		if fleet == nil {
			parting = distrust
			if err := c.renumber(ctx, l); err != nil {
				return err
			}
		}
		return execAll(ctx, l, slices.Concat(parting, []string{"DELETE FROM unshared", "DELETE FROM fleet"}))
	})
	if err != nil {
		return moved, fmt.Errorf("leave the team: %w", err)
	}
	moved.Files = files
	return moved, nil
}

// WouldLeave says what Leave would leave with the team, or keep where there is none, as far as this
// box knows; or why it would not leave. It changes nothing.
func WouldLeave(ctx context.Context, file *dbfile.File, fleet state.Fleet) (moved Moved, err error) {
	c := &Copy{file: file, fleet: fleet}
	mine, _, err := c.membership(ctx)
	switch {
	case err != nil:
		return moved, err
	case mine == "":
		return moved, ErrAlone
	case fleet != nil:
		c.team = mine
		if err := errors.Join(Whole(ctx, file), c.Same(ctx)); err != nil {
			return moved, err
		}
	}
	err = file.Read(ctx, func(l *dbfile.Conn) error { return moved.countAll(ctx, l, unfinishedTables) })
	return moved, err
}

// unfinishedTables hold what is not finished.
var unfinishedTables = []string{"draft", "outbox", "change"}

// What is done with what is not finished.
var (
	// entrust leaves it with the team.
	entrust = []string{
		fmt.Sprintf("DELETE FROM outbox WHERE status <> %d", state.Done),
		"DELETE FROM draft", "DELETE FROM note_draft", "DELETE FROM change",
		"DELETE FROM provisional WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.account = provisional.account AND o.conv = provisional.conv)",
	}
	// distrust keeps it, and sends none of it.
	distrust = []string{
		fmt.Sprintf("UPDATE outbox SET reason = 'this box left the team: another one may have sent it', status = %d, checks = 0, not_before = 0, when_sent = '' WHERE status IN (%d, %d, %d, %d)",
			state.Uncertain, state.Queued, state.Uploading, state.InFlight, state.Held),
		"DELETE FROM change",
	}
)

// renumber gives the replies that waited for the team numbers as all others have: no sender
// takes one of the numbers apart.
func (c *Copy) renumber(ctx context.Context, l *dbfile.Conn) error {
	waiting, err := l.Records(ctx, "SELECT * FROM outbox WHERE id < 0 ORDER BY id")
	for _, r := range waiting {
		if err == nil {
			err = c.dropApart(ctx, l, "outbox", r)
		}
		if err == nil {
			delete(r, "id") // the table gives the next one
			err = c.tables["outbox"].insert(ctx, l, r)
		}
	}
	return err
}

func execAll(ctx context.Context, l *dbfile.Conn, all []string) error {
	for _, q := range all {
		if _, err := l.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// following makes sure that the file is a copy, and of this fleet, and has all of it.
func (c *Copy) following(ctx context.Context) error {
	mine, _, err := c.membership(ctx)
	if err == nil && mine == "" {
		err = ErrAlone
	}
	if err == nil && c.fleet != nil {
		err = Whole(ctx, c.file)
	}
	if err != nil || c.fleet == nil {
		return err
	}
	c.team = mine
	if err := c.Follow(ctx); err != nil {
		return err
	}
	return c.file.Read(ctx, func(l *dbfile.Conn) error {
		kept, err := c.pending(ctx, l)
		if err == nil && len(kept) > 0 { // Follow gives way where others write all the time
			err = errKept
		}
		return err
	})
}

// errKept: what was written while the box was cut off is here alone.
var errKept = errors.New("not all that was written on this box has reached the team: try again")

// unfinished counts what is not finished, and marks the conversations as changed.
func (c *Copy) unfinished(ctx context.Context, l *dbfile.Conn, rev int64) (m Moved, err error) {
	for _, name := range unfinishedTables {
		all, err := l.Records(ctx, "SELECT * FROM "+name)
		if err != nil {
			return m, err
		}
		for _, r := range all {
			m.count(name, r)
			id := api.ConversationID{Account: api.AccountID(text(r, "account")), Remote: text(r, "conv")}
			if err := touch(ctx, l, id, rev); err != nil {
				return m, err
			}
		}
	}
	return m, nil
}
