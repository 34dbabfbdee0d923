package ui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/layout"
	"unibox/ui/tty"
)

// typedAhead is a key or a paste that is held, and the dialog that was on top when it came, nil
// for none.
type typedAhead struct {
	msg  tea.Msg
	over dialog.Dialog
}

// heldFor is keys.longest of a session.
const heldFor = 2 * time.Second

// heldTooLongMsg comes when that time is over for the wait of that number: it may have
// ended, and another one begun.
type heldTooLongMsg struct{ number int }

// wait holds what is typed until release.
func (k *keys) wait() { k.waiting = true }

// refused is what somebody types after a key that leads to where text is typed, and that was
// refused: it must not do what it does elsewhere. Who looks at the keys sees the refusal late.
type refused struct {
	// at is when a key of it was pressed last. begun: at least one letter was.
	at    time.Time
	begun bool
	// everywhere: also where text has a place, since that one came by itself and is another's.
	everywhere bool
}

// typesOn is the longest pause within a text that is typed, and shorter than it takes to read
// why there is no place for it and to press another key.
const typesOn = 700 * time.Millisecond

// refuse has what is typed next do nothing, if an action leads to where text is typed.
func (k *keys) refuse(action keymap.Action, now time.Time) {
	if action.Types() {
		k.refused = refused{at: now}
	}
}

// lost reports whether a key belongs to a text that has no place. What ends or corrects such a
// text belongs to it; any other key that is no text ends it.
func (k *keys) lost(key tea.KeyPressMsg, now time.Time) bool {
	edits := k.refused.begun && (key.Code == tea.KeyEnter || key.Code == tea.KeyBackspace)
	if key.Text == "" && !edits || !k.typesOn(now) {
		k.refused = refused{}
		return false
	}
	k.refused.at, k.refused.begun = now, true
	return true
}

// typesOn reports whether a text that has no place is still typed.
func (k *keys) typesOn(now time.Time) bool { return now.Sub(k.refused.at) <= typesOn }

// hold keeps what is typed while another conversation is looked for, or while a dialog
// chooses, and reports whether it did.
func (m *Model) hold(msg tea.Msg) bool {
	chooses := m.dialogs.Chooses()
	if !m.keys.waiting && !chooses {
		return false
	}
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if key := msg.String(); key == "ctrl+c" || chooses && key == "esc" {
			return false
		}
	case tea.PasteMsg, tty.BurstMsg:
	default:
		return false
	}
	m.keys.held = append(m.keys.held, typedAhead{msg, m.dialogs.Top()})
	return true
}

// unread reports whether it is still being read what keys are about.
func (m *Model) unread() bool {
	if !m.dialogs.Empty() {
		return false
	}
	_, read := m.thread.Row()
	return !read && !m.thread.Failed() && m.thread.Conversation() != (api.ConversationID{}) || m.focus == layout.List && !m.inbox.HasRead()
}

// takeUp takes what was typed while a dialog chose, or a list was read: it is about what
// was chosen.
func (m *Model) takeUp() tea.Cmd {
	switch {
	case m.keys.reading && !m.unread():
		return m.aboutList()
	case m.dialogs.GaveUp():
		return m.sayUnusedHere(catalog.Text("not used, since nothing was chosen: “%s”"))
	case len(m.keys.held) == 0 || m.keys.waiting || m.dialogs.Chooses():
		return nil
	}
	return m.untilRead()
}

// aboutList takes what was typed while a list was read, unless nobody is in it: it is about
// none of those who are seen elsewhere.
func (m *Model) aboutList() tea.Cmd {
	if m.dialogs.Empty() && m.focus == layout.List && m.inbox.SelectedID() == (api.ConversationID{}) {
		return m.sayUnused(catalog.Text("not used, since nobody is on the list: “%s”"))
	}
	return m.release()
}

// waitedTooLong ends the wait for what is not read in time. What was typed is not used: what it
// would do goes by what is not known yet.
func (m *Model) waitedTooLong() tea.Cmd {
	switch {
	case !m.unread():
		return m.aboutList()
	case m.focus == layout.List && !m.inbox.HasRead():
		return m.sayUnused(catalog.Text("not used, since the list is still being read: “%s”"))
	}
	return m.sayUnused(catalog.Text("not used, since the conversation is still being read: “%s”"))
}

