package state

import (
	"time"

	"unibox/api"
)

// Head is what the engine schedules a conversation's next look by.
type Head struct {
	ID api.ConversationID
	// Checked is when its newest messages were last asked for; zero if never.
	Checked time.Time
	// Active is the time of the newest message known, or of the conversation.
	Active time.Time
	// Newest is the position of the newest message stored, 0 if none is.
	Newest Pos
}

// Saved tells what a page of messages taught the store.
type Saved struct {
	// New counts messages that were not known, Inbound those of them from
	// the customer.
	New, Inbound int
	// Changed: something that a screen shows is different now.
	Changed bool
	// Oldest is the position of the page's oldest message, 0 on an empty page.
	Oldest Pos
}
