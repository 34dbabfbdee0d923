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
	// cannot run.
	Title, Key, Why string
}

// NewPalette lists commands with their keys, then places, and last what cannot run. run
// gets the chosen one.
func NewPalette(e *env.Env, commands []Command, places []Place, run func(keymap.Action) tea.Cmd) *Choice {
	var items, cannot []menu.Item
	for _, c := range commands {
		it := menu.Item{Label: c.Title, Detail: string(c.Action), Right: c.Key, Why: c.Why, Value: c.Action}
		if it.Why != "" {
			cannot = append(cannot, it)
			continue
		}
		items = append(items, it)
	}
	for _, p := range places {
		it := p.item(e)
		it.Label = "Go to " + it.Label
		items = append(items, it)
	}
	return NewChoice("Commands", menu.Options{Filter: true, Prompt: ":", Items: append(items, cannot...), Wide: true,
		Empty: "No command matches."}, func(it menu.Item) tea.Cmd {
		if p, ok := it.Value.(Place); ok {
			return p.Go()
		}
		return run(it.Value.(keymap.Action))
	})
}

// NewMessage lists what can be done with a message.
func NewMessage(excerpt string, commands []Command, run func(keymap.Action) tea.Cmd) *Choice {
	items := make([]menu.Item, len(commands))
	for i, c := range commands {
		items[i] = menu.Item{Label: c.Title, Right: c.Key, Why: c.Why, Value: c.Action}
	}
	return NewChoice("Message", menu.Options{Text: []string{excerpt}, Items: items},
		func(it menu.Item) tea.Cmd { return run(it.Value.(keymap.Action)) })
}

// NewHelp lists all keys as they are bound now. run gets a chosen action of the panes;
// one that belongs to the reply box or a dialog says so.
func NewHelp(e *env.Env, run func(keymap.Action) tea.Cmd) *Choice {
	var items []menu.Item
	for _, s := range e.Keys.All() {
		help := look.Binding(s.Keys, strings.Join(s.Keys, "  "), s.Title, "").Help()
		items = append(items, menu.Item{Label: help.Desc, Detail: s.Group + " " + e.Look.Marks.Dot + " " + string(s.Action), Right: help.Key, Value: s})
	}
	return NewChoice("Keys", menu.Options{Filter: true, Items: items, Wide: true, Empty: "No action matches.", Prompt: "search"},
		func(it menu.Item) tea.Cmd {
			s := it.Value.(keymap.Spec)
			switch {
			case slices.Contains(s.Scopes, keymap.Composer):
				return e.Say(s.Short() + ": this works while you write a reply")
			case slices.Contains(s.Scopes, keymap.Menu):
				return e.Say(s.Short() + ": this works in a dialog")
			}
			return run(s.Action)
		})
}
