package env

import (
	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
)

// Action is what an action of the table does in one part of the screen.
type Action struct {
	Do func() tea.Cmd
	// Why, if set, returns the reason for which it cannot run now, "" if it
	// can; it is asked before Do and shown, greyed, in the palette.
	Why func() string
	// Where, if set, is the ability without which the action's effect is kept
	// on this machine; the palette says which it is.
	Where api.Caps
	// Many: it acts on all that is selected, if anything is.
	Many bool
}

// Actions are those that one part of the screen answers to. It does not change
// once made.
type Actions map[keymap.Action]Action

// Handles reports whether an action is one of these.
func (a Actions) Handles(action keymap.Action) bool { return a[action].Do != nil }

// Do runs an action whether Why allows it or not.
func (a Actions) Do(action keymap.Action) tea.Cmd {
	if do := a[action].Do; do != nil {
		return do()
	}
	return nil
}

// Why returns the reason for which an action cannot run now, "" if it can.
func (a Actions) Why(action keymap.Action) string {
	if why := a[action].Why; why != nil {
		return why()
	}
	return ""
}

// Where returns the ability without which an action's effect stays here, 0
// where there is no such choice.
func (a Actions) Where(action keymap.Action) api.Caps { return a[action].Where }
