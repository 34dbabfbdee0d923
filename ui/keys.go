package ui

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/ui/layout"
)

// scopes lists where a key is looked up, innermost first.
func (m *Model) scopes() []keymap.Scope {
	switch {
	case m.sheet != nil:
		return []keymap.Scope{keymap.Menu}
	case m.filtering():
		return []keymap.Scope{keymap.Menu}
	case m.composing:
		return []keymap.Scope{keymap.Composer, keymap.Global}
	}
	return []keymap.Scope{m.paneScope(), keymap.Global}
}

func (m *Model) paneScope() keymap.Scope {
	return [...]keymap.Scope{keymap.Channels, keymap.List, keymap.Thread}[m.focus]
}

func (m *Model) filtering() bool {
	_, typing := m.inbox.Filter()
	return typing && m.focus == layout.List
}

// typing reports whether printable keys are text.
func (m *Model) typing() bool { return m.sheet != nil || m.filtering() || m.composing }

// key takes a key press to the action it is bound to, or else to the text
// field that has the focus.
func (m *Model) key(k tea.KeyPressMsg) tea.Cmd {
	if k.String() == "ctrl+c" {
		return m.interrupt()
	}
	m.interrupted = false
	m.inbox.Touch()
	m.queue.Touch()
	m.strokes = append(m.strokes, m.stroke(k))
	action, match := m.opt.Keys.Lookup(m.strokes, m.scopes()...)
	if match == keymap.None && len(m.strokes) > 1 {
		m.strokes = m.strokes[len(m.strokes)-1:]
		action, match = m.opt.Keys.Lookup(m.strokes, m.scopes()...)
	}
	switch match {
	case keymap.Partial:
		return nil
	case keymap.Full:
		m.strokes = nil
		return m.do(action)
	}
	m.strokes = nil
	return m.text(k)
}

// stroke names a key as the table does. Outside text fields the key of the
// base layout counts where the terminal reports it, so that an agent who
// types Russian need not switch.
func (m *Model) stroke(k tea.KeyPressMsg) string {
	name := k.String()
	if m.typing() || k.BaseCode == 0 || k.Text == "" || k.BaseCode == k.Code {
		return name
	}
	base := string(k.BaseCode)
	if strings.ToUpper(k.Text) == k.Text && strings.ToLower(k.Text) != k.Text {
		base = strings.ToUpper(base)
	}
	if !unicode.IsPrint(k.BaseCode) {
		return name
	}
	return base
}

// interrupt quits at the second ctrl+c in a row.
func (m *Model) interrupt() tea.Cmd {
	if m.interrupted {
		return m.quit()
	}
	m.interrupted = true
	return m.say("ctrl+c again quits; esc closes what is open")
}

// text gives a key that is no action to the text field that has the focus.
func (m *Model) text(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case m.sheet != nil:
		return m.sheetKey(k)
	case m.filtering():
		return m.filterKey(k)
	case m.composing:
		if m.reply.box.Key(k) {
			return m.edited()
		}
	}
	return nil
}

// paste gives pasted text, as one edit, to the text field that has the focus;
// outside of one it opens the reply first, so that nothing pasted is a command.
func (m *Model) paste(text string) tea.Cmd {
	switch {
	case m.sheet != nil:
		return m.sheetPaste(text)
	case m.filtering():
		return m.filterPaste(text)
	case !m.composing:
		open := m.do(keymap.Reply)
		if !m.composing {
			return open
		}
		m.reply.box.Insert(text)
		return tea.Batch(open, m.edited(), m.say("pasted into the reply; enter sends it"))
	}
	m.reply.box.Insert(text)
	return m.edited()
}
