package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// Rescued is what was saved of a damaged state.db.
type Rescued struct {
	// Drafts, Unsent and Marks count drafts with something in them, messages
	// that are not known to be out, and flags and wishes.
	Drafts, Unsent, Marks int
	// Kept is where the damaged file is now, empty if there was none.
	Kept string
}

func (r Rescued) String() string {
	s := fmt.Sprintf("state.db was damaged: %s were rescued", r.counts())
	if r.Kept != "" {
		s += "; the damaged file is kept beside it as " + filepath.Base(r.Kept)
	}
	return s
}

func (r Rescued) counts() string {
	return fmt.Sprintf("%s, %s and %s", plural(r.Drafts, "draft"), plural(r.Unsent, "unsent message"), plural(r.Marks, "mark"))
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// rescue replaces a damaged state.db by a new one with everything that can
// still be read of it, and what the newest snapshot has beyond that. Nobody of
// this process has the file open. Of several sessions that come here at once
// one does it; the others find it done, and get nil.
func rescue(ctx context.Context, path string) (*Rescued, error) {
	lock, err := lockFolder(ctx, filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer lock.unlock()
	if err := finishRescue(path); err != nil {
		return nil, err
	}
	if sound(ctx, path) {
		return nil, nil
	}
	part := path + ".rescue"
	if err := remove(part); err != nil {
		return nil, err
	}
	if err := giveHead(path); err != nil {
		return nil, err
	}
	saved, err := inherit(ctx, path, part)
	if err != nil {
		return nil, errors.Join(err, remove(part))
	}
	return saved, nil
}

// readyMark is how the new file is called, before the date, once it is complete.
const readyMark = ".rescued-"

// finishRescue puts a complete new file in the place of the damaged one. Its
// name says that it is complete, and as what the other one is kept, so that a
// rescue that was cut short here is ended by the next.
func finishRescue(path string) error {
	ready, err := filepath.Glob(path + readyMark + "*")
	if err != nil || len(ready) == 0 {
		return err
	}
	kept := path + asideMark + strings.TrimPrefix(ready[0], path+readyMark)
	if err := setAside(path, kept); err != nil {
		return err
	}
	if err := os.Rename(ready[0], path); err != nil {
		return err
	}
	return settleFolder(filepath.Dir(path))
}

// sound reports whether the file is not damaged. It may be unusable for
// another reason.
func sound(ctx context.Context, path string) bool {
	if emptied(path) {
		return false
	}
	f, err := openFile(ctx, path, "FULL", "state")
	if err == nil {
		err = errors.Join(f.whole(ctx), f.close())
	}
	return !damaged(err)
}

// emptied reports whether there is nothing where, by its log or its snapshots,
// a file was.
func emptied(path string) bool {
	info, err := os.Stat(path)
	if err == nil && info.Size() > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	log, err := os.Stat(path + "-wal")
	return err == nil && log.Size() > 0 || len(snapshots(filepath.Dir(path))) > 0
}

// unfinished reports whether a rescue was cut short at its end.
func unfinished(path string) bool {
	ready, _ := filepath.Glob(path + readyMark + "*")
	return len(ready) > 0
}

// giveHead makes an empty file long enough to be opened with its log, which
// SQLite would otherwise delete; it may hold everything.
func giveHead(path string) error {
	info, err := os.Stat(path)
	log, err2 := os.Stat(path + "-wal")
	if err != nil || err2 != nil || info.Size() > 0 || log.Size() == 0 {
		return nil
	}
	return os.Truncate(path, 4096)
}

// inherit builds the new file and puts it in place.
func inherit(ctx context.Context, path, part string) (*Rescued, error) {
	next, err := openFile(ctx, part, "FULL", "state")
	if err != nil {
		return nil, err
	}
	var saved Rescued
	from, end, err := connectDamaged(ctx, path)
	defer end()
	if err != nil {
		return nil, errors.Join(err, next.close())
	}
	err = next.fillFrom(ctx, from, filepath.Dir(path), &saved)
	if err = errors.Join(err, next.close()); err != nil {
		return nil, err
	}
	return &saved, putInPlace(path, part, &saved)
}

// connectDamaged opens what is left of a file: none where nothing can be read.
// Until end it holds the file's write lock, if damage leaves one to be had, so
// that another session does not write to what is about to be put aside; one
// that is writing and does not end is an error.
func connectDamaged(ctx context.Context, path string) (from []*link, end func(), err error) {
	var own, second conns
	links, _ := own.connect(ctx, 1, dsn(path, "NORMAL", 1024, ""))
	closeOwn := func() { closeAll(links, own) }
	for _, l := range links {
		if _, err := l.exec(ctx, "BEGIN IMMEDIATE"); code(err)&0xff == sqlite3.SQLITE_BUSY {
			return nil, closeOwn, err
		}
	}
	if legible(ctx, links) {
		return links, closeOwn, nil
	}
	grafted := path + ".graft"
	if graft(ctx, path, grafted) == nil {
		from, _ = second.connect(ctx, 1, dsn(grafted, "OFF", 1024, ""))
	}
	return from, func() {
		closeAll(from, second)
		closeOwn()
		_ = remove(grafted)
	}, nil
}

// putInPlace gives the new file the name that says it is complete, then the
// right one.
func putInPlace(path, part string, saved *Rescued) error {
	if err := settleFile(part); err != nil {
		return err
	}
	kept := asideName(path, time.Now().Format(stampFormat))
	if _, err := os.Stat(path); err == nil {
		saved.Kept = kept
	}
	ready := path + readyMark + strings.TrimPrefix(kept, path+asideMark)
	if err := os.Rename(part, ready); err != nil {
		return err
	}
	return finishRescue(path)
}

// fillFrom takes over what the damaged file still says, then what the newest
// snapshot says beyond it.
func (f *file) fillFrom(ctx context.Context, damaged []*link, dir string, saved *Rescued) error {
	return f.transact(ctx, func(to *link) error {
		epoch := stamp(time.Now()) // no owner of before may send
		for _, from := range damaged {
			epoch = max(epoch, from.epoch(ctx)+1)
			if err := to.takeOver(ctx, from, damagedFile, saved); err != nil {
				return err
			}
		}
		newestSnapshot(ctx, dir, func(from *link) error { return to.takeOver(ctx, from, olderCopy, saved) })
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

// origin is where records come from.
type origin uint8

const (
	// damagedFile: the file itself, as far as it can be read.
	damagedFile origin = iota
	// olderCopy: a snapshot of it, so that they may have changed since.
	olderCopy
	// removedFile: one that others do not see any more, and may have begun anew
	// with the same ids for other things.
	removedFile
)

// takeOver adds the rows of every table that are not there yet.
func (l *link) takeOver(ctx context.Context, from *link, by origin, saved *Rescued) error {
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
			if err := l.keep(ctx, h, r, by, saved); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep adds one record if it makes sense, or what makes sense of it. Its
// error is that of the new file.
func (l *link) keep(ctx context.Context, h heirloom, r record, by origin, saved *Rescued) error {
	if h.mend != nil && !h.mend(r, by != damagedFile) {
		return nil
	}
	if by == removedFile {
		if there, err := l.twin(ctx, h, r); there || err != nil {
			return err
		}
		delete(r, "id") // it gets one that is free
	}
	added, err := l.try(ctx, h, r)
	if !added && err != nil && h.bare != nil {
		r = h.bare(r)
		added, err = l.try(ctx, h, r)
	}
	if added {
		h.count(r, saved)
	}
	if full(err) || failing(err) || ctx.Err() != nil {
		return err
	}
	return nil // a record that makes no sense at all
}

// twin reports whether the table has a record already that is the same thing
// under another id.
func (l *link) twin(ctx context.Context, h heirloom, r record) (there bool, err error) {
	if len(h.same) == 0 {
		return false, nil
	}
	var args []any
	for _, name := range h.same {
		args = append(args, r[name])
	}
	err = l.row(ctx, fmt.Sprintf("SELECT EXISTS (SELECT 1 FROM %s WHERE (%s) = (?%s))",
		h.table, strings.Join(h.same, ", "), strings.Repeat(", ?", len(args)-1)), args...).Scan(&there)
	return there, err
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
