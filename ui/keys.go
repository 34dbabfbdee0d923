package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/ui/catalog"
	"unibox/ui/composer"
	"unibox/ui/tty"
)

// keys are the keys pressed so far of a binding of several, and whether the
// last one was ctrl+c.
type keys struct {
	strokes     []string
	interrupted bool
	// exact says that the terminal does not send esc and a letter as alt with it.
	exact bool
	// waiting: a key was pressed that goes to another conversation, which is still
	// looked for. What is typed meanwhile is held: it is about that one.
	waiting bool
	// reading: it is found, and its messages are still being read, for the wait of that number.
	reading bool
	number  int
	held    []typedAhead
	// refused is what is typed for a text that has no place.
	refused refused
	// longest is how long what is typed waits for a conversation to be read.
	longest time.Duration
}

// scopes lists where a key is looked up, innermost first.
func (m *Model) scopes() []keymap.Scope {
	switch {
	case !m.dialogs.Empty():
		return []keymap.Scope{m.dialogs.Scope()}
	case m.filtering():
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

// lineTyper is a pane with a line to type on in its title: the list's filter, the words to
// find in a thread.
type lineTyper interface {
	Typing() bool
	Key(tea.KeyPressMsg) tea.Cmd
	Paste(string) tea.Cmd
	CursorX() int
	// Does says in few words what a key of a menu does there, "" for what it always does.
	Does(keymap.Action) string
}

// filtering reports whether keys go to the line of the pane that has the focus.
func (m *Model) filtering() bool {
	line, ok := m.pane(m.focus).(lineTyper)
	return ok && line.Typing() && !m.reply.Composing()
}

// typing reports whether printable keys are text.
func (m *Model) typing() bool {
	return !m.dialogs.Empty() || m.filtering() || m.reply.Composing()
}

// key takes a key press to the action it is bound to, or else to the text
// field that has the focus.
func (m *Model) key(k tea.KeyPressMsg) tea.Cmd {
	m.columns.effect.keys++
	names := strokes(k, m.typing())
	if slices.Contains(names, "ctrl+c") {
		return m.interrupt()
	}
	m.keys.interrupted = false
	m.notify.Pressed()
	m.practice.Pressed()
	m.inbox.Touch()
	m.queue.Touch()
	if after, ok := afterEsc(k); ok && !m.keys.exact && !m.means(names) {
		return tea.Batch(m.key(tea.KeyPressMsg{Code: tea.KeyEscape}), m.key(after))
	}
	if m.typing() && !m.keys.refused.everywhere { // the text has a place
		m.keys.refused = refused{}
	} else if m.keys.lost(k, m.env.Now()) {
		return nil
	}
	typed, action, match := m.lookup(names)
	before := m.keys.strokes
	m.keys.strokes = nil
	switch match {
	case keymap.Partial:
		m.keys.strokes = typed
		return nil
	case keymap.Full:
		return m.do(action)
	}
	if len(before) > 0 && !m.typing() {
		first := strings.Join(before, " ")
		return m.env.Refuse(m.env.T("%s does nothing; after %s: %s", m.env.Line(first+" "+names[0]), first, m.following(before)))
	}
	return m.text(k)
}

// lookup finds the action of a key by the first of its names that means something:
// as the next one of a binding of several, else as the first.
func (m *Model) lookup(names []string) (typed []string, action keymap.Action, match keymap.Match) {
	for _, before := range [][]string{m.keys.strokes, nil} {
		for _, name := range names {
			typed = append(slices.Clone(before), name)
			if action, match = m.env.Keys.Lookup(typed, m.scopes()...); match != keymap.None {
				return typed, action, match
			}
		}
	}
	return nil, "", keymap.None
}

// means reports whether a key of these names does something here.
func (m *Model) means(names []string) bool {
	_, _, match := m.lookup(names)
	return match != keymap.None || m.typing() && slices.ContainsFunc(names, composer.Edits)
}

// strokes names a key as the table does: by what it types, and by what stands there
// in the US layout, so that an agent who types Russian need not switch. Where text
// is typed that holds for chords only.
func strokes(k tea.KeyPressMsg, typing bool) []string {
	base, ok := baseStroke(k)
	k.BaseCode = 0 // a library's name for a chord is that of the US layout, also for who types French
	names := []string{k.String()}
	if typing && k.Text != "" {
		return names
	}
	if ok {
		return append(names, base)
	}
	if base, ok := keymap.Latin(names[0]); ok {
		return append(names, base)
	}
	return names
}

// baseStroke is the key by the base layout, where the terminal reports it and the
// letters are not Latin.
func baseStroke(k tea.KeyPressMsg) (string, bool) {
	if k.BaseCode == 0 || k.Code < 0x80 || unicode.Is(unicode.Latin, k.Code) || !unicode.IsPrint(k.BaseCode) {
		return "", false
	}
	if k.Text == "" {
		k.Code = k.BaseCode
		return k.Keystroke(), true
	}
	base := string(k.BaseCode)
	if strings.ToUpper(k.Text) == k.Text && strings.ToLower(k.Text) != k.Text {
		base = strings.ToUpper(base)
	}
	return base, true
}

// afterEsc returns the key that was pressed after esc where both came as one key
// with alt: older terminals send both alike, and tmux joins them.
func afterEsc(k tea.KeyPressMsg) (tea.KeyPressMsg, bool) {
	if k.Mod&^(tea.ModShift|tea.ModCtrl) != tea.ModAlt || k.Code >= tea.KeyExtended {
		return k, false
	}
	k.Mod &^= tea.ModAlt
	if unicode.IsPrint(k.Code) && !k.Mod.Contains(tea.ModCtrl) {
		k.Text = string(k.Code)
		if k.ShiftedCode != 0 && k.Mod.Contains(tea.ModShift) {
			k.Text = string(k.ShiftedCode)
		}
	}
	return k, true
}

// burst takes what came at once from a terminal that may not mark pastes: as a
// paste where text is typed, else key by key. A reply that a key of it opens is
// typed in if it is short.
func (m *Model) burst(b tty.BurstMsg) tea.Cmd {
	var cmds []tea.Cmd
	for opened := false; ; opened = true {
		k, rest, ok := b.Next()
		if ok && m.hold(b) { // a key of it leads to what the rest is about
			return tea.Batch(cmds...)
		}
		if m.typing() && (!opened || b.Long()) {
			return tea.Batch(append(cmds, m.paste(b.Pasted().Content), m.env.Say(m.env.T("pasted as one text, because this terminal does not mark pastes; enter sends it")))...)
		}
		if !ok {
			return tea.Batch(cmds...)
		}
		cmds, b = append(cmds, m.update(k)), rest
	}
}

// chord is a key of another layout with ctrl or alt as the one of the US layout that
// text fields know.
func chord(k tea.KeyPressMsg) tea.KeyPressMsg {
	names := strokes(k, true)
	k.BaseCode = 0
	if k.Text == "" && len(names) > 1 {
		last := []rune(names[1])
		k.Code = last[len(last)-1]
	}
	return k
}

// interrupt quits at the second ctrl+c in a row.
func (m *Model) interrupt() tea.Cmd {
	if m.keys.interrupted {
		return m.quit()
	}
	m.keys.interrupted = true
	return m.env.Say(m.env.T("ctrl+c again quits; esc closes what is open"))
}

// text gives a key that is no action to the text field that has the focus.
func (m *Model) text(k tea.KeyPressMsg) tea.Cmd {
	k = chord(k)
	switch {
	case !m.dialogs.Empty():
		return m.dialogs.Key(k)
	case m.filtering():
		return m.pane(m.focus).(lineTyper).Key(k)
	case m.reply.Composing():
		m.columns.effect.letters++
		m.news.letter(m.env.Now())
		return m.reply.Key(k)
	}
	return m.unbound(k)
}

// unbound answers a key that means nothing where the focus is, with where it does.
func (m *Model) unbound(k tea.KeyPressMsg) tea.Cmd {
	names := strokes(k, false)
	if k.Code >= tea.KeyCapsLock && k.Code <= tea.KeyIsoLevel5Shift || m.env.Line(names[0]) == "" {
		return nil // a key that goes with others
	}
	for pane, scope := range []keymap.Scope{keymap.Channels, keymap.List, keymap.Thread} {
		for _, name := range names {
			if action, match := m.env.Keys.Lookup([]string{name}, scope); match == keymap.Full {
				m.keys.refuse(action, m.env.Now())
				if why := m.never(action); why != "" {
					return m.refuse(action, why)
				}
				there := [...]keymap.Action{keymap.PaneChannels, keymap.PaneList, keymap.PaneThread}[pane]
				where := [...]catalog.Text{
					"%s (%s) works in the channels; %s goes there",
					"%s (%s) works on a conversation; %s goes there",
					"%s (%s) works in a thread; %s goes there",
				}[pane]
				return m.env.Refuse(fmt.Sprintf(m.env.Of(where), name, m.env.Keys.Spec(action).Short(), m.env.KeyFor(there)))
			}
		}
	}
	help := m.env.T("%s shows the keys", m.env.KeyFor(keymap.Help))
	for _, name := range names {
		if action, words := elsewhere(m.env, name); words != "" {
			m.keys.refuse(action, m.env.Now())
			if why := m.never(action); why != "" {
				return m.refuse(action, why)
			}
			return m.env.Refuse(words + "; " + help)
		}
	}
	says := m.env.T("%s does nothing here; ", m.env.Line(names[0]))
	if words := m.near(names[0]); words != "" {
		says += m.env.T("near it: %s; ", words)
	}
	return m.env.Refuse(says + help)
}

// paste gives pasted text, as one edit, to the text field that has the focus;
// outside of one it opens the reply first, so that nothing pasted is a command.
func (m *Model) paste(text string) tea.Cmd {
	switch {
	case m.keys.typesOn(m.env.Now()) && (!m.typing() || m.keys.refused.everywhere):
		m.keys.refused.at, m.keys.refused.begun = m.env.Now(), true
		return m.env.Warn(m.env.T("not used, since there was no place for it: “%s”", m.env.Line(text)))
	case !m.dialogs.Empty():
		return m.dialogs.Paste(text)
	case m.filtering():
		return m.pane(m.focus).(lineTyper).Paste(text)
	case !m.reply.Composing():
		open := m.do(keymap.Reply)
		if !m.reply.Composing() {
			return open
		}
		return tea.Batch(open, m.reply.Paste(text), m.env.Say(m.env.T("pasted into the reply; enter sends it")))
	}
	return m.reply.Paste(text)
}
