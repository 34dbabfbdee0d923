package api

import "context"

// RawReader fetches one message as the platform sends it, for whoever has to show an
// engineer what came. Nothing of it is stored: it is read anew each time, so that no
// store grows by it, and it says how the message stands now.
type RawReader interface {
	// RawMessage returns the message's JSON as it came, without what is around it.
	// ErrNotFound: the platform lists it no longer, or, where it has no call for one
	// message, not among the newest.
	RawMessage(ctx context.Context, in ConversationID, id MessageID) ([]byte, error)
}
