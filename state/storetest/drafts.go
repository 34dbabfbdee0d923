package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"unibox/state"
)

var quote = state.Quote{Message: "m1", Author: "Anna", Text: "Is it ready?"}

func staleDraft(t *testing.T, s *sessions) {
	db := s.new()
	first := db.saveDraft(state.Draft{Conversation: conv(1), Body: "mine", Edited: noon, Files: []state.File{{Path: "/a", Name: "a", Size: 1}}})
	read := db.draft(conv(1))
	if !reflect.DeepEqual(read.Files, first.Files) || read.Body != "mine" || read.Rev != first.Rev || !read.Edited.Equal(noon) {
		t.Fatalf("%+v", read)
	}
	if db.saveDraft(state.Draft{Conversation: conv(1), Body: "mine", Files: first.Files, Edited: noon, Rev: read.Rev, Quote: quote}); db.draft(conv(1)).Quote != quote {
		t.Error("what a draft quotes is not kept")
	}
	read = db.draft(conv(1))
	theirs := read
	theirs.Body = "theirs"
	theirs = db.saveDraft(theirs)
	read.Body = "mine again"
	got, err := db.SaveDraft(t.Context(), read)
	if !errors.Is(err, state.ErrDraftMoved) || got.Body != "theirs" || got.Rev != theirs.Rev {
		t.Fatalf("%+v, %v", got, err)
	}
}

func emptiedDraft(t *testing.T, s *sessions) {
	db := s.new()
	d := db.saveDraft(state.Draft{Conversation: conv(1), Body: "text"})
	stale := d
	d.Body, d.Quote = "", quote
	if d = db.saveDraft(d); d.Rev <= stale.Rev {
		t.Fatalf("%+v", d)
	}
	if _, err := db.Row(t.Context(), conv(1)); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("an empty draft is listed: %v", err)
	}
	stale.Body = "ghost"
	if _, err := db.SaveDraft(t.Context(), stale); !errors.Is(err, state.ErrDraftMoved) {
		t.Fatalf("got %v", err)
	}
	if again := db.saveDraft(d); again.Rev != d.Rev || !db.draft(conv(1)).Quote.IsZero() {
		t.Fatalf("nothing was saved as %+v", again)
	}
}

func manySessions(t *testing.T, s *sessions) {
	var saved, moved int
	var mu sync.Mutex
	var all sync.WaitGroup
	for n := range 4 {
		db := s.new()
		all.Go(func() {
			_, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: fmt.Sprint("session ", n)})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				saved++
			case errors.Is(err, state.ErrDraftMoved):
				moved++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if saved != 1 || moved != 3 {
		t.Fatalf("%d saved, %d moved", saved, moved)
	}
}

func reopened(t *testing.T, s *sessions) {
	db := s.new()
	db.saveDraft(state.Draft{Conversation: conv(1), Body: "text"})
	db.submit(queued(conv(2), "k", "unsent"))
	other := s.new()
	if other.draft(conv(1)).Body != "text" {
		t.Error("another session does not see the draft")
	}
	must(t, db.Close())
	must(t, other.Close())
	db = s.new()
	rows, err := db.Unsent(t.Context())
	if err != nil || len(rows) != 1 || rows[0].Body != "unsent" || db.draft(conv(1)).Body != "text" {
		t.Errorf("%+v, %v", rows, err)
	}
}

func filesInUse(t *testing.T, s *sessions) {
	db := s.new()
	db.hold()
	db.saveDraft(state.Draft{Conversation: conv(1), Files: []state.File{{Path: "/draft"}}})
	for _, name := range []string{"waits", "out"} {
		o := queued(conv(2), name, name)
		o.Files = []state.File{{Path: "/" + name}}
		if o = db.submit(o)[0]; name == "out" {
			db.advance(o, state.Done)
		}
	}
	files, err := db.FilesInUse(t.Context())
	if err != nil || len(files) != 2 || files[0].Path != "/waits" || files[1].Path != "/draft" {
		t.Errorf("%+v, %v", files, err)
	}
}
