package recovery

import (
	"context"
	"errors"
	"slices"
	"time"

	"unibox/state/sqlite/dbfile"
)

// Table is a table of state.db whose rows exist nowhere else, and how they are
// taken over into another file.
type Table struct {
	Name string
	// Conflict is what an insertion does where the key is there already.
	Conflict string
	// Sanitize makes a record safe: nothing may be sent because of it without a
	// person. old: it may have changed since, elsewhere. False drops it. Nil
	// takes every record as it is.
	Sanitize func(r Record, old bool) bool
	// Check reads the row that was just added as the program will; nil for no check.
	Check func(ctx context.Context, l *dbfile.Conn, r Record) error
	// OfFile: its rows are about the file, and not about conversations.
	OfFile bool
	// Count adds the record to the counts that a person sees.
	Count func(r Record, n *Rescued)
}

// Store is the one file that is rescued, and what of it exists nowhere else.
type Store struct {
	Path   string
	Schema dbfile.Schema
	Tables []Table
}

// fillFrom takes over what the damaged file still says, then what the newest
// snapshot says beyond it.
func (s Store) fillFrom(ctx context.Context, next *dbfile.File, damaged []*dbfile.Conn, saved *Rescued) error {
	return next.Transact(ctx, func(to *dbfile.Conn) error {
		epoch := time.Now().UnixMicro() // no earlier holder of the lease may send
		for _, from := range damaged {
			s.countMissing(ctx, from, saved)
			epoch = max(epoch, epochOf(ctx, from)+1)
			if err := s.takeOver(ctx, to, from, false, saved); err != nil {
				return err
			}
		}
		newestSnapshot(ctx, s.Path, func(from *dbfile.Conn) error { return s.takeOver(ctx, to, from, true, saved) })
		return s.endRescue(ctx, to, epoch)
	})
}

// epochOf is the epoch of the lease in a file, 0 where it cannot be read.
func epochOf(ctx context.Context, l *dbfile.Conn) (epoch int64) {
	if l.Row(ctx, "SELECT epoch FROM owner").Scan(&epoch) != nil {
		return 0
	}
	return epoch
}

// countMissing finds out how many commits the damaged file lacks.
func (s Store) countMissing(ctx context.Context, from *dbfile.Conn, saved *Rescued) {
	var rev int64
	noted, at := dbfile.NotedRevision(s.Path)
	if from.Row(ctx, "SELECT rev FROM clock").Scan(&rev) == nil && rev < noted {
		saved.Missing, saved.LastChange = noted-rev, at
	}
}

// takeOver adds the rows of every table that are not there yet. old: they are from
// a snapshot, and may have changed since.
func (s Store) takeOver(ctx context.Context, to, from *dbfile.Conn, old bool, saved *Rescued) error {
	for _, t := range s.Tables {
		ours, err := to.Columns(ctx, t.Name)
		if err != nil {
			return err
		}
		theirs, err := from.Columns(ctx, t.Name)
		if err != nil { // not even the schema can be read
			continue
		}
		theirs = slices.DeleteFunc(theirs, func(name string) bool { return !slices.Contains(ours, name) })
		if len(theirs) == 0 {
			continue
		}
		for _, r := range salvage(ctx, from, t.Name, theirs) {
			if err := t.add(ctx, to, r, old, saved); err != nil {
				return err
			}
		}
	}
	return nil
}

// add adds one record if it makes sense. Its error is that of the new file.
func (t Table) add(ctx context.Context, l *dbfile.Conn, r Record, old bool, saved *Rescued) error {
	if t.Sanitize != nil && !t.Sanitize(r, old) {
		return nil
	}
	added, err := t.try(ctx, l, r)
	if added {
		t.Count(r, saved)
	}
	if dbfile.Full(err) || dbfile.Failing(err) || ctx.Err() != nil {
		return err
	}
	return nil // a record that makes no sense at all
}

// try adds a record and reads it as the program will, or leaves no trace of it.
func (t Table) try(ctx context.Context, l *dbfile.Conn, r Record) (added bool, err error) {
	if _, err := l.Exec(ctx, "SAVEPOINT one"); err != nil {
		return false, err
	}
	added, err = insert(ctx, l, t.Name, r, t.Conflict)
	if err == nil && added && t.Check != nil {
		err = t.Check(ctx, l, r)
	}
	if err != nil {
		added = false
		_, _ = l.Exec(ctx, "ROLLBACK TO one")
	}
	_, end := l.Exec(ctx, "RELEASE one")
	return added, errors.Join(err, end)
}

// endRescue makes the rows known to those who watch the file, and keeps ids and
// epochs of before from being given again.
func (s Store) endRescue(ctx context.Context, l *dbfile.Conn, epoch int64) error {
	for _, t := range s.Tables {
		if t.OfFile {
			continue
		}
		if _, err := l.Exec(ctx, "INSERT INTO touched (account, conv, rev) SELECT DISTINCT account, conv, 1 FROM "+t.Name+
			" WHERE true ON CONFLICT DO NOTHING"); err != nil {
			return err
		}
	}
	for _, q := range []string{
		"UPDATE clock SET rev = 1",
		"UPDATE sqlite_sequence SET seq = seq + 1000",
	} {
		if _, err := l.Exec(ctx, q); err != nil {
			return err
		}
	}
	_, err := l.Exec(ctx, "UPDATE owner SET epoch = ?", epoch)
	return err
}

// HoldsRows reports whether a file holds anything that exists nowhere else.
func (s Store) HoldsRows(ctx context.Context, l *dbfile.Conn) (any bool, err error) {
	for _, t := range s.Tables {
		err = l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM "+t.Name+")").Scan(&any)
		if any || err != nil {
			break
		}
	}
	return any, err
}
