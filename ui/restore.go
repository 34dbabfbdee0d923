package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/layout"
	"unibox/ui/place"
)

// keptEvery is how often at most it is kept where the agent is.
const keptEvery = 5 * time.Second

// kept is where the agent was when that was kept last.
type kept struct {
	place place.Place
	at    time.Time
	// quit: the agent quit, so there is nothing to come back to.
	quit bool
	// list: the channels are still to show the list that was restored.
	list bool
}

// whereabouts is where the agent is.
func whereabouts(m *Model) place.Place {
	p := place.Place{Key: m.notify.LastKey(), Pane: int(m.focus), List: m.inbox.Selection(), Conversation: m.thread.Conversation(), Writing: m.reply.Composing(), Masked: m.env.Privacy.On()}
	if p.Conversation == (api.ConversationID{}) {
		p.Conversation = m.inbox.SelectedID()
	}
	p.Message, p.Row = m.thread.Place()
	return p
}

// keepPlace is a command that keeps where the agent is, if that changed; nil if not.
func keepPlace(m *Model) tea.Cmd {
	p, now := whereabouts(m), m.env.Now()
	if m.opt.StateDir == "" || m.opt.Settings.ReadOnly || p.Key.IsZero() || p.Same(m.kept.place) || now.Sub(m.kept.at) < keptEvery {
		return nil
	}
	m.kept.place, m.kept.at = p, now
	dir := m.opt.StateDir
	return func() tea.Msg {
		_ = place.Save(dir, p) // a place that is lost is a place to go to again
		return nil
	}
}

// leavePlace keeps where the agent is at the end, or forgets it after they quit. It
// touches the disk.
func leavePlace(m *Model) {
	switch p := whereabouts(m); {
	case m.opt.StateDir == "", m.opt.Settings.ReadOnly: // the place is that of who works here
	case m.kept.quit:
		_ = place.Forget(m.opt.StateDir)
	case !p.Key.IsZero():
		_ = place.Save(m.opt.StateDir, p)
	}
}

// restore goes to where the agent was when the line dropped. What was typed is a draft,
// and is read as one.
func restore(m *Model, p *place.Place) tea.Cmd {
	masked := maskAgain(m, p)
	if p == nil || p.Conversation == (api.ConversationID{}) {
		if masked != "" {
			return m.env.Say(masked)
		}
		return nil
	}
	if p.List.View != "" && p.List.View != state.ViewOutbox {
		m.inbox.Choose(p.List)
		m.kept.list = true
	}
	m.inbox.Select(p.Conversation)
	open := m.open(p.Conversation)
	if p.Message != 0 {
		m.thread.ShowPlace(p.Message, p.Row)
		open = tea.Batch(open, m.thread.Reload())
	}
	focus := m.focusOn(layout.Pane(p.Pane))
	if p.Writing {
		m.compose()
	}
	return tea.Batch(open, focus, m.env.Say(strings.TrimSuffix("restored, last key "+p.Key.Local().Format("15:04:05")+"; "+masked, "; ")))
}

// maskAgain masks customers where they were masked when the line dropped, before the first
// frame names one, and says so; "" if they were not.
func maskAgain(m *Model, p *place.Place) string {
	if p == nil || !p.Masked {
		return ""
	}
	if !m.env.Privacy.On() {
		m.env.Privacy.Toggle(m.env.Now())
		m.restyle()
	}
	return "customers are masked: " + m.env.KeyFor(keymap.Privacy) + " shows them again"
}
