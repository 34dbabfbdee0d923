package state

import (
	"time"

	"unibox/api"
)

// Search asks for messages.
type Search struct {
	// Text is what is looked for, in the language of query.Messages; one that is not
	// understood is words.
	Text string
	// Conversation narrows the search to one.
	Conversation api.ConversationID
	// Below goes on where an earlier answer ended, 0 begins with the newest.
	Below Pos
	// Limit is how many messages are wanted at most.
	Limit int
}

// Hits are messages that a search found, newest first.
type Hits struct {
	Found []Found
	// Below is where to go on: all that is newer has been looked at, back to Back. 0 says
	// that nothing is left. An answer may end before anything was found, so that each
	// takes a moment only.
	Below Pos
	Back  time.Time
	// Missing is set by a search of one conversation of which the platform has more than
	// is stored: the item below which it is to be asked for it, which is as old as Since.
	Missing Pos
	Since   time.Time
	// Unread is set by a search of one conversation of which no message was read yet.
	Unread bool
}

// Archive is what of the history is stored here, and so can be searched.
type Archive struct {
	// Oldest is when the oldest message was written, zero without any.
	Oldest time.Time
	// Conversations are those of which messages are stored, Whole those of them of which
	// all is.
	Conversations, Whole int
	// Indexing: some of the stored messages cannot be found yet.
	Indexing bool
}
