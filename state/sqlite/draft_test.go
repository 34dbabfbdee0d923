package sqlite

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"unibox/state"
)

func TestStaleDraftIsRefused(t *testing.T) {
	db := openIn(t, t.TempDir())
	first, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "mine", Edited: noon, Files: []state.File{{Path: "/a", Name: "a", Size: 1}}})
	must(t, err)
	read, err := db.Draft(t.Context(), conv(1))
	if err != nil || !reflect.DeepEqual(read.Files, first.Files) || read.Body != "mine" || read.Rev != first.Rev || !read.Edited.Equal(noon) {
		t.Fatalf("%+v, %v", read, err)
	}
	theirs := read
	theirs.Body = "theirs"
	theirs, err = db.SaveDraft(t.Context(), theirs)
	must(t, err)
	read.Body = "mine again"
	got, err := db.SaveDraft(t.Context(), read)
	if !errors.Is(err, state.ErrDraftMoved) || got.Body != "theirs" || got.Rev != theirs.Rev {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestAnEmptiedDraftCannotComeBack(t *testing.T) {
	db := openIn(t, t.TempDir())
	d, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "text"})
	must(t, err)
	stale := d
	d.Body = ""
	d, err = db.SaveDraft(t.Context(), d)
	if err != nil || d.Rev <= stale.Rev {
		t.Fatalf("%+v, %v", d, err)
	}
	if _, err := db.Row(t.Context(), conv(1)); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("an empty draft is listed: %v", err)
	}
	stale.Body = "ghost"
	if _, err := db.SaveDraft(t.Context(), stale); !errors.Is(err, state.ErrDraftMoved) {
		t.Fatalf("got %v", err)
	}
	if again, err := db.SaveDraft(t.Context(), d); err != nil || again.Rev != d.Rev {
		t.Fatalf("nothing was saved as %+v, %v", again, err)
	}
}

func TestOneOfManySessionsSavesTheDraft(t *testing.T) {
	dir := t.TempDir()
	var saved, moved int
	var mu sync.Mutex
	var all sync.WaitGroup
	for n := range 4 {
		db := openIn(t, dir)
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
