//go:build unix

package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite"
)

// drafted makes a state folder in home, with three drafts.
func drafted(t *testing.T, home string) (dir string) {
	t.Helper()
	dir = filepath.Join(home, "state")
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"1", "2", "3"} {
		id := api.ConversationID{Account: "Bakery", Remote: n}
		if _, err := db.SaveDraft(t.Context(), state.Draft{Conversation: id, Body: "draft " + n}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// change rewrites a file of a closed store.
func change(t *testing.T, path string, with func([]byte) []byte) {
	t.Helper()
	old, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, with(old), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// spoil overwrites the page of the index that SQLite made for drafts.
func spoil(page int) func([]byte) []byte {
	return func(b []byte) []byte {
		copy(b[(page-1)*4096:], bytes.Repeat([]byte{7}, 4096))
		return b
	}
}

// draftIndex is the root page of that index in a store of the present layout.
const draftIndex = 7

func TestStartRescuesADamagedStore(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(nil)
	dir := drafted(t, home)
	change(t, filepath.Join(dir, "state.db"), spoil(draftIndex))
	w := p.unibox(home)
	w.until("what was rescued", func(screen string) bool {
		words := strings.Join(strings.Fields(screen), " ")
		return strings.Contains(words, "state.db was damaged: 3 drafts, 0 unsent messages and 0 marks were rescued; the damaged file is kept beside it as")
	})
	w.until("the drafts", func(screen string) bool { return strings.Contains(screen, "Drafts          3") })
	w.press("q")
	w.ended(0)
}

func TestStartSaysWhyItCannot(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(nil)
	dir := drafted(t, home)
	change(t, filepath.Join(dir, "state.db"), func(b []byte) []byte { b[63] = 77; return b }) // user_version
	w := p.unibox(home)
	w.wait("state.db belongs to a newer version of unibox", "layout is 77")
	w.ended(1)
}

// The doctor says what a start would find, and leaves every byte as it is.
func TestDoctorOnlyLooksAtTheStore(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, file, says string
		with             func([]byte) []byte
	}{
		{"whole", "state.db", "the store is whole", func(b []byte) []byte { return b }},
		{"index", "state.db", "state.db is damaged: copy the folder away, then start unibox, which rescues what it can", spoil(draftIndex)},
		{"text", "state.db", "state.db is damaged", func([]byte) []byte { return []byte(strings.Repeat("no database ", 500)) }},
		{"newer", "cache.db", "cache.db belongs to a newer version of unibox", func(b []byte) []byte { b[63] = 77; return b }},
		{"cache", "cache.db", "the cache is damaged; the next start puts it aside", func([]byte) []byte { return []byte(strings.Repeat("no database ", 500)) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			home := t.TempDir()
			dir := drafted(t, home)
			change(t, filepath.Join(dir, tt.file), tt.with)
			before := contents(t, dir)
			if got := outcome(t, doctor(t, home), ""); !strings.Contains(got.out, tt.says) {
				t.Errorf("no %q in\n%s", tt.says, got.out)
			}
			if after := contents(t, dir); !slices.Equal(before, after) {
				t.Error("the doctor changed something")
			}
		})
	}
}

// contents are the names and the bytes of the files in a folder.
func contents(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e.Name()+"\n"+string(b))
	}
	return all
}
