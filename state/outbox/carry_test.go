package outbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"unibox/state"
)

// shelf is where boxes put files for each other.
type shelf struct {
	mu    sync.Mutex
	files map[string][]byte
}

func (s *shelf) PutFile(_ context.Context, message, name string, _ int64, from io.Reader) error {
	b, err := io.ReadAll(from)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[message+"/"+name] = b
	return err
}

func (s *shelf) HasFile(_ context.Context, message, name string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, has := s.files[message+"/"+name]
	return has, nil
}

func (s *shelf) GetFile(_ context.Context, message, name string, to io.Writer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, has := s.files[message+"/"+name]
	if !has {
		return state.ErrNoSuch
	}
	_, err := io.Copy(to, bytes.NewReader(b))
	return err
}

func (s *shelf) DropFiles(_ context.Context, but []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range s.files {
		message, _, _ := strings.Cut(name, "/")
		if !strings.Contains(strings.Join(but, " "), message) {
			delete(s.files, name)
		}
	}
	return nil
}

// A reply that was written on one box waits on the one that sends until its files are there,
// and says so; then it goes out, and its files go from everywhere.
func TestFilesComeFromAnotherBox(t *testing.T) {
	t.Run("of the same system", func(t *testing.T) { filesComeFrom(t, func(path string) string { return path }) })
	t.Run("of Windows", func(t *testing.T) {
		filesComeFrom(t, func(path string) string { return `C:\unibox\outbox\key\` + filepath.Base(path) })
	})
}

// filesComeFrom is given how the other box writes a path.
func filesComeFrom(t *testing.T, written func(path string) string) {
	synctest.Test(t, func(t *testing.T) {
		d, between := newSession(t), &shelf{files: map[string][]byte{}}
		d.files = between
		d.run()
		defer func() { d.halt() }()
		there := t.TempDir()
		other := New(Options{Store: &process{disk: d.disk}, Feed: d.disk.feed, Dir: there, Accounts: []Account{d.accounts["acc"]}, Files: between})
		path := filepath.Join(t.TempDir(), "bill.pdf")
		write(t, path, "%PDF-1.4 bill")
		rows, err := other.Submit(t.Context(), state.Draft{Conversation: chat(1), Body: "here", Files: []state.File{{Path: path}}}, nil)
		if err != nil || len(rows) != 2 {
			t.Fatalf("%+v, %v", rows, err)
		}
		d.disk.mu.Lock()
		d.disk.rows[1].Files[0].Path = written(rows[1].Files[0].Path)
		d.disk.mu.Unlock()
		pass(time.Minute)
		if o := d.expect(rows[1].ID, "queued"); o.Reason != "waits for bill.pdf, which is still on the box where this was written" {
			t.Errorf("it waits and says %q", o.Reason)
		}
		carrying, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- other.Carry(carrying) }()
		pass(time.Minute)
		d.expect(rows[1].ID, "done")
		if len(d.platform.uploads) != 1 || d.platform.sends[1].files != "bill.pdf" {
			t.Errorf("uploads %v, sends %+v", d.platform.uploads, d.platform.sends)
		}
		pass(3 * time.Minute)
		if left := listing(t, d.dir); len(left) != 0 || len(between.files) != 0 {
			t.Errorf("left here: %v, between: %v", left, between.files)
		}
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// A box whose copy has not followed yet, as one that starts or has just joined, knows none of the
// messages: it removes no files, neither its own nor those between.
func TestNoFilesGoBeforeTheCopyHasFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, between := newSession(t), &shelf{files: map[string][]byte{"K-1/1-bill.pdf": nil}}
		d.files = between
		var followed atomic.Bool
		d.followed = followed.Load
		stray(t, d, orphan+"/1-bill.pdf")
		age(t, d.dir)
		ctx, stop := context.WithCancel(t.Context())
		var ended sync.WaitGroup
		ended.Go(func() { _ = d.Carry(ctx) })
		ended.Go(func() { _ = d.Sweep(ctx) })
		pass(10 * time.Minute)
		if here := listing(t, d.dir); len(here) == 0 || len(between.files) != 1 {
			t.Errorf("left here: %v, between: %v", here, between.files)
		}
		followed.Store(true)
		pass(10 * time.Minute)
		if here := listing(t, d.dir); len(here) != 0 || len(between.files) != 0 {
			t.Errorf("left here at last: %v, between: %v", here, between.files)
		}
		stop()
		ended.Wait()
	})
}

// What the database has lost of files, as by a standby that took over, is brought again.
func TestFilesThatTheDatabaseLostAreBroughtAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, between := newSession(t), &shelf{files: map[string][]byte{}}
		d.files = between
		other := New(Options{Store: &process{disk: d.disk}, Feed: d.disk.feed, Dir: t.TempDir(), Accounts: []Account{d.accounts["acc"]}, Files: between})
		path := filepath.Join(t.TempDir(), "bill.pdf")
		write(t, path, "%PDF-1.4 bill")
		rows, err := other.Submit(t.Context(), state.Draft{Conversation: chat(1), Body: "here", Files: []state.File{{Path: path}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		carrying, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- other.Carry(carrying) }()
		pass(10 * time.Second)
		between.mu.Lock()
		if len(between.files) != 1 {
			t.Errorf("brought: %d files", len(between.files))
		}
		clear(between.files)
		between.mu.Unlock()
		d.run()
		pass(4 * time.Minute)
		d.expect(rows[1].ID, "done")
		d.halt()
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
