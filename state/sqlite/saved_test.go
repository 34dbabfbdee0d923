package sqlite

import (
	"slices"
	"testing"

	"unibox/api"
	"unibox/state"
)

// N18: the counts of saved views follow the names of channels and accounts, as their lists
// do.
func TestN18CountsFollowNames(t *testing.T) {
	db := openIn(t, t.TempDir())
	owning(t, db)
	filters := []string{"channel:support", "account:branch"}
	db.SetSaved(filters)
	account := conv(1).Account
	ch := api.ChannelID{Account: account, Remote: "c1"}
	lists(t, db, api.Conversation{ID: conv(1), Kind: "sms", Channel: api.Known(ch)})
	counts := func(wanted ...int) {
		t.Helper()
		for range 2 {
			side, err := db.Sidebar(t.Context())
			if must(t, err); !slices.Equal(side.Saved, wanted) {
				t.Errorf("%v, not %v", side.Saved, wanted)
			}
		}
		for i, f := range filters {
			if got := viewed(t, db, state.ListQuery{View: state.ViewAll, Text: f}); len(got) != wanted[i] {
				t.Errorf("%s lists %v", f, got)
			}
		}
	}
	named := func(label, name string) {
		t.Helper()
		must(t, db.SaveIdentity(t.Context(), account, api.Identity{Label: label, Channels: []api.Channel{{ID: ch, Kind: "sms", Name: name}}}))
	}
	counts(0, 0)
	named("Shop", "Support")
	counts(1, 0)
	named("Branch", "Support")
	counts(1, 1)
	named("Branch", "Sales")
	counts(0, 1)
}
