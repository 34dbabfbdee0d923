package outbox

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/state"
)

// age makes everything below dir look as if it was touched long ago.
func age(t *testing.T, dir string) {
	t.Helper()
	long := time.Now().Add(-2 * untouched)
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err == nil {
			err = os.Chtimes(path, long, long)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// stray is a file in the folder of the copies.
func stray(t *testing.T, d *session, name string) {
	t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, path, "x")
}

func (d *session) swept(t *testing.T) []string {
	t.Helper()
	age(t, d.dir)
	if err := d.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	return listing(t, d.dir)
}

const orphan = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-1"

func TestOrphanedCopiesAreSwept(t *testing.T) {
	d := newSession(t)
	path := filepath.Join(t.TempDir(), "a.png")
	write(t, path, png)
	unsent := d.say(1, "", path)[0]
	back := d.say(2, "", path)[0]
	if _, err := d.Takeback(t.Context(), d.disk.row(back.ID)); err != nil {
		t.Fatal(err)
	}
	stray(t, d, orphan+"/1-a.png")
	stray(t, d, "notes.txt")
	stray(t, d, "photos/1.png")
	want := []string{"notes.txt", "photos/1.png", unsent.Key + "/1-a.png", back.Key + "/1-a.png"}
	slices.Sort(want)
	got := d.swept(t)
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("left %v, want %v", got, want)
	}
}

func TestCopiesOfTheLastHourAreNotSwept(t *testing.T) {
	d := newSession(t)
	stray(t, d, orphan+"/1-a.png")
	if err := d.sweep(t.Context()); err != nil || len(listing(t, d.dir)) != 1 {
		t.Errorf("left %v, %v", listing(t, d.dir), err)
	}
}

// A submit may take as long as it likes, and may stop in the middle.
func TestCopiesOfASubmitUnderWayAreNotSwept(t *testing.T) {
	d := newSession(t)
	path := filepath.Join(t.TempDir(), "a.png")
	write(t, path, png)
	d.store = meanwhile{d.store, func() {
		if left := d.swept(t); len(left) != 1 {
			t.Errorf("in the middle of a submit there are %v", left)
		}
	}}
	o, err := d.Submit(t.Context(), state.Draft{Conversation: chat(1), Files: []state.File{{Path: path}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if left := d.swept(t); len(left) != 1 || !strings.HasPrefix(left[0], o[0].Key) {
		t.Errorf("after it there are %v", left)
	}
}

// meanwhile does something between copying and the store.
type meanwhile struct {
	Store
	do func()
}

func (m meanwhile) Submit(ctx context.Context, draft state.Draft, rows []state.Outbound) ([]state.Outbound, error) {
	m.do()
	return m.Store.Submit(ctx, draft, rows)
}
