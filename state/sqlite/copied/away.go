package copied

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// While the fleet does not answer, or not as it should, what people write is kept on this
// box: drafts, replies, marks, labels, wishes and new notes. They go to the team once it
// answers again, under the rules by which they would have gone then: where another box wrote
// in the same draft both become one text, and where it answered the customer meanwhile a
// reply becomes a draft again. A sender does not see them before the team has them.

// keptHere are the tables whose rows may be ahead of the team's, in the order in which they
// go there; draftsHere the drafts among them, newHere those of which only new ones may be.
var (
	draftsHere = []string{"draft", "note_draft"}
	keptHere   = []string{"draft", "note_draft", "provisional", "outbox", "flag", "snooze", "label", "change", "note", "mention"}
	newHere    = []string{"outbox", "note", "mention", "provisional"}
)

// errNotHere: the transaction changes what only the fleet may.
var errNotHere = errors.New("not kept here")

// errTaken: the copy has followed a commit already, of which nobody knew whether it is there.
var errTaken = errors.New("it is here already")

// keepHere commits a transaction on this box alone, if all that it changes is of tables that are kept,
// and the copy has not followed it meanwhile. w, if set, is what the fleet was asked to commit.
func (c *Copy) keepHere(ctx context.Context, fn func(l *dbfile.Conn) error, kept []string, w *tried, unsure bool) error {
	return c.file.Here(ctx, func(l *dbfile.Conn) error {
		if taken, err := c.hasTaken(ctx, l, w); err != nil || taken {
			return cmp.Or(err, errTaken)
		}
		before, err := c.pending(ctx, l)
		if err != nil {
			return err
		}
		l.SetApart()
		l.SetWhole() // fn has the context of whoever wrote
		changed := newChanges(c.tables)
		if err := l.Observing(changed.see, func() error { return fn(l) }); err != nil {
			return err
		}
		if l.Fenced() {
			return errNotHere
		}
		for id := range changed.rows {
			if !slices.Contains(kept, id.table) {
				return errNotHere
			}
			if err := c.keep(ctx, l, id, changed.before[id], before); err != nil {
				return err
			}
			if !unsure {
				continue
			}
			if err := c.maybeAsked(ctx, l, id, w); err != nil {
				return err
			}
		}
		return c.sayWaits(ctx, l)
	})
}

// hasTaken reports whether the copy has followed since a transaction was tried, and has all of it.
func (c *Copy) hasTaken(ctx context.Context, l *dbfile.Conn, w *tried) (bool, error) {
	if w == nil {
		return false, nil
	}
	at, err := position(ctx, l)
	if err != nil || at.Pos == w.Base {
		return false, err
	}
	for _, r := range w.Rows {
		has, err := c.tables[r.Kind].read(ctx, l, r.Key)
		if err != nil || (has == nil) != (r.Columns == nil) {
			return false, err
		}
		if columns, err := json.Marshal(has); err != nil || has != nil && string(columns) != string(r.Columns) {
			return false, err
		}
	}
	return true, nil
}

// maybeAsked notes that the team may have a row all the same, as w has it if that is set.
func (c *Copy) maybeAsked(ctx context.Context, l *dbfile.Conn, id rowID, w *tried) error {
	if w != nil && apart(id) {
		return askedBy(ctx, l, id, w.Name)
	}
	if w != nil {
		for _, r := range w.Rows {
			if r.Kind == id.table && r.Key == id.key {
				asked, err := recordOf(r)
				return errors.Join(err, mayBeThere(ctx, l, id, asked))
			}
		}
	}
	asked, err := c.tables[id.table].read(ctx, l, id.key)
	return errors.Join(err, mayBeThere(ctx, l, id, asked))
}

// keep notes a row as one that the team does not have. old is how it was, nil where it is new.
func (c *Copy) keep(ctx context.Context, l *dbfile.Conn, id rowID, old []any, before pending) error {
	_, mine := before[id]
	if slices.Contains(newHere, id.table) && old != nil && !mine {
		return errNotHere
	}
	if apart(id) {
		if a, err := asksOf(ctx, l, id); err != nil || a.mayBeThere() { // it may be on its way
			return cmp.Or(err, errNotHere)
		}
		if r, err := c.tables[id.table].read(ctx, l, id.key); err != nil || r == nil { // nobody else ever had it
			return errors.Join(err, forget(ctx, l, id))
		}
	}
	base, err := c.tables[id.table].baseOf(old)
	if err == nil {
		_, err = l.Exec(ctx, "INSERT INTO unshared (kind, key, times, base) VALUES (?, ?, 1, ?) ON CONFLICT (kind, key) DO UPDATE SET times = times + 1", id.table, id.key, base)
	}
	return err
}

// apart reports whether a row has a number of this box's own.
func apart(id rowID) bool { return strings.HasPrefix(id.key, "[-") }

func forget(ctx context.Context, l *dbfile.Conn, id rowID) error {
	_, err := l.Exec(ctx, "DELETE FROM unshared WHERE kind = ? AND key = ?", id.table, id.key)
	return err
}

