package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// storedChange is a change as it is stored.
type storedChange struct {
	state.Change
	// upTo is the newest position of the conversation when it was submitted.
	upTo state.Pos
}

// passed reports whether the customer, who wrote last at lastIn, wrote since a close was
// submitted that waits: it would hide them, and nobody would answer.
func (w storedChange) passed(lastIn state.Pos) bool {
	return w.Cap == api.CapClose && w.On && w.Waits() && w.upTo != 0 && lastIn > w.upTo
}

// showsTo is Shows of a conversation whose customer wrote last at lastIn.
func (w storedChange) showsTo(lastIn state.Pos, now time.Time) bool {
	return w.Shows(now) && !w.passed(lastIn)
}

const changeColumns = "x.id, x.account, x.conv, x.ability, x.wish, x.message, x.arg, x.made, x.attempts, x.not_before, x.reason, x.sent, x.refused, x.until, x.upto"

func storedChanges(ctx context.Context, l *dbfile.Conn, where string, args ...any) (all []storedChange, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		w, err := scanChange(rows)
		all = append(all, w)
		return err
	}, "SELECT "+changeColumns+" FROM change x "+where, args...)
	return all, err
}

func changesOf(ctx context.Context, l *dbfile.Conn, id api.ConversationID) ([]storedChange, error) {
	return storedChanges(ctx, l, "WHERE account = ? AND conv = ? ORDER BY id", id.Account, id.Remote)
}

// scanChange reads changeColumns, and columns before them into first.
func scanChange(rows *sql.Rows, first ...any) (w storedChange, err error) {
	var ability string
	var made, notBefore, until int64
	err = rows.Scan(append(first, &w.ID, &w.Conversation.Account, &w.Conversation.Remote, &ability, &w.On, &w.Message.Remote, &w.Arg,
		&made, &w.Attempts, &notBefore, &w.Reason, &w.Sent, &w.Refused, &until, &w.upTo)...)
	known, _ := api.AbilityByWord(ability) // the zero ability for a word of a newer program
	w.Cap = known.Cap
	w.Made, w.NotBefore, w.Until = moment(made), moment(notBefore), moment(until)
	if w.Message.Remote != "" {
		w.Message.Account = w.Conversation.Account
	}
	return w, err
}

// Changes lists the changes of an account's conversations, of every account
// if it is empty, oldest first: what waits, what was refused and not seen yet,
// and what was carried out and is shown until the platform agrees.
func (df *durableFile) Changes(ctx context.Context, account api.AccountID) (all []state.Change, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		found, err := storedChanges(ctx, l, "WHERE account = ? OR ? = '' ORDER BY id", account, account)
		for _, w := range found {
			all = append(all, w.Change)
		}
		return err
	})
	return all, err
}

// SubmitChange stores a change. It replaces older ones about the same
// thing that have not been sent; where it asks for what the platform has, nothing
// is left to do and it returns without an id. A change that waits already
// is returned instead of being kept twice.
func (db *DB) SubmitChange(ctx context.Context, ch state.Change) (state.Change, error) {
	if ability, _ := api.AbilityOf(ch.Cap); ability.Word == "" {
		return ch, fmt.Errorf("keep a change: %s is none", ch.Cap)
	}
	k, err := db.knownOf(ctx, ch.Conversation)
	if err != nil {
		return ch, fmt.Errorf("keep a change: %w", err)
	}
	ch, err = db.addChange(ctx, storedChange{ch, k.newest}, k.has)
	if err != nil {
		return ch, fmt.Errorf("keep a change: %w", err)
	}
	return ch, nil
}

