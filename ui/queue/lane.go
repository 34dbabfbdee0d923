package queue

import (
	"unibox/state"
	"unibox/ui/catalog"
)

// lane follows the messages of one conversation in their order, to say what
// delays each. It says in words what the outbox's policy decides.
type lane struct {
	ahead  string
	broken map[string]bool
}

func (l *lane) reset() { l.ahead, l.broken = "", map[string]bool{} }

// pass returns what u waits behind, and counts it as ahead of what follows.
func (l *lane) pass(say *catalog.Language, u state.Unsent) (behind string) {
	o := u.Message
	if o == nil {
		return ""
	}
	part := l.broken[o.Reply()]
	if o.Status == state.Queued && !o.Timed() {
		if behind = l.ahead; part {
			behind = say.T("waits: an earlier part of its reply failed")
		}
	}
	l.broken[o.Reply()] = part || o.Status == state.Failed
	if o.Blocks() && !o.Timed() && !(part && o.Status == state.Queued) && l.ahead == "" {
		l.ahead = aheadWords(say, o.Status)
	}
	return behind
}

func aheadWords(say *catalog.Language, s state.Status) string {
	switch s {
	case state.Held, state.Uncertain:
		return say.T("waits until the one above is decided")
	}
	return say.T("goes after the one above")
}
