package app

import (
	"slices"
	"testing"

	"unibox/api"
	"unibox/state/config"
	"unibox/state/query"
	"unibox/ui/env"
)

type plain struct{ api.Provider }

type assigns struct {
	api.Provider
	api.Assigner
}

// W1: what is mine and what is nobody's are views where a platform says who is responsible,
// before those of the config, of which one with the same name takes their place.
func TestViewsByAssignee(t *testing.T) {
	own := config.Config{Views: []config.View{{Name: "VIP", Filter: "label:vip"}, {Name: "Mine", Filter: "is:mine label:vip"}}}
	names := func(all []env.SavedView) (names []string) {
		for _, v := range all {
			if _, err := query.Parse(v.Filter, query.Conversations()); err != nil {
				t.Error(err)
			}
			names = append(names, v.Code+" "+v.Name)
		}
		return names
	}
	some, none := []client{{provider: plain{}}, {provider: assigns{}}}, []client{{provider: plain{}}}
	for _, c := range []struct {
		c    config.Config
		live []client
		want []string
	}{
		{config.Config{}, none, nil}, {config.Config{}, some, []string{"Mi Mine", "No Unassigned"}},
		{own, none, []string{"V1 VIP", "V2 Mine"}}, {own, some, []string{"No Unassigned", "V1 VIP", "V2 Mine"}},
	} {
		if got := names(savedViews(nil, c.c, c.live)); !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