// sayWaits writes at each reply that waits here what it waits for. A process that began since the fleet
// last answered knows of no time, but those replies do that wait from before: had it answered, they
// would not.
func (c *Copy) sayWaits(ctx context.Context, l *dbfile.Conn) error {
	since := "waits for the team's database"
	if at := c.fleet.Reached(); !at.IsZero() {
		since = fmt.Sprintf("waits for the team's database since %s", at.Format("15:04"))
	}
	before, err := l.Record(ctx, "SELECT reason FROM outbox WHERE id < 0 AND reason LIKE 'waits for the team''s database since %' ORDER BY id DESC LIMIT 1")
	if err != nil {
		return err
	}
	if c.fleet.Reached().IsZero() && before != nil {
		since = text(before, "reason")
	}
	_, err = l.Exec(ctx, "UPDATE outbox SET reason = ? WHERE id < 0 AND reason = ''", since)
	return err
}

// pending are rows that the team does not have yet, and how often each was changed.
type pending map[rowID]int64

// pending are all of them.
func (c *Copy) pending(ctx context.Context, l *dbfile.Conn) (pending, error) {
	all, err := l.Records(ctx, "SELECT kind, key, times FROM unshared")
	rows := pending{}
	for _, r := range all {
		if id := (rowID{text(r, "kind"), text(r, "key")}); c.tables[id.table] != nil {
			rows[id] = number(r, "times")
		}
	}
	return rows, err
}

// unshared reads the rows that the team does not have yet; nil for one that is gone.
func (c *Copy) unshared(ctx context.Context, l *dbfile.Conn) (map[rowID]record, error) {
	all, err := c.pending(ctx, l)
	if err != nil {
		return nil, err
	}
	rows := map[rowID]record{}
	for id := range all {
		if rows[id], err = c.tables[id.table].read(ctx, l, id.key); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// restore puts back what the team does not have into a copy that is made anew.
func (c *Copy) restore(ctx context.Context, l *dbfile.Conn, rows map[rowID]record, at place) error {
	if !at.anew {
		return nil
	}
	for id, r := range rows {
		if r == nil {
			continue
		}
		row, err := shareable(id, r)
		if err != nil {
			return err
		}
		if err := c.tables[id.table].store(ctx, l, row); err != nil {
			return err
		}
	}
	return nil
}

func conversationOf(r record) api.ConversationID {
	return api.ConversationID{Account: api.AccountID(text(r, "account")), Remote: text(r, "conv")}
}

// ahead is a row of the team with what this box has beyond it.
func (c *Copy) ahead(ctx context.Context, l *dbfile.Conn, r state.FleetRow, all map[rowID]record, at place) (state.FleetRow, error) {
	mine, waiting := all[rowID{r.Kind, r.Key}]
	if waiting && mine == nil && removable[r.Kind] {
		r.Columns = nil
	}
	if mine != nil && r.Columns == nil && c.outlives(r, at) {
		var err error
		r.Columns, err = json.Marshal(mine)
		return r, err
	}
	if mine == nil || r.Columns == nil {
		return r, nil
	}
	theirs, err := decode[record](r.Columns)
	if err != nil {
		return r, err
	}
	if r.Kind == "draft" {
		return aheadDraft(ctx, l, r, theirs, mine)
	}
	base, err := base(ctx, l, rowID{r.Kind, r.Key})
	if err != nil || base != nil {
		if err == nil {
			r.Columns, err = json.Marshal(marked(r.Kind, theirs, mine, base))
		}
		return r, err
	}
	if both := c.together(r, theirs, mine); both != nil {
		r.Columns, err = json.Marshal(both)
	}
	return r, err
}

// outlives reports whether what waits here was written after the team removed a row of the same key, as
// a copy that is made anew hears again. A number is given once: what has it is what was removed.
func (c *Copy) outlives(gone state.FleetRow, at place) bool {
	return gone.Pos <= at.heard && !c.tables[gone.Kind].numbered()
}

// aheadDraft is ahead of a draft.
func aheadDraft(ctx context.Context, l *dbfile.Conn, r state.FleetRow, theirs, mine record) (state.FleetRow, error) {
	id := rowID{r.Kind, r.Key}
	k, err := knownOf(ctx, l, id)
	if err != nil {
		return r, err
	}
	if k.ours(theirs) {
		if !hasAll(theirs, mine) {
			r.Columns, err = json.Marshal(goneOn(theirs, mine))
		}
		return r, err
	}
	if both := mergedDraft(theirs, mine, k); both != nil {
		r.Columns, err = json.Marshal(both)
	}
	return r, errors.Join(err, k.hears(theirs).store(ctx, l, id))
}

// together is a row of the team with what this box wrote in it, nil where that is nothing more.
func (c *Copy) together(r state.FleetRow, theirs, mine record) record {
	m := newMerger()
	m.theirs[rowID{r.Kind, r.Key}] = theirs
	return m.merge(c.tables[r.Kind], mine)
}
