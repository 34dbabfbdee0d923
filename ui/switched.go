package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/ui/env"
)

// switched is what was switched by a key since the start, which the config may keep.
type switched struct{ hints, mouse bool }

// settings are the keys of [ui] that were switched, with what they are now.
func (s size) settings() (keys []string, on map[string]bool) {
	if s.switched.hints {
		keys = append(keys, "hints")
	}
	if s.switched.mouse {
		keys = append(keys, "mouse")
	}
	return keys, map[string]bool{"hints": s.hints, "mouse": s.mouse.on}
}

// keepSwitched keeps in the config what was switched here.
func keepSwitched(m *Model) env.Action {
	return env.Action{
		Why: func() string {
			keys, _ := m.size.settings()
			switch {
			case m.opt.KeepSetting == nil:
				return m.env.T("there is no config here that outlives this session")
			case len(keys) == 0:
				return m.env.T("neither the mouse (%s) nor the hint line (%s) was switched", m.env.KeyFor(keymap.Mouse), m.env.KeyFor(keymap.ToggleHints))
			}
			return ""
		},
		Do: func() tea.Cmd {
			keys, on := m.size.settings()
			keep := m.opt.KeepSetting
			return func() tea.Msg {
				var said []string
				for _, key := range keys {
					if err := keep(key, on[key]); err != nil {
						return env.WrittenMsg{Err: err}
					}
					said = append(said, fmt.Sprintf("%s = %v", key, on[key]))
				}
				return env.WrittenMsg{Said: m.env.T("kept in the config: %s", strings.Join(said, ", "))}
			}
		},
	}
}
