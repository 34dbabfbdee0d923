package syncer

import "unibox/api"

// word is what a platform's list says of a conversation, by how likely it is that
// its customer waits. Where the list says nothing of that, all are alike.
type word uint8

const (
	// putAway: answered, or in no queue: closed, archived, muted, or its customer may
	// not be written to.
	putAway word = iota
	// unsaid: nothing, or only that somebody has read it.
	unsaid
	// unread: it has news for this login.
	unread
	// unanswered: its customer waits.
	unanswered
)

// wordOf is the word of a list.
func wordOf(answered, read api.Opt[bool], away bool) word {
	said, known := answered.Get()
	switch {
	case away, known && said:
		return putAway
	case known:
		return unanswered
	case !read.Or(true):
		return unread
	}
	return unsaid
}

// hear takes in what the list says now.
func (c *conv) hear(item api.Conversation) {
	away := item.Closed.Or(false) || item.Archived.Or(false) || item.Muted.Or(false) || item.Blocked.Or(false) || item.OptedOut.Or(false)
	c.word = wordOf(item.Answered, item.Read, away)
}

// mayWait reports whether the list says that the customer waits, or might.
func (c *conv) mayWait() bool { return c.word >= unread }

// longerThan orders conversations whose customers may wait: those who do, and then
// the one in which nothing happened for longest.
func (c *conv) longerThan(d *conv) bool {
	if c.word != d.word {
		return c.word > d.word
	}
	return c.active.Before(d.active)
}
