package statusbar

import (
	"context"
	"slices"
	"time"

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
	claims   []state.Claim
	err      error
}

// LoadSessions reads who is here, and whom they reply to.
func (b *Bar) LoadSessions() tea.Cmd {
	seq, now := b.asks.sessions.Ask()
	if !now {
		return nil
	}
	return b.env.Read(func(ctx context.Context) tea.Msg {
		all, err := b.env.Everybody(ctx)
		msg := sessionsMsg{seq: seq, err: err}
		for _, s := range all {
			c := colleague{Session: s}
			if s.Replying != (api.ConversationID{}) {
				c.to, _ = b.env.Store.Row(ctx, s.Replying) // one without a row has no name
			}
			msg.sessions = append(msg.sessions, c)
		}
		if claims := b.env.Team.Claims; claims != nil && err == nil {
			msg.claims, msg.err = claims.Claims(ctx)
		}
		return msg
	})
}

// perColleague is how long it takes at least, for each who is here beyond a few, until it is
// read again what they do: what one of many does is drawn for all of them.
const perColleague = 10 * time.Millisecond

// few are so many that what each does is shown at once.
const few = 4

// restedMsg says that who is here may be read again.
type restedMsg struct{ seq int }

func (b *Bar) gotSessions(msg sessionsMsg) tea.Cmd {
	var lost tea.Cmd
	if b.asks.sessions.Counts(msg.seq) && msg.err == nil {
		lost = b.lost(msg.claims)
		b.sessions, b.claims = msg.sessions, msg.claims
	}
	if n := len(msg.sessions) - few; n > 0 {
		return tea.Batch(lost, b.env.After(time.Duration(n)*perColleague, restedMsg{msg.seq}))
	}
	return tea.Batch(lost, b.rested(restedMsg{msg.seq}))
}

// Reads reports whether a message has the bar read again, and changes nothing yet.
func Reads(msg tea.Msg) bool {
	_, rests := msg.(restedMsg)
	return rests
}

func (b *Bar) rested(msg restedMsg) tea.Cmd {
	if _, again := b.asks.sessions.Answered(msg.seq); again {
		return b.LoadSessions()
	}
	return nil
}

// lost says which of the agent's customers a colleague has taken over.
func (b *Bar) lost(now []state.Claim) tea.Cmd {
	var said []tea.Cmd
	for _, was := range b.claims {
		i := slices.IndexFunc(now, func(c state.Claim) bool { return c.Conversation == was.Conversation })
		if was.Agent == b.env.Me && i >= 0 && now[i].Agent != b.env.Me {
			said = append(said, b.env.Warn(b.env.T("%s has taken a customer over from you: the list shows whom", b.env.Line(now[i].Who))))
		}
	}
	return tea.Batch(said...)
}

// HeldBy is the colleague who has a customer.
func (b *Bar) HeldBy(id api.ConversationID) (state.Claim, bool) {
	i := slices.IndexFunc(b.claims, func(c state.Claim) bool { return c.Conversation == id && c.Agent != b.env.Me })
	if i < 0 {
		return state.Claim{}, false
	}
	return b.claims[i], true
}

// Beside says of conversations which colleague has taken them or looks at them, in clean words.
// Somebody with several sessions and no colleagues knows that they look at it themselves.
func (b *Bar) Beside() map[api.ConversationID]string {
	words := map[api.ConversationID]string{}
	if len(b.env.Team.Colleagues) == 0 {
		return words
	}
	for _, c := range b.sessions {
		if !c.Self && c.Open != (api.ConversationID{}) {
			words[c.Open] = b.env.T("%s is looking at this", b.who(c.Who))
		}
	}
	for _, c := range b.claims {
		if c.Agent != b.env.Me {
			words[c.Conversation] = b.env.T("%s has taken this", b.who(c.Who))
		}
	}
	return words
}

// longestWho is how wide the name of a colleague may be.
const longestWho = 30

func (b *Bar) who(name string) string { return b.env.Look.Mode.Cut(b.env.Line(name), longestWho) }

func (b *Bar) replying(c colleague) string {
	return b.env.T("%s is replying", b.who(c.Who))
}

// Replier says who else is writing to a conversation, has taken it or looks at it, "" if
// nobody does.
func (b *Bar) Replier(id api.ConversationID) string {
	for _, c := range b.sessions {
		if !c.Self && c.Replying == id {
			return b.replying(c)
		}
	}
	return b.Beside()[id]
}

// hereText counts who is here, if there is more than one.
func (b *Bar) hereText() string {
	here := 0
	for _, c := range b.sessions {
		if !c.Unattended {
			here++
		}
	}
	if here < 2 {
		return ""
	}
	return b.env.Look.Theme.Muted.Render(b.env.T(" %s %d here", b.env.Look.Marks.Dot, here))
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
