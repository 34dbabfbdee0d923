package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/layout"
)

// startFilter opens the line that narrows the list.
func (m *Model) startFilter() tea.Cmd {
	focus := m.focusOn(layout.List)
	filter, _ := m.inbox.Filter()
	m.inbox.SetFilter(filter, true)
	return focus
}

func (m *Model) filterKey(k tea.KeyPressMsg) tea.Cmd {
	filter, _ := m.inbox.Filter()
	switch {
	case k.String() == "backspace":
		runes := []rune(filter)
		return m.filterBy(string(runes[:max(0, len(runes)-1)]))
	case k.String() == "ctrl+u":
		return m.filterBy("")
	case k.Text != "":
		return m.filterBy(filter + k.Text)
	}
	return nil
}

func (m *Model) filterPaste(text string) tea.Cmd {
	filter, _ := m.inbox.Filter()
	return m.filterBy(filter + strings.Join(strings.Fields(text), " "))
}

func (m *Model) filterBy(filter string) tea.Cmd {
	m.inbox.SetFilter(filter, true)
	m.asks.list.forget()
	return m.loadList()
}

// endFilter keeps what was typed and gives the keys back to the list.
func (m *Model) endFilter() tea.Cmd {
	filter, _ := m.inbox.Filter()
	m.inbox.SetFilter(filter, false)
	return nil
}

func (m *Model) dropFilter() tea.Cmd {
	m.inbox.SetFilter("", false)
	m.asks.list.forget()
	return m.loadList()
}
