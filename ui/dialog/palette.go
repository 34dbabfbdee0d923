package dialog

import (
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

// NewPalette lists commands with their keys, those that cannot run last. run
// gets the chosen one.
func NewPalette(commands []Command, run func(keymap.Action) tea.Cmd) *Choice {
	var items, cannot []menu.Item
	for _, c := range commands {
		it := menu.Item{Label: c.Title, Detail: string(c.Action), Right: c.Key, Why: c.Why, Value: c.Action}
		if it.Why != "" {
			cannot = append(cannot, it)
			continue
		}
		items = append(items, it)
	}
	return NewChoice("Commands", menu.Options{Filter: true, Prompt: ":", Items: append(items, cannot...), Wide: true,
		Empty: "No command matches."}, func(it menu.Item) tea.Cmd { return run(it.Value.(keymap.Action)) })
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

// NewHelp lists all keys as they are bound now.
func NewHelp(e *env.Env) *Choice {
	var items []menu.Item
	for _, s := range e.Keys.All() {
		help := look.Binding(s.Keys, strings.Join(s.Keys, "  "), s.Title, "").Help()
		items = append(items, menu.Item{Label: help.Desc, Detail: s.Group + " " + e.Look.Marks.Dot + " " + string(s.Action), Right: help.Key})
	}
	return NewChoice("Keys", menu.Options{Filter: true, Items: items, Wide: true, Empty: "No action matches.", Prompt: "search"},
		func(menu.Item) tea.Cmd { return nil })
}