// cancelChoice ends a dialog that still chooses, and what was typed for what it chose.
func (m *Model) cancelChoice(esc tea.KeyPressMsg) tea.Cmd {
	said := m.sayUnused(catalog.Text("not used, since nothing was chosen: “%s”"))
	return tea.Batch(said, m.key(esc))
}

// release takes what was typed while another conversation was looked for, once that is
// read: much of what can be done with one goes by what it is.
func (m *Model) release() tea.Cmd {
	switch {
	case m.unread() && m.keys.reading:
		return nil
	case m.unread():
		m.keys.reading = true
		m.keys.number++
		return m.env.After(m.keys.longest, heldTooLongMsg{m.keys.number})
	}
	seen, unseen := m.apart()
	cmds := []tea.Cmd{m.sayUnseen(unseen)}
	for _, h := range seen {
		cmds = append(cmds, m.update(h.msg))
	}
	return tea.Batch(cmds...)
}

// apart ends the wait, and returns what is held: what goes to what is on the screen now, and
// what does not, since a dialog has opened by itself behind it. Nobody answers a question
// before they see it.
func (m *Model) apart() (seen, unseen []typedAhead) {
	top := m.dialogs.Top()
	for _, h := range m.keys.held {
		if top != nil && h.over != top {
			unseen = append(unseen, h)
		} else {
			seen = append(seen, h)
		}
	}
	m.keys.waiting, m.keys.reading, m.keys.held = false, false, nil
	return seen, unseen
}

// sayUnseen lets a dialog that has opened by itself have nothing of a text that was begun
// before it.
func (m *Model) sayUnseen(held []typedAhead) tea.Cmd {
	if len(held) == 0 {
		return nil
	}
	m.keys.refused = refused{at: m.env.Now(), begun: true, everywhere: true}
	return m.warnUnused(catalog.Text("not used, since a dialog opened first: “%s”"), typedText(held))
}

// drop forgets what was typed for a conversation that was not gone to: it would be about
// another one.
func (m *Model) drop() tea.Cmd {
	return m.sayUnused(catalog.Text("not used, since no other conversation was opened: “%s”"))
}

// chosenOtherwise forgets what was typed for a conversation that is still read, where another
// one is chosen by no key.
func (m *Model) chosenOtherwise() tea.Cmd {
	if !m.keys.waiting {
		return nil
	}
	return m.sayUnused(catalog.Text("not used, since a conversation was chosen otherwise: “%s”"))
}

// dropBehind is drop for what was typed behind a reply that came back into its box: it is no
// part of that, and neither is the rest of it.
func (m *Model) dropBehind() tea.Cmd {
	m.keys.refused = refused{}
	said := m.drop()
	m.keys.refused.at, m.keys.refused.everywhere = m.env.Now(), true
	return said
}

// sayUnused forgets what was typed for what did not come, and lets what is still typed of it do
// nothing. What was text of it is said, and can be read again.
func (m *Model) sayUnused(says catalog.Text) tea.Cmd {
	text := typedText(m.keys.held)
	m.keys.waiting, m.keys.reading, m.keys.held = false, false, nil
	if strings.TrimSpace(text) == "" {
		return nil
	}
	m.keys.refused = refused{at: m.env.Now(), begun: true}
	return m.warnUnused(says, text)
}

// sayUnusedHere is sayUnused where text has a place that is not meant: the rest of it does not
// go there either.
func (m *Model) sayUnusedHere(says catalog.Text) tea.Cmd {
	said := m.sayUnused(says)
	m.keys.refused.everywhere = true
	return said
}

// warnUnused says that a text was not used, unless it is blank.
func (m *Model) warnUnused(says catalog.Text, text string) tea.Cmd {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return m.env.Warn(fmt.Sprintf(m.env.Of(says), m.env.Line(text)))
}

// typedText is the text of what was typed.
func typedText(held []typedAhead) (text string) {
	for _, h := range held {
		switch msg := h.msg.(type) {
		case tea.KeyPressMsg:
			text += msg.Text
		case tea.PasteMsg:
			text += msg.Content
		case tty.BurstMsg:
			text += msg.Text
		}
	}
	return text
}
