package postgres_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unibox/state"
	"unibox/state/boxid"
	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
)

func idOf(t *testing.T, dir string) string {
	t.Helper()
	id, err := boxid.Of(dir)
	must(t, err)
	return id
}

// A machine that is started with a copy of another box's files is a box of its own: each has its own id,
// by which files, sessions and what it has followed are told apart.
func TestACopiedBoxIsABoxOfItsOwn(t *testing.T) {
	database := pgtest.Database(t)
	dir, second := t.TempDir(), filepath.Join(t.TempDir(), "state")
	b, err := openBox(t, database, dir, state.NewFeed())
	must(t, err)
	must(t, b.Close())
	must(t, os.CopyFS(second, os.DirFS(dir)))
	b, err = openBox(t, database, dir, state.NewFeed())
	must(t, err)
	defer b.Close()
	b.inform(t, nil)
	before := idOf(t, dir)
	clone, err := openBox(t, database, second, state.NewFeed())
	must(t, err)
	defer clone.Close()
	if news := strings.Join(clone.Condition().News, "\n"); idOf(t, dir) != before || idOf(t, second) == before || !strings.Contains(news, "it counts as another box now") {
		t.Errorf("%q and %q, where it was %q; people are told %q", idOf(t, dir), idOf(t, second), before, news)
	}
	one, err := b.Box(t.Context())
	must(t, err)
	other, err := clone.Box(t.Context())
	if must(t, err); one.ID == other.ID {
		t.Errorf("both are %q", one.ID)
	}
	findings, err := postgres.Check(t.Context(), database)
	must(t, err)
	if !strings.Contains(sayings(findings), "several boxes are called") {
		t.Errorf("nothing is said of boxes of one name: %q", sayings(findings))
	}
}

// sayings are what was found.
func sayings(all []postgres.Finding) (said string) {
	for _, f := range all {
		said += f.Says + "\n"
	}
	return said
}

// The files of drafts that a box brings into a team are known to be on that box.
func TestAJoinNamesTheBoxOfFiles(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	db := own(t, dir)
	d, err := db.Draft(t.Context(), conv(1))
	must(t, err)
	d.Files = []state.File{{Path: "/srv/bill.pdf", Name: "bill.pdf", Size: 5}, {URL: "https://example.org/a.pdf", Name: "a.pdf"}}
	_, err = db.SaveDraft(t.Context(), d)
	must(t, err)
	must(t, db.Close())
	_, err = join(t, dir, database)
	must(t, err)
	other, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer other.Close()
	d, err = other.Draft(t.Context(), conv(1))
	if must(t, err); len(d.Files) != 2 || d.Files[0].BoxID != idOf(t, dir) || d.Files[1].BoxID != "" {
		t.Errorf("%+v", d.Files)
	}
}
