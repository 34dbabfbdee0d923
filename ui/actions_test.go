package ui

import (
	"testing"

	"unibox/keymap"
)

func TestEveryActionOfTheTableDoesSomething(t *testing.T) {
	m := bare(3, 3, 120, 40)
	for _, s := range m.opt.Keys.All() {
		if m.handlers[s.Action].do == nil {
			t.Errorf("%s has a key and does nothing", s.Action)
		}
	}
	for action := range m.handlers {
		if m.opt.Keys.Spec(action).Action == "" {
			t.Errorf("%s does something and is in no table", action)
		}
	}
}

// Nothing may break on an empty screen: no conversation, no message, no size.
func TestEveryActionOnNothing(t *testing.T) {
	for _, s := range bare(0, 0, 120, 40).opt.Keys.All() {
		for _, size := range [][2]int{{120, 40}, {40, 10}, {1, 1}, {0, 0}} {
			m := bare(0, 0, size[0], size[1])
			if s.Action != keymap.Redraw {
				m.do(s.Action)
			}
			m.View()
		}
	}
}
