package postgres_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"unibox/state"
	"unibox/state/note"
	"unibox/state/postgres/pgtest"
)

// What a box wrote while it was cut off stays where its copy is made anew, though the team had something
// under the same key that was removed long ago. What is removed meanwhile is removed here, too.
func TestWhatWasRemovedLongAgoTakesNothing(t *testing.T) {
	pruned := "UPDATE unibox.feed SET floor = pos"
	behind := "WITH w AS (UPDATE unibox.written SET id = 'another' WHERE pos = (SELECT pos FROM unibox.feed)) UPDATE unibox.feed SET last = 'another'"
	for name, c := range map[string]struct {
		anew, want string
		meanwhile  bool
	}{
		"pruned":  {pruned, "again, vip, of now", false},
		"removed": {pruned, "vip, of now", true},
		"behind":  {behind, "again, vip, of now", false},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, database, dir := t.Context(), pgtest.Database(t), t.TempDir()
			p, through := pgtest.NewProxy(t, database)
			b, err := openBox(t, through, dir, state.NewFeed())
			must(t, err)
			other := joined(t, database, "olga")
			must(t, other.SetLabels(ctx, conv(1), []string{"vip", "again"}, nil))
			must(t, other.SetLabels(ctx, conv(1), nil, []string{"vip"}))
			other.notes(t, "", "of long ago")
			other.notes(t, "of long ago", "")
			must(t, b.FollowFleet(ctx))
			p.Cut()
			must(t, b.SetLabels(ctx, conv(1), []string{"vip"}, []string{"again"}))
			must(t, b.SetLabels(ctx, conv(1), []string{"again"}, nil))
			b.notes(t, "", "of now")
			if c.meanwhile {
				must(t, other.SetLabels(ctx, conv(1), nil, []string{"again"}))
			} else if c.anew == pruned {
				other.write(t, 9, "meanwhile")
			}
			pgtest.Exec(t, database, c.anew)
			p.Mend()
			b.follows(t)
			must(t, b.Close())
			late := t.TempDir()
			l, err := openBox(t, database, late, state.NewFeed())
			must(t, err)
			must(t, l.Close())
			for of, dir := range map[string]string{"the box": dir, "the team": late} {
				if got := madeOf(t, dir); got != c.want {
					t.Errorf("%s has %q, want %q", of, got, c.want)
				}
			}
		})
	}
}

// notes has an agent go on with a note.
func (b *box) notes(t *testing.T, was, body string) {
	t.Helper()
	_, err := b.SaveNoteDraft(t.Context(), note.Draft{Conversation: conv(1), Writer: "olga"}, was, body)
	must(t, err)
}

// madeOf reads the labels of a store that is closed and the notes that are being written there, and what
// it holds that the team does not have.
func madeOf(t *testing.T, dir string) (all string) {
	t.Helper()
	raw, err := sql.Open("sqlite", filepath.Join(dir, "state.db"))
	must(t, err)
	defer raw.Close()
	must(t, raw.QueryRow(`SELECT concat_ws(', ', (SELECT group_concat(name, ', ') FROM (SELECT name FROM label ORDER BY name)), (SELECT group_concat(body) FROM note_draft),
		(SELECT group_concat(kind || key) FROM unshared))`).Scan(&all))
	return all
}
