package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/ui/catalog"
	"unibox/ui/composer"
	"unibox/ui/dialog"
	"unibox/ui/layout"
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
