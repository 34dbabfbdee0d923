package boxid

import (
	"crypto/rand"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// team is what a team was told of each box last.
type team map[string]string

func (t team) tell(id string, marks []string) (bool, error) {
	if last, known := t[id]; known && !slices.Contains(marks, last) {
		return false, nil
	}
	t[id] = marks[len(marks)-1]
	return true, nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func of(t *testing.T, dir string) string {
	t.Helper()
	id, err := Of(dir)
	must(t, err)
	return id
}

// introduce reports whether the box is another one since.
func introduce(t *testing.T, dir string, known team) bool {
	t.Helper()
	another, err := Introduce(dir, known.tell)
	must(t, err)
	return another
}

func TestABoxKeepsItsID(t *testing.T) {
	one, other := t.TempDir(), t.TempDir()
	id := of(t, one)
	known := team{}
	for range 3 * fewMarks {
		if introduce(t, one, known) {
			t.Fatal("it is another box")
		}
	}
	if id == "" || of(t, one) != id || of(t, other) == id {
		t.Errorf("%q, then %q, and %q for another box", id, of(t, one), of(t, other))
	}
	if len(known) != 1 {
		t.Errorf("the team knows %d boxes", len(known))
	}
	if left, err := filepath.Glob(filepath.Join(one, "*")); err != nil || len(left) != 2 {
		t.Errorf("the folder holds %q, %v", left, err)
	}
}

// Of a box and a copy of its folder, whoever speaks second is another one.
func TestACopyOfABoxIsAnotherOne(t *testing.T) {
	for name, first := range map[string]bool{"the copy is told of first": true, "the box is told of first": false} {
		t.Run(name, func(t *testing.T) {
			known, one, copied := team{}, t.TempDir(), t.TempDir()
			introduce(t, one, known)
			introduce(t, one, known)
			must(t, os.CopyFS(filepath.Join(copied, "state"), os.DirFS(one)))
			second := filepath.Join(copied, "state")
			id := of(t, one)
			if of(t, second) != id {
				t.Fatal("it is no copy")
			}
			speaks, later := one, second
			if first {
				speaks, later = second, one
			}
			if introduce(t, speaks, known) || !introduce(t, later, known) || of(t, speaks) != id || of(t, later) == id {
				t.Errorf("%q and %q of %q", of(t, speaks), of(t, later), id)
			}
			if introduce(t, speaks, known) || introduce(t, later, known) || len(known) != 2 {
				t.Errorf("they are not told apart: %v", slices.Collect(maps.Keys(known)))
			}
		})
	}
}

// A database that lost what it was told last, or did not answer, however often, makes no other box of one.
func TestABoxIsTheSameAfterTheTeamLostItsMark(t *testing.T) {
	known, dir := team{}, t.TempDir()
	introduce(t, dir, known)
	id := of(t, dir)
	before := known[id]
	introduce(t, dir, known)
	introduce(t, dir, known)
	known[id] = before
	away := errors.New("away")
	for range 2 * fewMarks {
		if _, err := Introduce(dir, func(string, []string) (bool, error) { return false, away }); !errors.Is(err, away) {
			t.Fatal(err)
		}
	}
	if introduce(t, dir, known) || of(t, dir) != id {
		t.Errorf("it is %q now, not %q", of(t, dir), id)
	}
}

func TestAnIDThatCannotBeReadIsMadeAnew(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, name), []byte(`{"id":"`), 0o600))
	id := of(t, dir)
	if id == "" || of(t, dir) != id {
		t.Errorf("it is %q, then %q", id, of(t, dir))
	}
}

// A team's database that was put back as it was weeks ago knows the box by a mark of then.
func TestABoxIsTheSameAfterTheTeamWasPutBack(t *testing.T) {
	known, dir := team{}, t.TempDir()
	introduce(t, dir, known)
	id := of(t, dir)
	must(t, alone(dir, func(b *box) error {
		for len(b.Marks) < mostMarks {
			b.Marks = append(b.Marks, rand.Text()[:markLength])
		}
		known[id] = b.Marks[1]
		return b.write(dir)
	}))
	if introduce(t, dir, known) || of(t, dir) != id {
		t.Error("it counts as another box")
	}
	known[id] = "a mark of a copy"
	if !introduce(t, dir, known) || of(t, dir) == id {
		t.Error("a copy of it was told of, and it is still the same")
	}
}
