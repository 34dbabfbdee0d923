package outbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"unibox/state"
	"unibox/state/osfile"
	"unibox/state/work"
)

// Where several boxes share an outbox, the copies of a message's files are on the box on
// which it was submitted, and another one may send it. That box carries them to the database
// that both share, and the sender fetches them from there.

// Files carry copies from one box to another; message is the key of a message, name that of
// a copy in its folder.
type Files interface {
	PutFile(ctx context.Context, message, name string, size int64, from io.Reader) error
	HasFile(ctx context.Context, message, name string) (bool, error)
	// GetFile is state.ErrNoSuch where the file is not there.
	GetFile(ctx context.Context, message, name string, to io.Writer) error
	// DropFiles removes those of all messages but some.
	DropFiles(ctx context.Context, but []string) error
}

const (
	// carryAgain is when what could not be carried, or fetched, is tried again.
	carryAgain = 3 * time.Second
	// carryGather is how long what is submitted runs together, and carryAfter how long a
	// message may wait that this box is about to send by itself.
	carryGather, carryAfter = 300 * time.Millisecond, 5 * time.Second
	// clearEvery is how often files are removed whose messages are sent.
	clearEvery = time.Minute
)

// Carry brings the copies of messages that wait to the box that sends them, until ctx ends.
// One session of each box does it.
func (b *Outbox) Carry(ctx context.Context) error {
	if b.files == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	news := b.feed.Subscribe()
	defer news.Close()
	c := carrier{Outbox: b, there: map[string]bool{}}
	for {
		next, pause := c.round(ctx), carryGather
		if next < clearEvery {
			pause = next
		}
		if !work.Sleep(ctx, pause) {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-news.Wake():
			news.Take()
		case <-time.After(next - pause):
		}
	}
}

// carrier is of one goroutine.
type carrier struct {
	*Outbox
	// there are the files that are known to be at the database, until it is asked again: it may
	// have lost some.
	there   map[string]bool
	cleared time.Time
}

// round carries what there is to carry, and returns when to look again at the latest.
func (c *carrier) round(ctx context.Context) time.Duration {
	all, err := c.store.Unsent(ctx)
	soon := false
	for _, o := range all {
		if c.early(o) {
			soon = true
		} else if o.Status == state.Queued || o.Status.Waits() {
			err = errors.Join(err, c.carryFiles(ctx, o))
		}
	}
	if err == nil && c.followed() && time.Since(c.cleared) > clearEvery {
		err, c.cleared = c.dropSent(ctx, all), time.Now()
		clear(c.there)
	}
	if err != nil && ctx.Err() == nil {
		c.log.Warn("bring files to the box that sends them", "err", err)
	}
	if err != nil || soon {
		return carryAgain
	}
	return clearEvery
}

// early reports whether this box is about to send a message with files by itself.
func (c *carrier) early(o state.Outbound) bool {
	_, serves := c.serving.Load(o.Conversation.Account)
	return serves && len(o.Files) > 0 && c.now().Sub(o.Submitted).Abs() < carryAfter
}

// carryFiles carries the files that are here and not there yet.
func (c *carrier) carryFiles(ctx context.Context, o state.Outbound) (err error) {
	for _, f := range o.Files {
		name := copyName(f)
		if f.URL != "" || f.Remote != "" || c.there[o.Key+"/"+name] {
			continue
		}
		_, failed := carry(ctx, c.files, c.dir, o.Key, name, f.Size)
		c.there[o.Key+"/"+name] = failed == nil
		err = errors.Join(err, failed)
	}
	return err
}

// carry brings a copy that is in a folder of dir, unless it is there already, and reports whether
// it did.
func carry(ctx context.Context, to Files, dir, key, name string, size int64) (carried bool, err error) {
	body, err := os.Open(filepath.Join(dir, filepath.Base(key), name))
	if errors.Is(err, fs.ErrNotExist) { // it is on another box
		return false, nil
	}
	if err != nil {
		return false, unreadable(name, err)
	}
	defer body.Close()
	if there, err := to.HasFile(ctx, key, name); there || err != nil {
		return false, err
	}
	return true, to.PutFile(ctx, key, name, size, body)
}

// Bring brings to the other boxes, at once, the copies in dir of messages that are not done, and
// returns how many files it brought. It is for a box that does not run.
func Bring(ctx context.Context, to Files, dir string, all []state.Outbound) (brought int, err error) {
	for _, o := range all {
		for _, f := range o.Files {
			if f.URL != "" || f.Remote != "" {
				continue
			}
			carried, err := carry(ctx, to, dir, o.Key, copyName(f), f.Size)
			if err != nil {
				return brought, err
			}
			if carried {
				brought++
			}
		}
	}
	return brought, nil
}

// dropSent removes the files of messages that are sent.
func (b *Outbox) dropSent(ctx context.Context, waiting []state.Outbound) error {
	keys := []string{}
	for _, o := range waiting {
		keys = append(keys, o.Key)
	}
	inDrafts, err := b.store.FilesInUse(ctx)
	if err != nil {
		return err
	}
	return b.files.DropFiles(ctx, slices.Concat(keys, Keys(inDrafts)))
}

// copyName names the copy of a file in its message's folder, whatever system its path is of: another
// box may have written it.
func copyName(f state.File) string { return f.Path[strings.LastIndexAny(f.Path, `/\`)+1:] }

// localCopy is where the copy of a file is on this box, fetched if need be. Where it has not
// come yet, the error is errOnItsWay.
func (b *Outbox) localCopy(ctx context.Context, o state.Outbound, f state.File) (string, error) {
	if b.files == nil {
		return f.Path, nil
	}
	path := filepath.Join(b.folder(o.Key), copyName(f))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	err := b.fetch(ctx, o.Key, path)
	if errors.Is(err, state.ErrNoSuch) {
		err = &onItsWayError{f.Name}
	}
	return path, err
}

// onItsWayError: a file is on the box on which its message was written.
type onItsWayError struct{ name string }

func (e *onItsWayError) Error() string {
	return fmt.Sprintf("waits for %s, which is still on the box where this was written", e.name)
}

// fetch writes a copy to path once all of it is there.
func (b *Outbox) fetch(ctx context.Context, key, path string) error {
	folder, err := b.lockFolder(key)
	if err != nil {
		return err
	}
	defer folder.Close()
	part, err := os.CreateTemp(filepath.Dir(path), "part-*")
	if err != nil {
		return err
	}
	err = b.files.GetFile(ctx, key, filepath.Base(path), part)
	if err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		_ = os.Remove(part.Name())
		return err
	}
	return osfile.SyncFolder(filepath.Dir(path))
}

// awaitFiles puts a message off whose files have not come yet, and reports whether it did.
func (s *sender) awaitFiles(ctx context.Context, o state.Outbound) (waits bool, err error) {
	if s.files == nil {
		return false, nil
	}
	for _, f := range o.Files {
		if f.URL != "" || f.Remote != "" {
			continue
		}
		_, err := s.localCopy(ctx, o, f)
		var missing *onItsWayError
		switch {
		case errors.As(err, &missing):
			return true, s.store.Postpone(ctx, []int64{o.ID}, state.In(s.now(), carryAgain), missing.Error())
		case err != nil:
			return true, err
		}
	}
	return false, nil
}
