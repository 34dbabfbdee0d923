package state

import (
	"time"

	"unibox/api"
)

// Spoken is a message as far as it matters how fast customers are answered: who wrote
// when, in which conversation. Events, and what failed or was deleted, are none.
type Spoken struct {
	Conversation api.ConversationID
	Kind         api.ChannelKind
	// Ours: our side wrote it; Author is who, where the platform says so.
	Ours   bool
	Author string
	At     time.Time
}

// Depth is how much of a time is stored, of one account.
type Depth struct {
	Account api.AccountID
	// Oldest is when the oldest message that is stored was written, zero for none.
	Oldest time.Time
	// Conversations are those that are listed, Short of these the ones of which messages
	// after the time asked about are missing here.
	Conversations, Short int
	// Unlisted: the account's list has not been read to its end.
	Unlisted bool
}
