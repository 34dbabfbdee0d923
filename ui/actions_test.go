package ui

import (
	"slices"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"

	"unibox/keymap"
	"unibox/ui/dialog"
	"unibox/ui/env"
)

func TestEveryActionOfTheTableDoesSomething(t *testing.T) {
	m := bare(3, 3, 120, 40)
	for _, s := range m.opt.Keys.All() {
		if !handled(m, s.Action) {
			t.Errorf("%s has a key and does nothing", s.Action)
		}
	}
	for _, table := range tables(m) {
		for action := range table {
			if m.opt.Keys.Spec(action).Action == "" {
				t.Errorf("%s does something and is in no table", action)
			}
		}
	}
}

// tables are the actions of each part that has its own.
func tables(m *Model) []env.Actions {
	return []env.Actions{m.channels.Actions, m.inbox.Actions, m.queue.Actions, m.thread.Actions, m.reply.Actions, m.triage.Actions, m.actions}
}

// handled reports whether some part does something for an action.
func handled(m *Model, action keymap.Action) bool {
	return slices.ContainsFunc(tables(m), func(t env.Actions) bool { return t.Handles(action) })
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

func TestTitlesSayOnceWhereAnEffectIsKept(t *testing.T) {
	m := bare(3, 3, 120, 40)
	for _, s := range m.opt.Keys.All() {
		if title := m.titleOf(s); strings.Count(title, "(on this machine)") > 1 {
			t.Errorf("%s is called %q", s.Action, title)
		}
	}
}

func TestTabIsHintedWhereItCompletes(t *testing.T) {
	m := bare(3, 3, 120, 40)
	hinted := func() bool {
		return slices.ContainsFunc(m.hints(), func(b key.Binding) bool { return b.Help().Desc == "complete" })
	}
	m.do(keymap.Help)
	if hinted() {
		t.Error("tab is hinted at while the keys are listed")
	}
	m.dialogs.Open(dialog.NewAttach(m.env, "", nil))
	if !hinted() {
		t.Error("tab is not hinted at while a path is typed")
	}
}
