package sqlite

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/recovery"
)

// labelsOf are those that a session shows.
func labelsOf(t *testing.T, db *DB, id api.ConversationID) []string {
	t.Helper()
	list, err := db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 100})
	must(t, err)
	for _, row := range list.Rows {
		if row.Conversation.ID == id {
			return row.Labels
		}
	}
	return nil
}

// N14: labels are kept whatever becomes of the cache, are one label in all spellings, and
// other sessions see them.
func TestLabelsAreKeptAndSeenByAll(t *testing.T) {
	dir := t.TempDir()
	db, other := openIn(t, dir), openIn(t, dir)
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1)}, {ID: conv(2)}}))
	must(t, db.SetLabels(t.Context(), conv(1), []string{"VIP", " #refund "}, nil))
	must(t, other.SetLabels(t.Context(), conv(2), []string{"vip"}, []string{"nothing"}))
	for _, s := range []*DB{db, other} {
		if one, two := labelsOf(t, s, conv(1)), labelsOf(t, s, conv(2)); !slices.Equal(one, []string{"refund", "VIP"}) || !slices.Equal(two, []string{"VIP"}) {
			t.Errorf("labels %q and %q", one, two)
		}
	}
	must(t, db.purgeCache(t.Context(), ""))
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1)}, {ID: conv(2)}}))
	again := openIn(t, dir)
	if got := labelsOf(t, again, conv(1)); !slices.Equal(got, []string{"refund", "VIP"}) {
		t.Errorf("without the cache they are %q", got)
	}
	all, err := again.Labels(t.Context())
	must(t, err)
	if want := []state.LabelCount{{Name: "VIP", Count: 2}, {Name: "refund", Count: 1}}; !slices.Equal(all, want) {
		t.Errorf("in use are %v, want %v", all, want)
	}
	must(t, db.SetLabels(t.Context(), conv(1), nil, []string{"REFUND", "vip"}))
	if got := labelsOf(t, other, conv(1)); got != nil {
		t.Errorf("taken off, it has %q", got)
	}
	var many []string
	for i := range state.MostLabels + 1 {
		many = append(many, fmt.Sprint("label ", i))
	}
	if err := db.SetLabels(t.Context(), conv(1), many, nil); err == nil || labelsOf(t, db, conv(1)) != nil {
		t.Errorf("%d labels: %v", len(many), err)
	}
}

// N14: labels go where their conversation goes, and with their account.
func TestLabelsFollowTheirConversation(t *testing.T) {
	db := openIn(t, t.TempDir())
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1)}, {ID: conv(2)}}))
	first := state.ProvisionalID("shop", "k")
	must(t, db.SetLabels(t.Context(), first, []string{"new", "vip"}, nil))
	must(t, db.SetLabels(t.Context(), conv(1), []string{"vip"}, nil))
	must(t, db.SetLabels(t.Context(), conv(2), []string{"vip"}, nil))
	must(t, db.Adopt(t.Context(), first, conv(1)))
	if got := labelsOf(t, db, conv(1)); !slices.Equal(got, []string{"new", "vip"}) {
		t.Errorf("adopted: %q", got)
	}
	must(t, db.state.Commit(t.Context(), func(l *dbfile.Conn, _ int64) error { return removeLocal(t.Context(), l, conv(2)) }))
	h, err := db.Holdings(t.Context(), "shop")
	must(t, err)
	if h.Labelled != 1 {
		t.Errorf("%d conversations have labels, want 1", h.Labelled)
	}
	must(t, db.durable.purgeState(t.Context(), "shop"))
	if all, err := db.Labels(t.Context()); err != nil || all != nil {
		t.Errorf("after the account was removed: %v, %v", all, err)
	}
}

// N14: labels of a damaged store are rescued with the rest, and what no agent can have
// written is not.
func TestLabelsAreRescued(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1)}}))
	must(t, db.SetLabels(t.Context(), conv(1), []string{"VIP", "refund"}, nil))
	must(t, db.state.Commit(t.Context(), func(l *dbfile.Conn, _ int64) error {
		_, err := l.Exec(t.Context(), "INSERT INTO label (account, conv, name, key) VALUES ('shop', ?, 'a\x1b[2J', 'x')", conv(1).Remote)
		return err
	}))
	must(t, recovery.Snapshot(t.Context(), statePath(dir)))
	must(t, db.Close())
	must(t, os.Truncate(statePath(dir), 0))
	again := openIn(t, dir)
	if got := labelsOf(t, again, conv(1)); !slices.Equal(got, []string{"refund", "VIP"}) {
		t.Errorf("rescued: %q, %s", got, newsOf(t, again))
	}
}
