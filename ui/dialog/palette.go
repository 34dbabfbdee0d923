package dialog

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/ui/env"
	"unibox/ui/look"
	"unibox/ui/menu"
)

// Command is an action that can be chosen.
type Command struct {
	Action keymap.Action
	// Title names it here and now, Key is its key, Why the reason for which it
	// cannot run, Words more by which it is found.
	Title, Key, Why, Words string
	// Used is how often it was chosen.
	Used int
}

// NewPalette lists commands with their keys, those that were chosen most first, then places,
// and last what cannot run. run gets the chosen one.
func NewPalette(e *env.Env, commands []Command, places []Place, run func(keymap.Action) tea.Cmd) *Choice {
	var items, cannot []menu.Item
	commands = slices.Clone(commands)
	slices.SortStableFunc(commands, func(a, b Command) int { return b.Used - a.Used })
	for _, c := range commands {
		it := menu.Item{Label: c.Title, Detail: string(c.Action), Right: c.Key, Why: c.Why, Words: c.Words, Value: c.Action}
		if it.Why != "" {
			cannot = append(cannot, it)
			continue
		}
		items = append(items, it)
	}
	for _, p := range places {
		it := p.item(e)
		it.Label = e.T("Go to %s", it.Label)
		items = append(items, it)
	}
	return NewChoice(e.T("Commands"), menu.Options{Filter: true, Prompt: ":", Items: append(items, cannot...), Wide: true,
		Empty: e.T("No command matches.")}, func(it menu.Item) tea.Cmd {
		if p, ok := it.Value.(Place); ok {
			return p.Go()
		}
		return run(it.Value.(keymap.Action))
	})
}

// NewMessage lists what can be done with a message.
func NewMessage(e *env.Env, excerpt string, commands []Command, run func(keymap.Action) tea.Cmd) *Choice {
	items := make([]menu.Item, len(commands))
	for i, c := range commands {
		items[i] = menu.Item{Label: c.Title, Right: c.Key, Why: c.Why, Value: c.Action}
	}
	return NewChoice(e.In("the title of a dialog", "Message"), menu.Options{Text: []string{excerpt}, Items: items},
		func(it menu.Item) tea.Cmd { return run(it.Value.(keymap.Action)) })
}

// NewHelp lists the keys of actions as they are bound now, those that the user changed with a
// mark and what they were. run gets a chosen action of the panes; one that belongs to the reply box
// or a dialog says so.
func NewHelp(e *env.Env, specs []keymap.Spec, run func(keymap.Action) tea.Cmd) *Choice {
	var items []menu.Item
	changed := 0
	for _, s := range specs {
		help := look.Binding(s.Keys, strings.Join(s.Keys, "  "), s.Title, "").Help()
		it := menu.Item{Label: help.Desc, Detail: s.Heading + " " + e.Look.Marks.Dot + " " + string(s.Action), Right: help.Key, Words: s.Words() + " " + strings.Join(s.Keys, " "), Value: s}
		if was, yes := s.Changed(); yes {
			changed++
			it.Lead = "* "
			it.Detail += " " + e.Look.Marks.Dot + " " + before(e, was)
			it.Words += " yours changed " + e.T("changed")
		}
		items = append(items, it)
	}
	opt := menu.Options{Filter: true, Items: items, Wide: true, Empty: e.T("No action matches."), Prompt: e.T("search")}
	if changed > 0 {
		opt.Text = []string{e.Plural(changed, "* marks what your config changed: %d action. Type \"changed\" to see only that.", "* marks what your config changed: %d actions. Type \"changed\" to see only that.")}
	}
	return NewChoice(e.T("Keys"), opt,
		func(it menu.Item) tea.Cmd {
			s := it.Value.(keymap.Spec)
			if only := Only(e, s); only != "" {
				return e.Say(e.T("%s: %s", s.Short(), only))
			}
			return run(s.Action)
		})
}

// before says which keys an action had.
func before(e *env.Env, was []string) string {
	if len(was) == 0 {
		return e.T("yours")
	}
	return e.T("was %s", strings.Join(was, "  "))
}

// Only says that an action works in one place, if that is no pane, "" for one of the panes.
func Only(e *env.Env, s keymap.Spec) string {
	switch {
	case slices.ContainsFunc(s.Scopes, func(sc keymap.Scope) bool {
		return sc == keymap.Global || sc == keymap.Channels || sc == keymap.List || sc == keymap.Thread
	}):
	case slices.Contains(s.Scopes, keymap.Composer):
		return e.T("works while you write a reply")
	case slices.Contains(s.Scopes, keymap.Note):
		return e.T("works while you write a private note")
	case slices.Contains(s.Scopes, keymap.Menu):
		return e.T("works in a dialog")
	}
	return ""
}
