package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// What goes to the database is said to be open where it is, whatever was asked for, and to be
// unchecked where any server that encrypts would do.
func TestWhoCanReadWhatGoesThere(t *testing.T) {
	for mode, says := range map[string][2]string{
		"":                     {"what goes there is not encrypted", "what goes there is encrypted, but not checked to be the team's database"},
		"?sslmode=disable":     {"what goes there is not encrypted", "what goes there is encrypted, but not checked to be the team's database"},
		"?sslmode=require":     {"what goes there is not encrypted", "what goes there is encrypted, but not checked to be the team's database"},
		"?sslmode=verify-ca":   {"what goes there is not encrypted", ""},
		"?sslmode=verify-full": {"what goes there is not encrypted", ""},
	} {
		c, err := pgconn.ParseConfig("postgres://unibox@db.example.org/unibox" + mode)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{onTheWay(false, c.TLSConfig).Says, onTheWay(true, c.TLSConfig).Says}; got != says {
			t.Errorf("sslmode %q: %q", mode, got)
		}
	}
}
