package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/inbox"
	"unibox/ui/look"
	"unibox/ui/menu"
)

// openPalette lists every action that belongs to the panes, with its key, or
// greyed with the reason for which it cannot run now.
func (m *Model) openPalette() tea.Cmd {
	var items, cannot []menu.Item
	for _, s := range m.opt.Keys.Specs(keymap.Thread, keymap.List, keymap.Global) {
		if s.Group == "Move" || s.Action == keymap.Commands {
			continue
		}
		it := menu.Item{Label: m.titleOf(s), Detail: string(s.Action), Right: keymap.KeyName(m.anyKey(s)), Why: m.why(s.Action), Value: s.Action}
		if it.Why != "" {
			cannot = append(cannot, it)
			continue
		}
		items = append(items, it)
	}
	return m.openSheet(sheet{
		menu: menu.New("Commands", menu.Options{Filter: true, Prompt: ":", Items: append(items, cannot...), Wide: true,
			Empty: "No command is called that."}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			return m.do(it.Value.(keymap.Action))
		},
	})
}

// titleOf is what the palette calls an action: with the place where it is kept
// for those that some platforms have and others have not.
func (m *Model) titleOf(s keymap.Spec) string {
	switch h := m.handlers[s.Action]; {
	case s.Action == keymap.Done:
		return m.doneTitle()
	case s.Action == keymap.Snooze:
		return s.Title + " (on this machine)"
	case h.where != 0:
		return s.Title + " (" + m.where(h.where) + ")"
	}
	return s.Title
}

// doneTitle says what "done" does to the current conversation.
func (m *Model) doneTitle() string {
	row := m.current()
	label := m.look.Mode.Line(m.traits(row.Conversation.ID.Account).Label)
	switch m.doneBy(row) {
	case keymap.CloseConversation:
		return "Done: closes it for everyone (" + label + ")"
	case keymap.Archive:
		return "Done: archives it (" + label + ")"
	}
	return "Done until the customer writes again (on this machine)"
}

func (m *Model) anyKey(s keymap.Spec) string {
	for _, scope := range s.Scopes {
		if key := m.opt.Keys.Key(s.Action, scope); key != "" {
			return key
		}
	}
	return ""
}

// openHelp lists all keys as they are bound now.
func (m *Model) openHelp() tea.Cmd {
	var items []menu.Item
	for _, s := range m.opt.Keys.All() {
		help := look.Binding(s.Keys, strings.Join(s.Keys, "  "), s.Title, "").Help()
		items = append(items, menu.Item{Label: help.Desc, Detail: s.Group + " " + m.look.Marks.Dot + " " + string(s.Action), Right: help.Key})
	}
	return m.openSheet(sheet{
		menu: menu.New("Keys", menu.Options{Filter: true, Items: items, Wide: true, Empty: "No action is called that.", Prompt: "search"}),
		choose: func(menu.Item) tea.Cmd {
			m.closeSheet()
			return nil
		},
	})
}

type goToMsg struct {
	sheet *sheet
	text  string
	list  state.List
	err   error
}

// openGoTo finds anyone by name, number or words, on every channel.
func (m *Model) openGoTo() tea.Cmd {
	m.openSheet(sheet{
		menu:  menu.New("Go to", menu.Options{Input: true, Prompt: "name or number", Empty: "Nobody is called that. esc closes."}),
		waits: true,
		typed: m.findAnyone,
		stale: func() tea.Cmd { return m.findAnyone(m.sheet.menu.Value()) },
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			m.composing = false
			return m.jump(it.Value.(api.ConversationID), state.ViewAll, "All")
		},
	})
	return m.findAnyone("")
}

func (m *Model) findAnyone(line string) tea.Cmd {
	opened := m.sheet
	return m.reading(func(ctx context.Context) tea.Msg {
		list, err := m.opt.Store.List(ctx, state.ListQuery{View: state.ViewAll, Text: line, Limit: 30})
		return goToMsg{opened, line, list, err}
	})
}

// gotGoTo shows who was found: those called exactly so first, the others as the
// list has them.
func (m *Model) gotGoTo(msg goToMsg) tea.Cmd {
	if m.sheet == nil || m.sheet != msg.sheet || m.sheet.menu.Value() != msg.text {
		return nil
	}
	if msg.err != nil {
		return m.fail(msg.err)
	}
	var called, others []menu.Item
	for _, row := range msg.list.Rows {
		c := row.Conversation
		it := menu.Item{Label: inbox.Name(m.look.Mode, c), Detail: m.look.Mode.Line(c.Contact.Handle), Right: m.code(c), Value: c.ID}
		if line := strings.TrimSpace(msg.text); strings.EqualFold(it.Label, line) || strings.EqualFold(it.Detail, line) {
			called = append(called, it)
		} else {
			others = append(others, it)
		}
	}
	m.sheet.menu.SetItems(append(called, others...))
	m.sheet.answered = msg.text
	if m.sheet.hasty {
		m.sheet.hasty = false
		return m.menuChoose()
	}
	return nil
}