// Passed reports whether a change that waits is not to be carried out any more: a close, where
// the customer wrote since it was submitted.
func (db *DB) Passed(ctx context.Context, ch state.Change) (bool, error) {
	if ch.Cap != api.CapClose || !ch.On {
		return false, nil
	}
	w, err := db.loadChange(ctx, ch.ID)
	if errors.Is(err, state.ErrNoSuch) {
		return false, nil // and there is nothing left to carry out
	}
	k, err2 := db.knownOf(ctx, ch.Conversation)
	if err := errors.Join(err, err2); err != nil {
		return false, fmt.Errorf("look whether change %d is too late: %w", ch.ID, err)
	}
	return w.passed(k.lastIn), nil
}

func (df *durableFile) addChange(ctx context.Context, w storedChange, has api.Conversation) (ch state.Change, err error) {
	err = df.change(ctx, w.Conversation, func(l *dbfile.Conn, _ int64) error {
		old, err := changesOf(ctx, l, w.Conversation)
		if err != nil {
			return err
		}
		ch, err = addChange(ctx, l, w, old, has)
		return err
	}, state.Changes)
	return ch, err
}

// addChange stores w beside the pending changes of the same conversation.
func addChange(ctx context.Context, l *dbfile.Conn, w storedChange, old []storedChange, has api.Conversation) (state.Change, error) {
	old = slices.DeleteFunc(old, func(o storedChange) bool { return !o.Same(w.Change) })
	var unsent, over []storedChange
	sent := false
	for _, o := range slices.Backward(old) {
		switch {
		case o.Waits() && len(unsent) == 0 && !sent && o.Repeats(w.Change) && !o.passed(w.upTo):
			return o.Change, dbfile.ErrNothing
		case o.Waits() && o.Sent:
			sent = true
		case o.Waits():
			unsent = append(unsent, o)
		default:
			over = append(over, o)
		}
	}
	if len(unsent) > 0 && !sent && w.undoes(over, has) {
		return w.Change, deleteChanges(ctx, l, unsent)
	}
	if err := deleteChanges(ctx, l, append(unsent, over...)); err != nil {
		return w.Change, err
	}
	return insertChange(ctx, l, w)
}

// undoes reports whether the platform has what w asks for, by its lists or by
// what it answered to a change that they need not show yet.
func (w storedChange) undoes(over []storedChange, has api.Conversation) bool {
	now := time.Now()
	for _, o := range over {
		if o.Shows(now) {
			has = o.Overlay(has)
		}
	}
	holds, said := w.Holds(has)
	return holds && said
}

