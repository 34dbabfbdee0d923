package dialog

import (
	"fmt"
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

// NewHelp lists all keys as they are bound now, those that the user changed with a mark and
// what they were. run gets a chosen action of the panes; one that belongs to the reply box
// or a dialog says so.
func NewHelp(e *env.Env, run func(keymap.Action) tea.Cmd) *Choice {
	var items []menu.Item
	changed := 0
	for _, s := range e.Keys.All() {
		help := look.Binding(s.Keys, strings.Join(s.Keys, "  "), s.Title, "").Help()
		it := menu.Item{Label: help.Desc, Detail: s.Heading + " " + e.Look.Marks.Dot + " " + string(s.Action), Right: help.Key, Words: s.Words() + " " + strings.Join(s.Keys, " "), Value: s}
		if was, yes := s.Changed(); yes {
			changed++
			it.Lead = "* "
			it.Detail += " " + e.Look.Marks.Dot + " " + before(was)
			it.Words += " yours changed"
		}
		items = append(items, it)
	}
	opt := menu.Options{Filter: true, Items: items, Wide: true, Empty: "No action matches.", Prompt: "search"}
	if changed > 0 {
		opt.Text = []string{fmt.Sprintf("* marks what your config changed: %s. Type \"changed\" to see only that.", env.Count(changed, "action", "actions"))}
	}
	return NewChoice("Keys", opt,
		func(it menu.Item) tea.Cmd {
			s := it.Value.(keymap.Spec)
			if where := While(s); where != "" {
				return e.Say(s.Short() + ": this works " + where)
			}
			return run(s.Action)
		})
}

// before says which keys an action had.
func before(was []string) string {
	if len(was) == 0 {
		return "yours"
	}
	return "was " + strings.Join(was, "  ")
}

// While says when an action works that belongs to no pane, "" for one of the panes.
func While(s keymap.Spec) string {
	switch {
	case slices.ContainsFunc(s.Scopes, func(sc keymap.Scope) bool {
		return sc == keymap.Global || sc == keymap.Channels || sc == keymap.List || sc == keymap.Thread
	}):
	case slices.Contains(s.Scopes, keymap.Composer):
		return "while you write a reply"
	case slices.Contains(s.Scopes, keymap.Note):
		return "while you write a private note"
	case slices.Contains(s.Scopes, keymap.Menu):
		return "in a dialog"
	}
	return ""
}
