package app

import (
	"slices"
	"strconv"
	"time"

	"unibox/api"
	"unibox/keymap"
	"unibox/state/config"
	"unibox/state/macro"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/reply"
	"unibox/ui/triage"
	"unibox/ui/when"
)

// savedViews are those by who is responsible, where a platform says that, and those of the
// config.
func savedViews(say *catalog.Language, c config.Config, live []client) (all []env.SavedView) {
	for _, v := range byAssignee(say, live) {
		if !slices.ContainsFunc(c.Views, func(own config.View) bool { return own.Name == v.Name || own.Filter == v.Filter }) {
			all = append(all, v)
		}
	}
	for i, v := range c.Views {
		all = append(all, env.SavedView{Name: v.Name, Filter: v.Filter, Code: "V" + strconv.Itoa(i+1)})
	}
	return all
}

// byAssignee are the views of what is assigned to the agent, and of who waits without
// anybody being responsible. Nobody gets them whose platforms do not say that.
func byAssignee(say *catalog.Language, live []client) []env.SavedView {
	if !slices.ContainsFunc(live, func(c client) bool { return api.CapsOf(c.provider, api.Identity{}).Has(api.CapAssign) }) {
		return nil
	}
	return []env.SavedView{{Name: say.T("Mine"), Filter: "is:mine -is:done", Code: say.In("two letters", "Mi")}, {Name: say.T("Unassigned"), Filter: "is:waiting is:unassigned", Code: say.In("two letters", "No")}}
}

// OwnActions are the actions that the config makes: the user's commands and macros. Of the
// macros, those that cannot be carried out as they are written are left out and said.
func OwnActions(c config.Config) (specs []keymap.Spec, macros []macro.Macro, problems []config.Problem) {
	for _, m := range c.Macros {
		if why := wrongTime(m); why != "" {
			problems = append(problems, c.MacroProblem(m, why))
			continue
		}
		macros = append(macros, m)
	}
	return append(reply.CommandSpecs(nil, c.Commands), triage.MacroSpecs(nil, macros)...), macros, problems
}

// wrongTime says what of the times in a macro is not understood.
func wrongTime(m macro.Macro) string {
	for _, s := range m.Steps {
		if s.Do != macro.Snooze {
			continue
		}
		if _, err := when.Parse(nil, s.Arg, time.Now()); err != nil {
			return s.String() + ": " + err.Error()
		}
	}
	return ""
}

func filters(of []env.SavedView) (all []string) {
	for _, v := range of {
		all = append(all, v.Filter)
	}
	return all
}
