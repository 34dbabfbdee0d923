package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// What a person, or another session, did to the files at their paths while they
// are open: the connections of a removed file go on seeing what it held, which
// is all that is left of it.

// places looks whether the open files are still those at their paths.
func (c *carer) places(ctx context.Context) {
	if c.db.frozen {
		return
	}
	for _, f := range []*file{c.db.state, c.db.cache} {
		c.place(ctx, f)
	}
}

// place opens what is at the path of a file now. Where nothing is, state.db is
// written again from what is still open, and the cache begun anew.
func (c *carer) place(ctx context.Context, f *file) {
	if f.inPlace() == nil || time.Since(c.looked) < time.Second {
		return
	}
	news, err := c.follow(ctx, f)
	if err != nil {
		c.looked = time.Now()
		c.shut(failingDisk, f.path+" cannot be opened any more: nothing is saved or sent; look at the folder and its disk")
		return
	}
	if news != "" {
		c.db.health.tell(news)
	}
	c.db.restart(ctx, f)
}

// follow goes on with the file at the path of another one, and tells what
// became of the content of that.
func (c *carer) follow(ctx context.Context, f *file) (news string, err error) {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return "", err
	}
	if f == c.db.state {
		news, err = c.takeAlong(ctx)
	}
	if err == nil {
		err = c.reopen(ctx, f)
	}
	return news, err
}

// takeAlong sees to it that what only the open connections of state.db still see
// is in the file at its path. Nothing is added to it any more: a write looks
// for the file at its path first.
func (c *carer) takeAlong(ctx context.Context) (news string, err error) {
	f := c.db.state
	if f.dead() || f.keptAside() { // nothing is left, or a rescue has taken it over
		return "", nil
	}
	lock, err := lockFolder(ctx, c.dir)
	if err != nil {
		return "", err
	}
	defer lock.unlock()
	if err := finishRescue(f.path); err != nil {
		return "", err
	}
	if _, err := os.Stat(f.path); errors.Is(err, fs.ErrNotExist) {
		return "the state folder was emptied while unibox ran: drafts and unsent messages are written again, the rest is fetched again", c.rewrite(ctx)
	}
	return c.putAside(ctx)
}

// rewrite makes state.db again.
func (c *carer) rewrite(ctx context.Context) error {
	f := c.db.state
	return f.inTurn(ctx, f.writer, func(l *link) error {
		begun := l.transact(ctx, "BEGIN IMMEDIATE", func(*link) error { return nil }) // whoever was writing has ended
		return errors.Join(begun, copyInto(ctx, l, f.path))
	})
}

// putAside keeps what only the open connections still see beside the file that
// another session has begun at the path, if it is worth anything. The two are
// not merged: nobody could tell what of the old one went out since.
func (c *carer) putAside(ctx context.Context) (news string, err error) {
	f := c.db.state
	aside := ""
	err = f.inTurn(ctx, f.writer, func(l *link) error {
		worth, err := l.holdsRows(ctx)
		if err != nil || !worth {
			return err
		}
		aside = asideName(f.path, time.Now().Format(stampFormat))
		return copyInto(ctx, l, aside)
	})
	if err != nil || aside == "" {
		return "", err
	}
	return "the state folder was removed and begun anew by another session: what was in the old state.db is kept beside the new one as " + filepath.Base(aside), nil
}

// reopen connects to the file at the path anew. A rescue of it that was cut
// short is ended first: a later start would end it, and put what was rescued
// then in the place of all that came since.
func (c *carer) reopen(ctx context.Context, f *file) error {
	return f.renew(ctx, func() error {
		if f != c.db.state || !unfinished(f.path) {
			return nil
		}
		lock, err := lockFolder(ctx, c.dir)
		if err != nil {
			return err
		}
		defer lock.unlock()
		return finishRescue(f.path)
	})
}

// dead reports whether there are no connections, because the last try to make
// them failed.
func (f *file) dead() bool {
	l := <-f.writer
	defer func() { f.writer <- l }()
	return l.dead != nil
}

// keptAside reports whether the open file is the one that a rescue put aside.
func (f *file) keptAside() bool {
	was := *f.opened.Load()
	kept, _ := filepath.Glob(f.path + asideMark + "*")
	for _, path := range kept {
		if info, err := os.Stat(path); err == nil && os.SameFile(info, was) {
			return true
		}
	}
	return false
}
