package copied

import (
	"context"
	"errors"
	"slices"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// A standby that took over without the last commits, or a backup, knows less than the boxes
// do. What a box has beyond it is brought back, and the copy is made anew. Nothing is sent by
// that: a message that had not gone out here counts as unknown, since another box may have
// sent it by a commit that is lost, and is looked for in its conversation.

// Notices of a copy.
const (
	broughtBack = "the team's database lacked what this box had of it, as after a fail-over or a restored backup: it was brought back, and what may have been sent is looked for"
	madeAnew    = "this box had not asked the team's database for so long that its copy was made anew"
)

// rejoin brings back what the fleet lost, and has the copy begin anew.
func (c *Copy) rejoin(ctx context.Context) error {
	if err := c.fleet.Doubt(ctx); err != nil {
		return err
	}
	err := error(state.ErrFleetMoved)
	var moved Moved
	var upTo state.FleetPos
	for range joinTries {
		m := newMerger()
		m.again = true
		if moved, upTo, err = c.bring(ctx, m); !errors.Is(err, state.ErrFleetMoved) {
			break
		}
	}
	if err != nil {
		return err
	}
	if moved != (Moved{}) {
		c.notice(broughtBack)
	}
	if err := c.forgetAllBases(ctx); err != nil {
		return err
	}
	return c.beginAnew(ctx, upTo.Pos)
}

// forgetAllBases notes that it is not known how the fleet has a draft that waits here: what it was
// before was the fleet's by commits that may be lost.
func (c *Copy) forgetAllBases(ctx context.Context) error {
	return c.file.Here(ctx, func(l *dbfile.Conn) error {
		_, err := l.Exec(ctx, "UPDATE unshared SET base = '' WHERE kind = 'draft'")
		return err
	})
}

// beginAnew has the copy follow from the beginning. What waits here is newer than what the fleet has up to
// a position, and to that of the copy.
func (c *Copy) beginAnew(ctx context.Context, upTo int64) error {
	return c.file.Here(ctx, func(l *dbfile.Conn) error {
		_, err := l.Exec(ctx, "UPDATE fleet SET pos = MAX(pos, ?), last = '', file = ''", upTo)
		return err
	})
}

// lostMessage is a message of the outbox of which the fleet may have lost something: what is
// further here is brought back.
func (m *merger) lostMessage(mine record) record {
	if number(mine, "id") < 0 { // it goes there as what waits here does
		return nil
	}
	theirs, there := m.byKey[text(mine, "key")]
	if !there {
		doubtful(mine)
		m.number("outbox", mine)
		m.moved.count("outbox", mine)
		return mine
	}
	if !further(mine, theirs) {
		return nil
	}
	doubtful(mine)
	mine["id"], mine["account"], mine["conv"] = theirs["id"], theirs["account"], theirs["conv"]
	m.moved.count("outbox", mine)
	return mine
}

// doubtful makes a message unknown that may have been sent by a commit that is lost.
func doubtful(r record) {
	switch state.Status(number(r, "status")) {
	case state.Queued, state.Uploading, state.InFlight:
		if number(r, "attempts") == 0 {
			r["attempts"], r["sent"] = int64(1), number(r, "submitted")
		}
		r["status"], r["reason"], r["checks"], r["not_before"] = int64(state.Uncertain), mayBeSent, int64(0), int64(0)
	}
}

const mayBeSent = "the team's database lost what became of it: it may have arrived"

// further reports whether more is known of a message here.
func further(mine, theirs record) bool {
	if a, b := number(mine, "attempts"), number(theirs, "attempts"); a != b {
		return a > b
	}
	return far(mine) > far(theirs)
}

// far is how far a message has come.
func far(r record) int {
	switch state.Status(number(r, "status")) {
	case state.Done:
		return 4
	case state.Accepted:
		return 3
	case state.Uncertain, state.InFlight:
		return 2
	case state.Failed, state.Held:
		return 1
	}
	return 0
}

// lostDraft is a draft of which the fleet may have lost something. Where both know of the same that was
// sent off, the older revision gives way if one of them is empty.
func (m *merger) lostDraft(mine, theirs record) record {
	if text(mine, "sent") == text(theirs, "sent") && empty(mine) != empty(theirs) {
		if number(mine, "rev") <= number(theirs, "rev") {
			return nil
		}
		return m.brought(mine)
	}
	return m.brought(mergedDraft(theirs, mine, known{}))
}

// brought counts a draft that is brought back, if there is one.
func (m *merger) brought(draft record) record {
	if draft != nil {
		m.moved.count("draft", draft)
	}
	return draft
}

// mistrust makes unknown, with a lease, what a holder before may have sent, or asked a platform to
// send again, by commits that were lost when another server took over, and says then that it has. What
// was never tried is looked for before it is sent. It is the team's or nothing: what waits on this box
// would end with it.
func (c *Copy) mistrust(ctx context.Context, held state.FleetLease) error {
	err := c.file.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		if l.Apart() {
			return errNotHere
		}
		messages, err := mistrustMessages(ctx, l, held.Account)
		if err != nil {
			return err
		}
		retries, err := mistrustRetries(ctx, l, held.Account)
		all := slices.Concat(messages, retries)
		for _, r := range all {
			if err == nil {
				err = touch(ctx, l, api.ConversationID{Account: held.Account, Remote: text(r, "conv")}, rev)
			}
		}
		if err == nil && len(all) == 0 {
			return dbfile.ErrNothing
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.fleet.Trust(ctx, held)
}

// mistrustMessages makes messages unknown that wait to be tried again, and returns them.
func mistrustMessages(ctx context.Context, l *dbfile.Conn, account api.AccountID) ([]record, error) {
	all, err := l.Records(ctx, "SELECT * FROM outbox WHERE account = ? AND attempts > 0 AND status IN (?, ?)", account, state.Queued, state.Uploading)
	for _, r := range all {
		if err == nil {
			_, err = l.Exec(ctx, "UPDATE outbox SET status = ?, reason = ?, checks = 0, not_before = 0 WHERE id = ?", state.Uncertain, mayBeSent, r["id"])
		}
	}
	return all, err
}

// mistrustRetries marks the retries as asked for that wait at the team, and returns them.
func mistrustRetries(ctx context.Context, l *dbfile.Conn, account api.AccountID) (retries []record, err error) {
	all, err := l.Records(ctx, "SELECT * FROM change WHERE account = ? AND id > 0", account)
	for _, r := range all {
		if err != nil || !doubtfulRetry(r) {
			continue
		}
		retries = append(retries, r)
		_, err = l.Exec(ctx, "UPDATE change SET sent = ?, not_before = ? WHERE id = ?", r["sent"], r["not_before"], r["id"])
	}
	return retries, err
}

// doubtfulRetry marks a change as one that a platform was asked for, if it is a retry that may have been
// asked for by a commit that is lost, and reports whether it is: it could send a message twice, and is
// not repeated by itself then.
func doubtfulRetry(r record) bool {
	ability, _ := api.AbilityByWord(text(r, "ability"))
	if ability.Cap != api.CapRetry || number(r, "sent") != 0 || number(r, "refused") != 0 || number(r, "until") != 0 {
		return false
	}
	r["sent"], r["not_before"] = int64(1), int64(0)
	return true
}
