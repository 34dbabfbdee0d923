package sqlite

import (
	"testing"

	"unibox/state/sqlite/dbfile"
)

// A file that is as it was made is known by the checksum alone. One of another schema,
// or none, would cost every start the time to make the statements.
func TestSumsAreThoseOfTheSchemas(t *testing.T) {
	for _, s := range []dbfile.Schema{stateSchema(), cacheSchema()} {
		all, err := s.Made()
		if err != nil {
			t.Fatal(err)
		}
		if sum := dbfile.Sum(all); s.Sum != sum {
			t.Errorf("schema/%s.sum is %q; write %s into it", s.Name, s.Sum, sum)
		}
	}
}

// The statements are made only for a file that differs from them.
func TestAWholeSchemaIsKnownByItsSum(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	for file, schema := range map[*dbfile.File]dbfile.Schema{db.state: stateSchema(), db.cache: cacheSchema()} {
		made := 0
		statements := schema.Made
		schema.Made = func() ([]dbfile.Statement, error) { made++; return statements() }
		check := func() error {
			return file.Read(t.Context(), func(l *dbfile.Conn) error { return schema.CheckStatements(t.Context(), l) })
		}
		if err := check(); err != nil || made > 0 {
			t.Errorf("%s: %v, made %d times", schema.Name, err, made)
		}
		schema.Sum = dbfile.Sum(nil)
		if err := check(); err != nil || made != 1 {
			t.Errorf("%s with another sum: %v, made %d times", schema.Name, err, made)
		}
	}
}
