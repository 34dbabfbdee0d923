package ui

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/ui/layout"
)

// keys are the keys pressed so far of a binding of several, and whether the
// last one was ctrl+c.
type keys struct {
	strokes     []string
	interrupted bool
}

// scopes lists where a key is looked up, innermost first.
func (m *Model) scopes() []keymap.Scope {
	switch {
	case !m.dialogs.Empty() || m.filtering():
		return []keymap.Scope{keymap.Menu}
	case m.reply.Composing():
		return []keymap.Scope{keymap.Composer, keymap.Global}
	}
	return []keymap.Scope{m.paneScope(), keymap.Global}
}

func (m *Model) paneScope() keymap.Scope {
	return [...]keymap.Scope{keymap.Channels, keymap.List, keymap.Thread}[m.focus]
}

// allScopes are the scopes with that of the pane behind them: where a key that
// a sentence names may be.
func (m *Model) allScopes() []keymap.Scope { return append(m.scopes(), m.paneScope()) }

// filtering reports whether keys go to the list's filter.
func (m *Model) filtering() bool { return m.inbox.Typing() && m.focus == layout.List }

// typing reports whether printable keys are text.
func (m *Model) typing() bool {
	return !m.dialogs.Empty() || m.filtering() || m.reply.Composing()
}

// key takes a key press to the action it is bound to, or else to the text
// field that has the focus.
func (m *Model) key(k tea.KeyPressMsg) tea.Cmd {
	if k.String() == "ctrl+c" {
		return m.interrupt()
	}
	m.keys.interrupted = false
	m.inbox.Touch()
	m.queue.Touch()
	strokes := append(m.keys.strokes, m.stroke(k))
	action, match := m.env.Keys.Lookup(strokes, m.scopes()...)
	if match == keymap.None && len(strokes) > 1 {
		strokes = strokes[len(strokes)-1:]
		action, match = m.env.Keys.Lookup(strokes, m.scopes()...)
	}
	m.keys.strokes = nil
	switch match {
	case keymap.Partial:
		m.keys.strokes = strokes
		return nil
	case keymap.Full:
		return m.do(action)
	}
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
	if m.keys.interrupted {
		return m.quit()
	}
	m.keys.interrupted = true
	return m.env.Say("ctrl+c again quits; esc closes what is open")
}

// text gives a key that is no action to the text field that has the focus.
func (m *Model) text(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case !m.dialogs.Empty():
		return m.dialogs.Key(k)
	case m.filtering():
		return m.inbox.Key(k)
	case m.reply.Composing():
		return m.reply.Key(k)
	}
	return nil
}

// paste gives pasted text, as one edit, to the text field that has the focus;
// outside of one it opens the reply first, so that nothing pasted is a command.
func (m *Model) paste(text string) tea.Cmd {
	switch {
	case !m.dialogs.Empty():
		return m.dialogs.Paste(text)
	case m.filtering():
		return m.inbox.Paste(text)
	case !m.reply.Composing():
		open := m.do(keymap.Reply)
		if !m.reply.Composing() {
			return open
		}
		return tea.Batch(open, m.reply.Paste(text), m.env.Say("pasted into the reply; enter sends it"))
	}
	return m.reply.Paste(text)
}
