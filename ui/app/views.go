package app

import (
	"unibox/state/config"
	"unibox/ui/env"
)

// savedViews are those of the config.
func savedViews(c config.Config) (all []env.SavedView) {
	for _, v := range c.Views {
		all = append(all, env.SavedView{Name: v.Name, Filter: v.Filter})
	}
	return all
}

func filters(of []env.SavedView) (all []string) {
	for _, v := range of {
		all = append(all, v.Filter)
	}
	return all
}
