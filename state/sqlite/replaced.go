package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/recovery"
)

// What a person, or another session, did to the files at their paths while they
// are open. The connections of a removed file still see its content, which is all
// that is left of it.

// checkFiles checks that the open files are still those at their paths.
func (c *maintainer) checkFiles(ctx context.Context) {
	if c.db.readOnlyFolder {
		return
	}
	for _, f := range []*dbfile.File{c.db.state, c.db.cache} {
		c.checkFile(ctx, f)
	}
}

// checkFile opens what is at the path of a file now. Where nothing is, state.db is
// written again from what is still open, and the cache begun again.
func (c *maintainer) checkFile(ctx context.Context, f *dbfile.File) {
	if f.InPlace() == nil || time.Since(c.tried) < time.Second {
		return
	}
	news, err := c.switchFile(ctx, f)
	if err != nil {
		c.tried = time.Now()
		c.stopWriting(dbfile.FailingDisk, f.Path+" cannot be opened any more: nothing is saved or sent; look at the folder and its disk")
		return
	}
	if news != "" {
		c.db.condition.AddNews(news)
	}
	c.db.restart(ctx, f)
}

// switchFile opens the file that replaced f at its path, and returns a sentence
// about what became of f's content.
func (c *maintainer) switchFile(ctx context.Context, f *dbfile.File) (news string, err error) {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return "", err
	}
	if f == c.db.state {
		news, err = c.saveOpenRows(ctx)
	}
	if err == nil {
		err = c.reopen(ctx, f)
	}
	return news, err
}

// saveOpenRows saves what only the open connections of state.db still see. Nothing
// is added to that any more, since a write first checks the file at the path.
func (c *maintainer) saveOpenRows(ctx context.Context) (news string, err error) {
	f := c.db.state
	if f.Unopened() || recovery.KeptAside(f) { // nothing is left, or a rescue has taken it over
		return "", nil
	}
	lock, err := dbfile.LockFolder(ctx, c.dir)
	if err != nil {
		return "", err
	}
	defer lock.Unlock()
	if err := recovery.Finish(f.Path); err != nil {
		return "", err
	}
	if _, err := os.Stat(f.Path); errors.Is(err, fs.ErrNotExist) {
		return "the state folder was emptied while unibox ran: drafts and unsent messages are written again, the rest is fetched again", c.rewrite(ctx)
	}
	return c.putAside(ctx)
}

// rewrite makes state.db again.
func (c *maintainer) rewrite(ctx context.Context) error {
	f := c.db.state
	return f.OnWriter(ctx, func(l *dbfile.Conn) error {
		begun := l.Transact(ctx, "BEGIN IMMEDIATE", func(*dbfile.Conn) error { return nil }) // whoever was writing has ended
		return errors.Join(begun, recovery.CopyInto(ctx, l, f.Path))
	})
}

// putAside keeps what only the open connections still see beside the file that
// another session has begun at the path, if it is worth anything. The two are
// not merged: nobody knows what of the old one went out since.
func (c *maintainer) putAside(ctx context.Context) (news string, err error) {
	f := c.db.state
	aside := ""
	err = f.OnWriter(ctx, func(l *dbfile.Conn) error {
		worth, err := stateStore(f.Path).HoldsRows(ctx, l)
		if err != nil || !worth {
			return err
		}
		aside = recovery.AsideName(f.Path)
		return recovery.CopyInto(ctx, l, aside)
	})
	if err != nil || aside == "" {
		return "", err
	}
	return "the state folder was removed and begun anew by another session: what was in the old state.db is kept beside the new one as " + filepath.Base(aside), nil
}

// reopen connects to the file at the path again. A rescue that was interrupted is
// finished first: otherwise a later start would finish it, and replace what was
// written meanwhile by what was rescued.
func (c *maintainer) reopen(ctx context.Context, f *dbfile.File) error {
	return f.Reopen(ctx, func() error {
		if f != c.db.state || !recovery.Unfinished(f.Path) {
			return nil
		}
		lock, err := dbfile.LockFolder(ctx, c.dir)
		if err != nil {
			return err
		}
		defer lock.Unlock()
		return recovery.Finish(f.Path)
	})
}
