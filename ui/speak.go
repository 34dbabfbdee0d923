package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/keymap"
	"unibox/state"
	"unibox/ui/layout"
	"unibox/ui/screen"
	"unibox/ui/spoken"
	"unibox/ui/statusbar"
)

// spokenWidth and spokenHeight are the size that the panes have where nothing is drawn: all of
// them are there, and a page is what can be listened to.
const spokenWidth, spokenHeight = 160, 40

// speaker shows frames as lines. It works on the screen's loop, as the model does.
type speaker struct {
	*screen.Lines
	model *Model
	said  spoken.Announcer
	began bool
}

// Show says what is new.
func (s *speaker) Show(tea.View) {
	if !s.model.hasRead() && !s.began {
		return
	}
	scene := sceneOf(s.model)
	if !s.began {
		scene.News = append([]string{standing(s.model), help(s.model)}, scene.News...)
		s.began = true
	}
	s.Say(s.said.Say(s.model.env.Look.Language, scene), screen.Prompt(scene.Prompt))
}

// Update says again where one is, where a screen would be drawn anew.
func (s *speaker) Update(msg tea.Msg) {
	if screen.IsRepaint(msg) {
		s.said.Again()
		s.Say([]string{standing(s.model)}, screen.Prompt{})
	}
	s.Lines.Update(msg)
}

func standing(m *Model) string { return m.bar.Standing(standingOf(m)) }

// help says which keys one needs first.
func help(m *Model) string {
	return m.env.T("%s lists the keys, %s says again where you are", m.env.KeyFor(keymap.Help), m.env.KeyFor(keymap.Redraw))
}

// sceneOf is the screen in words.
func sceneOf(m *Model) spoken.Scene {
	s := spoken.Scene{News: m.bar.Spoken(), Problem: m.bar.Problem(), Thread: m.thread.Followed(m.focus != layout.Thread)}
	s.Task = m.env.Line(ansi.Strip(strings.Join(m.practice.View(), " ")))
	s.Outbox, s.Known = m.queue.Entries()
	s.Here, s.Prompt = here(m)
	return s
}

// here is where the keys go: the dialog, the reply box, the pane.
func here(m *Model) (spoken.Part, spoken.Prompt) {
	switch {
	case !m.dialogs.Empty():
		return m.dialogs.Spoken()
	case m.reply.Composing():
		return m.reply.Spoken()
	}
	prompt := spoken.Prompt{}
	switch {
	case m.filtering() && m.focus == layout.Thread:
		prompt = m.thread.Prompt()
	case m.filtering():
		prompt = m.inbox.Prompt()
	}
	switch {
	case m.focus == layout.Channels:
		return m.channels.Spoken(), prompt
	case m.focus == layout.Thread:
		newTo := ""
		if first := m.reply.First(); first != nil {
			newTo = first.To
		}
		return m.thread.Spoken(newTo), prompt
	case m.queueing():
		return m.queue.Spoken(), prompt
	}
	return m.inbox.Spoken(), prompt
}

// saysWhoWrote says who wrote in a conversation that is not open; nil where a screen shows it.
func saysWhoWrote(m *Model) func([]state.Row) {
	if !m.opt.Settings.ScreenReader {
		return nil
	}
	return func(rows []state.Row) {
		for _, r := range rows {
			if r.Conversation.ID != m.thread.Conversation() {
				m.bar.Announce(m.env.T("New message from %s", m.inbox.Says(r)))
			}
		}
	}
}

// standingOf are the counts of the top row.
func standingOf(m *Model) statusbar.Strip {
	n, _ := m.queue.Counts()
	return statusbar.Strip{Waiting: m.channels.Count(state.ViewWaiting), Unread: m.channels.Count(state.ViewUnread), Unsent: n.Total, Decide: n.Decide, Closing: m.channels.Closing(), Selected: m.inbox.CountMarked()}
}
