package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/inbox"
)

// colleague is a session on the same store.
type colleague struct {
	state.Session
	// to is whom it replies to.
	to state.Row
}

type sessionsMsg struct {
	seq  int
	here []colleague
	err  error
}

// loadSessions reads who is here, and whom they reply to.
func (m *Model) loadSessions() tea.Cmd {
	seq, now := m.asks.sessions.ask()
	if !now {
		return nil
	}
	return m.reading(func(ctx context.Context) tea.Msg {
		all, err := m.opt.Store.Sessions(ctx)
		msg := sessionsMsg{seq: seq, err: err}
		for _, s := range all {
			c := colleague{Session: s}
			if s.Replying != (api.ConversationID{}) {
				c.to, _ = m.opt.Store.Row(ctx, s.Replying) // one without a row has no name
			}
			msg.here = append(msg.here, c)
		}
		return msg
	})
}

func (m *Model) gotSessions(msg sessionsMsg) tea.Cmd {
	counts, again := m.asks.sessions.answered(msg.seq)
	if counts && msg.err == nil {
		m.here = msg.here
		replying := map[api.ConversationID]string{}
		for _, c := range msg.here {
			if !c.Self && c.Replying != (api.ConversationID{}) {
				replying[c.Replying] = m.replyingWords(c)
			}
		}
		m.inbox.SetReplying(replying)
	}
	if again {
		return m.loadSessions()
	}
	return nil
}

// announce tells the other sessions what is replied to here: a box with text
// and the cursor in it.
func (m *Model) announce() {
	var id api.ConversationID
	if r := &m.reply; m.composing && !m.replyEmpty() && r.editing.Remote == "" && r.first == nil {
		id = r.id
	}
	if id != m.announced {
		m.announced = id
		m.opt.Store.Replying(id)
	}
}

func (m *Model) replyingWords(c colleague) string {
	return m.look.Mode.Cut(m.look.Mode.Line(c.Who), 30) + " is replying"
}

// replier says who else is writing to a conversation, "" if nobody is.
func (m *Model) replier(id api.ConversationID) string {
	for _, c := range m.here {
		if !c.Self && c.Replying == id {
			return m.replyingWords(c)
		}
	}
	return ""
}

// hereText counts who is here, if there is more than one.
func (m *Model) hereText() string {
	if len(m.here) < 2 {
		return ""
	}
	return m.look.Theme.Muted.Render(fmt.Sprintf(" %s %d here", m.look.Marks.Dot, len(m.here)))
}

// sessionWords tells of each session, the one that works and what each writes.
func (m *Model) sessionWords() []string {
	words := make([]string, len(m.here))
	for i, c := range m.here {
		s := m.look.Mode.Line(c.Who)
		if from := m.look.Mode.Line(c.From); from != "" {
			s += " from " + from
		}
		if c.Self {
			s += ", this session"
		}
		s += fmt.Sprintf(": here since %s", c.Started.Local().Format("Mon 15:04"))
		if c.Works {
			s += "; sends and receives for all"
		}
		if c.Replying != (api.ConversationID{}) {
			s += fmt.Sprintf("; replying to %s since %s", inbox.Name(m.look.Mode, c.to.Conversation), c.Since.Local().Format("15:04"))
		}
		words[i] = s + "."
	}
	return words
}
