package sqlite

import (
	"testing"
	"time"

	"unibox/state/sqlite/dbfile"
)

// A store whose words were cut in the old way is found in as before, and in the new
// way once its messages are indexed again.
func TestOldIndexIsMadeAgain(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	for i, body := range []string{"Hauptstraße", "ขอเค้กวันเกิด"} {
		head(t, db, conv(i), noon, page("", says(conv(i), 1, "in", body, noon.Add(time.Duration(i)*time.Minute))))
	}
	must(t, db.cache.Write(t.Context(), func(l *dbfile.Conn) error {
		if err := l.Script(t.Context(), "DELETE FROM fts WHERE rowid IN (SELECT id FROM message)"); err != nil {
			return err
		}
		return l.Script(t.Context(), "INSERT INTO fts (rowid, body, ctx) SELECT id, body, 'c1' FROM message;"+stepsOf("cache")[8])
	}))
	must(t, db.Close())
	db = openIn(t, dir)
	finds := func(query string) int {
		found, err := db.Search(t.Context(), query, 10)
		must(t, err)
		return len(found)
	}
	if missing, err := db.Indexing(t.Context()); err != nil || !missing {
		t.Fatalf("nothing is to be indexed: %v", err)
	}
	if finds("hauptstrasse") != 0 || finds("haupt") != 1 {
		t.Error("the index is not the old one")
	}
	for more := true; more; {
		var err error
		more, err = db.indexSome(t.Context())
		must(t, err)
	}
	if finds("hauptstrasse") != 1 || finds("วันเกิด") != 1 {
		t.Error("the index was not made again")
	}
}
