package ui

import (
	tea "charm.land/bubbletea/v2"

	"unibox/ui/menu"
)

// sheet is a box that is open over the panes, and what its owner wants to hear.
type sheet struct {
	menu *menu.Menu
	// choose gets the chosen item. It closes the sheet where that is meant.
	choose func(menu.Item) tea.Cmd
	// enter, if set, gets the line when enter is pressed and takes the place
	// of choose.
	enter func(line string) tea.Cmd
	// searches: what is typed is looked up anew each time.
	searches bool
	// typed, if set, hears each change of the line.
	typed func(line string) tea.Cmd
	// waits: enter waits until the choices answer the line; answered is the one
	// that they do answer, and hasty that enter was pressed before.
	waits, hasty bool
	answered     string
	// stale, if set, hears that the list of conversations changed.
	stale func() tea.Cmd
	// cancel, if set, hears that the sheet was closed without a choice.
	cancel func() tea.Cmd
	// complete, if set, is what tab does.
	complete func() tea.Cmd
}

func (m *Model) openSheet(s sheet) tea.Cmd {
	m.sheet = &s
	s.menu.SetLook(m.look)
	m.arrange()
	return nil
}

func (m *Model) closeSheet() {
	m.sheet = nil
	m.arrange()
}

func (m *Model) sheetKey(k tea.KeyPressMsg) tea.Cmd {
	s := m.sheet
	return s.changed(s.menu.Key(k))
}

func (m *Model) sheetPaste(text string) tea.Cmd {
	s := m.sheet
	return s.changed(s.menu.Paste(text))
}

func (s *sheet) changed(yes bool) tea.Cmd {
	if !yes || s.typed == nil {
		return nil
	}
	s.hasty = false
	return s.typed(s.menu.Value())
}

func (m *Model) menuMove(n int) tea.Cmd {
	switch {
	case m.sheet != nil:
		m.sheet.menu.Move(n)
	case m.filtering():
		return m.moved(m.inbox.Move(n))
	}
	return nil
}

func (m *Model) menuChoose() tea.Cmd {
	if m.filtering() {
		return m.endFilter()
	}
	if m.sheet == nil {
		return nil
	}
	s := m.sheet
	if s.enter != nil {
		return s.enter(s.menu.Value())
	}
	it, ok := s.menu.Selected()
	switch {
	case s.waits && s.answered != s.menu.Value():
		s.hasty = true
		return nil
	case !ok:
		return nil
	case it.Why != "":
		return m.say(it.Label + ": " + it.Why)
	}
	return s.choose(it)
}

func (m *Model) menuComplete() tea.Cmd {
	if m.sheet != nil && m.sheet.complete != nil {
		return m.sheet.complete()
	}
	return m.menuMove(1)
}

func (m *Model) menuClose() tea.Cmd {
	if m.filtering() {
		return m.dropFilter()
	}
	s := m.sheet
	m.closeSheet()
	if s != nil && s.cancel != nil {
		return s.cancel()
	}
	return nil
}

// sheetStale lets an open sheet that shows conversations read them again.
func (m *Model) sheetStale() tea.Cmd {
	if m.sheet == nil || m.sheet.stale == nil {
		return nil
	}
	return m.sheet.stale()
}
