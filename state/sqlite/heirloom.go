package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"unibox/api"
	"unibox/state"
)

// heirloom is a table of state.db whose rows exist nowhere else.
type heirloom struct {
	table string
	// conflict is what an insertion does where the key is there already.
	conflict string
	// mend makes a record safe to go on with. old tells that it may have changed
	// since, elsewhere. False drops it.
	mend func(r record, old bool) bool
	// check reads the row as the program will.
	check func(ctx context.Context, l *link, r record) error
	// count adds the record to what a person is told of.
	count func(r record, n *Rescued)
}

// heirlooms in the order in which they are rescued.
var heirlooms = []heirloom{
	{
		table: "draft", conflict: `(account, conv) DO UPDATE SET body = excluded.body, files = excluded.files, rev = excluded.rev,
			edited = excluded.edited, at = excluded.at WHERE excluded.rev > draft.rev`,
		check: func(ctx context.Context, l *link, r record) error {
			_, err := loadDraft(ctx, l, r.conversation())
			return err
		},
		count: func(r record, n *Rescued) { n.Drafts += int(bit(r.text("body")+r.text("files") != "")) },
	},
	{
		table: "outbox", conflict: "DO NOTHING", mend: mendOutbound, check: checkOutbound,
		count: func(r record, n *Rescued) { n.Unsent += int(bit(state.Status(r.number("status")) != state.Done)) },
	},
	{table: "provisional", conflict: "DO NOTHING", count: func(record, *Rescued) {}},
	{
		table: "flag", conflict: "DO NOTHING",
		check: func(ctx context.Context, l *link, r record) error {
			_, err := loadFlag(ctx, l, r.conversation())
			return err
		},
		count: func(_ record, n *Rescued) { n.Marks++ },
	},
	{
		table: "change", conflict: "DO NOTHING", mend: mendWish, check: checkWish,
		count: func(_ record, n *Rescued) { n.Marks++ },
	},
}

func (r record) conversation() api.ConversationID {
	return api.ConversationID{Account: api.AccountID(r.text("account")), Remote: r.text("conv")}
}

// rescuedReason says why a rescued message waits for a person.
const rescuedReason = "the store was damaged or removed, so nobody knows whether this went out: look at the conversation, then decide"

// mendOutbound leaves nothing that would go out by itself. Also a message that
// was queued and never tried is Uncertain: that its request is not out is known
// from the file alone, where the attempt would be noted first, and this file
// has just shown that it may have lost what was written last (a -wal that is
// gone takes back whole transactions, and the rows before them look perfect).
// For the same reason a failure may have been retried since. What the platform
// has taken is asked about as before, which sends nothing; but not if it is
// from a snapshot, where it may be an attempt before the last.
func mendOutbound(r record, old bool) bool {
	switch status := state.Status(r.number("status")); {
	case status == state.Done, status == state.Accepted && !old:
		return true
	case status == state.Uncertain && !old:
		return true
	}
	r["status"], r["reason"] = int64(state.Uncertain), rescuedReason
	r["checks"], r["not_before"], r["refused"] = int64(0), int64(0), int64(0)
	if r.number("sent") == 0 {
		r["sent"] = r.number("submitted") // it cannot have gone out before
	}
	return true
}

func checkOutbound(ctx context.Context, l *link, r record) error {
	o, err := scanOutbound(l.row(ctx, "SELECT "+outboxColumns+" FROM outbox WHERE key = ?", r["key"]).Scan)
	if err == nil && o.Status > state.Uncertain {
		err = errors.New("no such status")
	}
	return err
}

const (
	capRetryWord    = "retry"
	rescuedUnwished = "the store was damaged or removed, so nobody knows whether this was carried out: do it again if it is still wanted"
)

// mendWish lets what was wished go on, but for a retry, which could send a
// message twice. Wishes of a snapshot may be long over.
func mendWish(r record, old bool) bool {
	switch {
	case old && r.number("until") != 0:
		return false
	case old:
		r["refused"], r["reason"] = int64(1), rescuedUnwished
	case r.text("ability") == capRetryWord:
		r["sent"] = int64(1)
	}
	return true
}

func checkWish(ctx context.Context, l *link, r record) error {
	found, err := wishes(ctx, l, "WHERE id = last_insert_rowid()")
	if err == nil && (len(found) == 0 || found[0].Cap == 0) {
		err = sql.ErrNoRows
	}
	return err
}