func insertChange(ctx context.Context, l *dbfile.Conn, w storedChange) (state.Change, error) {
	ability, _ := api.AbilityOf(w.Cap)
	number, err := l.NewID(ctx, "change")
	if err != nil {
		return w.Change, err
	}
	err = l.Row(ctx, `INSERT INTO change (id, account, conv, ability, wish, message, arg, made, attempts, not_before, reason, sent, refused, until, upto)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		number, w.Conversation.Account, w.Conversation.Remote, ability.Word, w.On, w.Message.Remote, w.Arg, stamp(w.Made),
		w.Attempts, stamp(w.NotBefore), w.Reason, w.Sent, w.Refused, stamp(w.Until), w.upTo).Scan(&w.ID)
	return w.Change, err
}

// deleteChanges removes changes as they were read: their numbers may be those of others by now (swap).
func deleteChanges(ctx context.Context, l *dbfile.Conn, old []storedChange) error {
	for _, w := range old {
		if _, err := l.Exec(ctx, "DELETE FROM change WHERE id = ? AND made = ?", w.ID, stamp(w.Made)); err != nil {
			return err
		}
	}
	return nil
}

// SaveChange stores what became of a change, and reports whether it was still
// waiting; another session may have replaced it by a newer one. Only the
// holder of the lease may: state.ErrNoLease.
func (df *durableFile) SaveChange(ctx context.Context, ch state.Change) (saved bool, err error) {
	err = df.change(ctx, ch.Conversation, func(l *dbfile.Conn, _ int64) error {
		if err := df.lease.Owns(ctx, l); err != nil {
			return err
		}
		saved, err = l.Change(ctx, `UPDATE change SET attempts = ?, not_before = ?, reason = ?, sent = ?, refused = ?, until = ?
			WHERE id = ? AND made = ? AND refused = 0 AND until = 0`,
			ch.Attempts, stamp(ch.NotBefore), ch.Reason, ch.Sent, ch.Refused, stamp(ch.Until), ch.ID, stamp(ch.Made))
		if err == nil && !saved {
			err = dbfile.ErrNothing
		}
		return err
	}, state.Changes)
	if err != nil {
		return false, fmt.Errorf("save change %d: %w", ch.ID, err)
	}
	return saved, nil
}

// DropChange forgets a change: any session one that was refused, the holder of the lease
// every one. One that is gone already is no error.
func (df *durableFile) DropChange(ctx context.Context, id int64) error {
	w, err := df.loadChange(ctx, id)
	if errors.Is(err, state.ErrNoSuch) {
		return nil
	}
	if err != nil {
		return err
	}
	err = df.change(ctx, w.Conversation, func(l *dbfile.Conn, _ int64) error {
		if !w.Refused {
			if err := df.lease.Owns(ctx, l); err != nil {
				return err
			}
		}
		return deleteChanges(ctx, l, []storedChange{w})
	}, state.Changes)
	if err != nil {
		return fmt.Errorf("drop change %d: %w", id, err)
	}
	return nil
}

func (df *durableFile) loadChange(ctx context.Context, id int64) (w storedChange, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		found, err := storedChanges(ctx, l, "WHERE id = ?", id)
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("change %d: %w", id, state.ErrNoSuch)
		}
		if err == nil {
			w = found[0]
		}
		return err
	})
	return w, err
}

// shownChanges lists the changes that were carried out and are still shown, because an
// answer that was on its way meanwhile may show the state before them.
func (df *durableFile) shownChanges(ctx context.Context) (all []storedChange, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		all, err = storedChanges(ctx, l, "WHERE x.until > ?", stamp(time.Now()))
		return err
	})
	return all, err
}

// withoutRemoved leaves out the conversations that were just deleted.
func withoutRemoved(convs []api.Conversation, held []storedChange) []api.Conversation {
	removed := func(c api.Conversation) bool {
		return slices.ContainsFunc(held, func(w storedChange) bool { return w.Cap == api.CapRemove && w.Conversation == c.ID })
	}
	if !slices.ContainsFunc(convs, removed) {
		return convs
	}
	return slices.DeleteFunc(slices.Clone(convs), removed)
}

// withoutDeleted leaves the messages that were just deleted out of a page. It
// reports whether the conversation is still there.
func (db *DB) withoutDeleted(ctx context.Context, id api.ConversationID, items []api.Message) ([]api.Message, bool, error) {
	held, err := db.shownChanges(ctx)
	for _, w := range held {
		switch {
		case w.Conversation != id:
		case w.Cap == api.CapRemove:
			return nil, false, nil
		case w.Cap == api.CapDelete:
			items = slices.DeleteFunc(slices.Clone(items), func(m api.Message) bool { return m.ID == w.Message })
		}
	}
	return items, true, err
}

// dropConfirmed drops the changes that the platform's list shows by now: from here on
// its word counts.
func (db *DB) dropConfirmed(ctx context.Context, convs []api.Conversation, held []storedChange) error {
	for _, w := range held {
		i := slices.IndexFunc(convs, func(c api.Conversation) bool { return c.ID == w.Conversation })
		if i < 0 {
			continue
		}
		if holds, said := w.Holds(convs[i]); !holds || !said {
			continue
		}
		if err := db.endChange(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

func (df *durableFile) endChange(ctx context.Context, w storedChange) error {
	return df.change(ctx, w.Conversation, func(l *dbfile.Conn, _ int64) error { return deleteChanges(ctx, l, []storedChange{w}) }, state.Changes)
}
