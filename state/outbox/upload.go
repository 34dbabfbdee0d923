package outbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

// upload hands over the files that the platform does not have yet. It reports
// whether all are there; if not, the message says why.
func (s *sender) upload(ctx context.Context, o state.Outbound) (state.Outbound, bool, error) {
	if policy.MissingFile(o) < 0 {
		return o, true, nil
	}
	defer s.uploads.end(o.ID)
	o, ok, err := s.step(ctx, o, policy.Uploading{})
	for ok && err == nil {
		i := policy.MissingFile(o)
		if i < 0 {
			return o, true, nil
		}
		up := policy.Uploaded{File: i}
		generation, _ := s.outage.Generation()
		if up.Remote, up.Err = s.uploadFile(ctx, o, i); ctx.Err() != nil && up.Err != nil {
			return o, false, nil
		}
		s.outage.ObserveUpload(generation, up.Err, s.now(), policy.Jitter(o))
		o, ok, err = s.step(ctx, o, up)
		ok = ok && up.Err == nil
	}
	return o, false, err
}

// uploadFile streams one file, or gives its address, and returns the platform's id of it.
func (s *sender) uploadFile(ctx context.Context, o state.Outbound, i int) (string, error) {
	uploader, ok := s.provider.(api.Uploader)
	if !ok {
		return "", s.unsupported("upload file")
	}
	f := o.Files[i]
	up := api.Upload{Conversation: o.Conversation, Name: f.Name, MIME: f.MIME, Size: f.Size, URL: f.URL}
	if f.URL == "" {
		path, err := s.localCopy(ctx, o, f)
		if err != nil {
			return "", err
		}
		body, err := os.Open(path)
		if err != nil {
			return "", missingCopy(f, err)
		}
		defer body.Close()
		up.Body, up.Progress = body, s.progressOf(o, i)
	}
	att, err := uploader.Upload(ctx, up)
	if err == nil && att.Remote == "" {
		err = &api.Error{Kind: api.ErrOther, Platform: s.traits.Platform, Op: "upload file", Said: "the platform gave the file no id"}
	}
	return att.Remote, err
}

// missingCopy says that our own copy of a file is no longer to be read.
func missingCopy(f state.File, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("our copy of %s is gone: discard this and attach the file again (%w)", f.Name, fs.ErrNotExist)
	}
	return fmt.Errorf("our copy of %s cannot be read: %w", f.Name, err)
}

// progressOf returns what is called with the bytes of file i that were sent, and
// marks the thread for the screen now and then.
func (s *sender) progressOf(o state.Outbound, i int) func(int64) {
	before := size(o.Files[:i])
	report := func(sent int64) {
		if s.uploads.set(o, before+sent, s.now()) {
			s.feed.Mark(state.Thread(o.Conversation))
		}
	}
	report(0)
	return report
}

// progressEvery is the shortest time between two marks of an upload's progress.
const progressEvery = time.Second / 4

// uploads is how far the uploads under way have come. The zero value has none.
type uploads struct {
	mu   sync.Mutex
	rows map[int64]upload
}

type upload struct {
	sent, total int64
	marked      time.Time
}

func (u *uploads) progress(id int64) (float64, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	row, ok := u.rows[id]
	if !ok || row.total == 0 {
		return 0, ok
	}
	return min(float64(row.sent)/float64(row.total), 1), true
}

// set notes the bytes sent and reports whether the screen should show them now.
func (u *uploads) set(o state.Outbound, sent int64, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.rows == nil {
		u.rows = map[int64]upload{}
	}
	row := u.rows[o.ID]
	due := now.Sub(row.marked) >= progressEvery
	if due {
		row.marked = now
	}
	row.sent, row.total = sent, size(o.Files)
	u.rows[o.ID] = row
	return due
}

func (u *uploads) end(id int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.rows, id)
}

func size(files []state.File) int64 {
	var n int64
	for _, f := range files {
		n += f.Size
	}
	return n
}
