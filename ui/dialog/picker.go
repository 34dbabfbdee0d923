package dialog

import (
	tea "charm.land/bubbletea/v2"

	"unibox/ui/menu"
)

// Picker offers items and stays open until its choose closes it.
type Picker struct {
	Box
	choose func(*Picker, menu.Item) tea.Cmd
}

func newPicker(m *menu.Menu, choose func(*Picker, menu.Item) tea.Cmd) *Picker {
	return &Picker{Box: Box{Menu: m}, choose: choose}
}

// Choose implements Dialog.
func (p *Picker) Choose(it menu.Item) tea.Cmd { return p.choose(p, it) }
