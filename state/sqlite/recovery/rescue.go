// Package recovery saves what exists nowhere else when state.db is damaged or
// gone.
//
// Snapshots are copies beside the file, made every five minutes by the session
// that holds the lease. Rescue builds a new file of all rows that can still be
// read of the damaged one and of those that only the newest snapshot has, makes
// them safe (Table.Sanitize: nothing goes out by itself), and puts the new file in
// place by two renames, each of which the next start can finish. The damaged file
// is kept beside it under a dated name. A damaged cache.db is only put aside
// (Quarantine).
package recovery

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"unibox/state/osfile"

	"unibox/state/sqlite/dbfile"
)

// Rescued is what was saved of a damaged state.db.
type Rescued struct {
	// Drafts, Unsent and Flags count drafts with something in them, messages
	// that are not known to be out, and flags and changes.
	Drafts, Unsent, Flags int
	// Notes counts private notes.
	Notes int
	// Missing is how many of the last changes are not in the file, 0 where that is not
	// known; LastChange is when the last one was made.
	Missing    int64
	LastChange time.Time
	// Kept is where the damaged file is now, empty if there was none.
	Kept string
}

// String says what was rescued, in one sentence for a person.
func (r Rescued) String() string {
	s := fmt.Sprintf("state.db was damaged: %s were rescued", r.counts())
	if r.Missing > 0 {
		s = fmt.Sprintf("state.db lacks %s, until %s, because its log was damaged or removed: %s are left, look at the conversations before you send again",
			lastChanges(r.Missing), r.LastChange.Format("15:04:05"), r.counts())
	}
	if r.Kept != "" {
		s += "; the damaged file is kept beside it as " + filepath.Base(r.Kept)
	}
	return s
}

func (r Rescued) counts() string {
	noted := ""
	if r.Notes > 0 {
		noted = ", " + plural(r.Notes, "private note")
	}
	return fmt.Sprintf("%s, %s%s and %s", plural(r.Drafts, "draft"), plural(r.Unsent, "unsent message"), noted, plural(r.Flags, "mark"))
}

func lastChanges(n int64) string {
	if n == 1 {
		return "the last change"
	}
	return fmt.Sprintf("the last %d changes", n)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Rescue replaces a damaged state.db by a new one with everything that can
// still be read of it, and what the newest snapshot has beyond that. Nobody of
// this process has the file open. Of several sessions that come here at once
// one does it; the others find it done, and get nil.
func (s Store) Rescue(ctx context.Context) (*Rescued, error) {
	path := s.Path
	lock, err := dbfile.LockFolder(ctx, filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer lock.Unlock()
	if err := Finish(path); err != nil {
		return nil, err
	}
	if s.sound(ctx) {
		return nil, nil
	}
	part := path + ".rescue"
	if err := dbfile.Remove(part); err != nil {
		return nil, err
	}
	if err := padEmptyFile(path); err != nil {
		return nil, err
	}
	saved, err := s.buildNew(ctx, part)
	if err != nil {
		return nil, errors.Join(err, dbfile.Remove(part))
	}
	return saved, nil
}

// readyMark is how the new file is called, before the date, once it is complete.
const readyMark = ".rescued-"

// Finish replaces the damaged file by a complete new one. Its
// name says that it is complete, and as what the other one is kept, so that a
// rescue that was cut short here is ended by the next.
func Finish(path string) error {
	ready, err := filepath.Glob(path + readyMark + "*")
	if err != nil || len(ready) == 0 {
		return err
	}
	kept := path + asideMark + strings.TrimPrefix(ready[0], path+readyMark)
	if err := dbfile.Rename(path, kept); err != nil {
		return err
	}
	if err := osfile.Replace(ready[0], path); err != nil {
		return err
	}
	return osfile.SyncFolder(filepath.Dir(path))
}

// sound reports whether the file is not damaged. It may be unusable for
// another reason.
func (s Store) sound(ctx context.Context) bool {
	if Emptied(s.Path) {
		return false
	}
	f, err := dbfile.Open(ctx, s.Path, s.Schema)
	if err == nil {
		err = errors.Join(f.Check(ctx), f.Close())
	}
	return !dbfile.Damaged(err)
}

// Emptied reports whether there is nothing where, by its log, its snapshots or the
// revision noted beside it, a file was.
func Emptied(path string) bool {
	info, err := os.Stat(path)
	if err == nil && info.Size() > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	log, err := os.Stat(path + "-wal")
	noted, _ := dbfile.NotedRevision(path)
	return err == nil && log.Size() > 0 || noted > 0 || len(snapshots(filepath.Dir(path))) > 0
}

// Unfinished reports whether a rescue was cut short at its end.
func Unfinished(path string) bool {
	ready, _ := filepath.Glob(path + readyMark + "*")
	return len(ready) > 0
}

// padEmptyFile makes an empty file long enough to be opened with its log, which
// SQLite would otherwise delete; it may hold everything.
func padEmptyFile(path string) error {
	info, err := os.Stat(path)
	log, err2 := os.Stat(path + "-wal")
	if err != nil || err2 != nil || info.Size() > 0 || log.Size() == 0 {
		return nil
	}
	return os.Truncate(path, 4096)
}

// buildNew builds the new file and puts it in place.
func (s Store) buildNew(ctx context.Context, part string) (*Rescued, error) {
	next, err := dbfile.Open(ctx, part, s.Schema)
	if err != nil {
		return nil, err
	}
	var saved Rescued
	from, end, err := s.connectDamaged(ctx)
	defer end()
	if err != nil {
		return nil, errors.Join(err, next.Close())
	}
	err = s.fillFrom(ctx, next, from, &saved)
	if err = errors.Join(err, next.Close()); err != nil {
		return nil, err
	}
	return &saved, putInPlace(s.Path, part, &saved)
}

// connectDamaged opens what is left of a file: none where nothing can be read.
// Until end it holds the file's write lock, if damage leaves one to be had, so
// that another session does not write to what is about to be put aside; one
// that is writing and does not end is an error.
func (s Store) connectDamaged(ctx context.Context) (from []*dbfile.Conn, end func(), err error) {
	l, end, err := dbfile.ConnectDamaged(ctx, s.Path, s.Schema)
	switch {
	case dbfile.Busy(err):
		return nil, end, err
	case l == nil:
		return nil, end, nil
	}
	return []*dbfile.Conn{l}, end, nil
}

// putInPlace gives the new file the name that says it is complete, then the
// right one.
func putInPlace(path, part string, saved *Rescued) error {
	if err := dbfile.SyncFile(part); err != nil {
		return err
	}
	kept := AsideName(path)
	if _, err := os.Stat(path); err == nil {
		saved.Kept = kept
	}
	ready := path + readyMark + strings.TrimPrefix(kept, path+asideMark)
	if err := osfile.Replace(part, ready); err != nil {
		return err
	}
	return Finish(path)
}
