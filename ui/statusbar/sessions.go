package statusbar

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
)

// colleague is a session on the same store.
type colleague struct {
	state.Session
	// to is whom it replies to.
	to state.Row
}

type sessionsMsg struct {
	seq      int
	sessions []colleague
	err      error
}

// LoadSessions reads who is here, and whom they reply to.
func (b *Bar) LoadSessions() tea.Cmd {
	seq, now := b.asks.sessions.Ask()
	if !now {
		return nil
	}
	return b.env.Read(func(ctx context.Context) tea.Msg {
		all, err := b.env.Store.Sessions(ctx)
		msg := sessionsMsg{seq: seq, err: err}
		for _, s := range all {
			c := colleague{Session: s}
			if s.Replying != (api.ConversationID{}) {
				c.to, _ = b.env.Store.Row(ctx, s.Replying) // one without a row has no name
			}
			msg.sessions = append(msg.sessions, c)
		}
		return msg
	})
}

func (b *Bar) gotSessions(msg sessionsMsg) tea.Cmd {
	counts, again := b.asks.sessions.Answered(msg.seq)
	if counts && msg.err == nil {
		b.sessions = msg.sessions
	}
	if again {
		return b.LoadSessions()
	}
	return nil
}

func (b *Bar) replying(c colleague) string {
	return b.env.T("%s is replying", b.env.Look.Mode.Cut(b.env.Line(c.Who), 30))
}

// Replier says who else is writing to a conversation, "" if nobody is.
func (b *Bar) Replier(id api.ConversationID) string {
	for _, c := range b.sessions {
		if !c.Self && c.Replying == id {
			return b.replying(c)
		}
	}
	return ""
}

// hereText counts who is here, if there is more than one.
func (b *Bar) hereText() string {
	if len(b.sessions) < 2 {
		return ""
	}
	return b.env.Look.Theme.Muted.Render(b.env.T(" %s %d here", b.env.Look.Marks.Dot, len(b.sessions)))
}

// sessionWords says of each session: which one sends and receives, and what
// each writes.
func (b *Bar) sessionWords() []string {
	words := make([]string, len(b.sessions))
	for i, c := range b.sessions {
		s := b.env.Line(c.Who)
		if from := b.env.Line(c.From); from != "" {
			s += b.env.T(" from %s", from)
		}
		if c.Self {
			s += b.env.T(", this session")
		}
		s += b.env.T(": here since %s", b.env.Look.Date(c.Started.Local(), "Mon 15:04"))
		switch {
		case c.Looks && c.Works:
			s += b.env.T("; it is read-only, and receives while no other session does")
		case c.Looks:
			s += b.env.T("; it is read-only")
		case c.Works:
			s += b.env.T("; it sends and receives for all sessions")
		}
		if c.Replying != (api.ConversationID{}) {
			s += b.env.T("; replying to %s since %s", b.env.Name(c.to.Conversation), c.Since.Local().Format("15:04"))
		}
		words[i] = s + "."
	}
	return words
}
