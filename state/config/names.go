package config

import (
	"maps"
	"slices"
	"strings"
)

// Names are the tables that the config may have and the keys in them, sorted and without
// what users name themselves. They say nothing of anybody.
func Names() []string {
	all := strings.Fields("account history ui files replies push log handover notify rule targets hours zone holidays delay colors macro view command hooks spelling keys all " +
		"mon tue wed thu fri sat sun mon-fri sat-sun company api")
	all = append(all, keysOf(accountFields)...)
	all = append(all, keysOf(passwordFields)...)
	all = append(all, keysOf(uiFields)...)
	all = append(all, keysOf(historyFields)...)
	all = append(all, keysOf(filesFields)...)
	all = append(all, keysOf(repliesFields)...)
	all = append(all, keysOf(pushFields)...)
	all = append(all, keysOf(logFields)...)
	all = append(all, keysOf(handoverFields)...)
	all = append(all, keysOf(notifyFields)...)
	all = append(all, keysOf(ruleFields)...)
	all = append(all, keysOf(macroFields)...)
	all = append(all, keysOf(viewFields)...)
	all = append(all, keysOf(commandFields)...)
	all = append(all, keysOf(spellingFields)...)
	all = append(all, keysOf(hookFields())...)
	slices.Sort(all)
	return slices.Compact(all)
}

func keysOf[T any](f fields[T]) []string { return slices.Collect(maps.Keys(f)) }
