package sqlite

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Rows that exist nowhere else, taken over from a file that is damaged or older. What they are is in heirloom.go, how they are read in salvage.go.

// fillFrom takes over what the damaged file still says, then what the newest
// snapshot says beyond it.
func (f *file) fillFrom(ctx context.Context, damaged []*link, dir string, saved *Rescued) error {
	return f.transact(ctx, func(to *link) error {
		epoch := stamp(time.Now()) // no owner of before may send
		for _, from := range damaged {
			epoch = max(epoch, from.epoch(ctx)+1)
			if err := to.takeOver(ctx, from, false, saved); err != nil {
				return err
			}
		}
		newestSnapshot(ctx, dir, func(from *link) error { return to.takeOver(ctx, from, true, saved) })
		return to.endRescue(ctx, epoch)
	})
}

func (l *link) epoch(ctx context.Context) int64 {
	h, err := loadHolder(ctx, l)
	if err != nil {
		return 0
	}
	return h.epoch
}

// takeOver adds the rows of every table that are not there yet. old tells that
// they are from a snapshot, and may have changed since.
func (l *link) takeOver(ctx context.Context, from *link, old bool, saved *Rescued) error {
	for _, h := range heirlooms {
		ours, err := l.columns(ctx, h.table)
		if err != nil {
			return err
		}
		theirs, err := from.columns(ctx, h.table)
		if err != nil { // not even the schema can be read
			continue
		}
		theirs = slices.DeleteFunc(theirs, func(name string) bool { return !slices.Contains(ours, name) })
		if len(theirs) == 0 {
			continue
		}
		for _, r := range salvage(ctx, from, h.table, theirs) {
			if err := l.keep(ctx, h, r, old, saved); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep adds one record if it makes sense. Its error is that of the new file.
func (l *link) keep(ctx context.Context, h heirloom, r record, old bool, saved *Rescued) error {
	if h.mend != nil && !h.mend(r, old) {
		return nil
	}
	added, err := l.try(ctx, h, r)
	if added {
		h.count(r, saved)
	}
	if full(err) || failing(err) || ctx.Err() != nil {
		return err
	}
	return nil // a record that makes no sense at all
}

// try adds a record and reads it as the program will, or leaves no trace of it.
func (l *link) try(ctx context.Context, h heirloom, r record) (added bool, err error) {
	if _, err := l.exec(ctx, "SAVEPOINT one"); err != nil {
		return false, err
	}
	added, err = l.insert(ctx, h.table, r, h.conflict)
	if err == nil && added && h.check != nil {
		err = h.check(ctx, l, r)
	}
	if err != nil {
		added = false
		_, _ = l.exec(ctx, "ROLLBACK TO one")
	}
	_, end := l.exec(ctx, "RELEASE one")
	return added, errors.Join(err, end)
}

// endRescue makes the rows known to those who watch the file, and keeps ids and
// epochs of before from being given again.
func (l *link) endRescue(ctx context.Context, epoch int64) error {
	if err := l.touchAll(ctx, 1); err != nil {
		return err
	}
	for _, q := range []string{
		"UPDATE clock SET rev = 1",
		"UPDATE sqlite_sequence SET seq = seq + 1000",
	} {
		if _, err := l.exec(ctx, q); err != nil {
			return err
		}
	}
	_, err := l.exec(ctx, "UPDATE owner SET epoch = ?", epoch)
	return err
}

// touchAll notes that something of every conversation may have changed.
func (l *link) touchAll(ctx context.Context, rev int64) error {
	for _, h := range heirlooms {
		if _, err := l.exec(ctx, "INSERT INTO touched SELECT DISTINCT account, conv, ? FROM "+h.table+
			" WHERE true ON CONFLICT DO UPDATE SET rev = excluded.rev", rev); err != nil {
			return err
		}
	}
	return nil
}

// holdsRows reports whether a file holds anything that exists nowhere else.
func (l *link) holdsRows(ctx context.Context) (any bool, err error) {
	for _, h := range heirlooms {
		err = l.row(ctx, "SELECT EXISTS (SELECT 1 FROM "+h.table+")").Scan(&any)
		if any || err != nil {
			break
		}
	}
	return any, err
}
