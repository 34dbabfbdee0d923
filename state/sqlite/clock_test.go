package sqlite

import (
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// What was noted by a date that was set back since holds nothing up.
func TestADateSetBackIsForgotten(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	id := conv(1)
	p := page("", says(id, 1, "in", "hello", noon))
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: id, Read: api.Known(true)}}))
	head(t, db, id, time.Now(), p)
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: id, Read: api.Known(false)}}))
	must(t, db.cache.Commit(t.Context(), func(l *dbfile.Conn, rev int64) error {
		tomorrow := stamp(time.Now().Add(24 * time.Hour))
		_, err := l.Exec(t.Context(), "UPDATE conversation SET checked = ?, unread_when = ?, rev = ?", tomorrow, tomorrow, rev)
		return err
	}))
	before := time.Now().Add(-time.Second)
	head(t, db, id, time.Now(), p)
	must(t, db.flushChecks(t.Context()))
	must(t, db.SetFlags(t.Context(), id, state.FlagChange{ReadUpTo: api.Known(rowOf(t, db, id).Newest)}))
	for _, db := range []*DB{db, openIn(t, dir)} {
		if row := rowOf(t, db, id); row.Checked.Before(before) || row.Checked.After(time.Now()) || row.Unread != 0 {
			t.Errorf("checked %v, %d unread", row.Checked, row.Unread)
		}
	}
}
