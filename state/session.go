package state

import (
	"time"

	"unibox/api"
)

// Session is a program that has the store open, as the others see it. Who and
// From are texts from outside.
type Session struct {
	// ID names it for its life.
	ID string
	// Who is the user with the terminal, From the address the user comes from,
	// empty for one who sits at the box.
	Who, From string
	Pid       int
	Started   time.Time
	// Self: it is the one that asks.
	Self bool
	// Works: it runs the engine, the outbox and the changes.
	Works bool
	// Replying is the conversation that a reply is being written to since a
	// time; empty while none is.
	Replying api.ConversationID
	Since    time.Time
}

// Look is what a session shows: the open conversation and those on screen.
type Look struct {
	Open    api.ConversationID   `json:"open"`
	Visible []api.ConversationID `json:"visible,omitempty"`
}

// Ask is what somebody waits for in a session that does not run the engine:
// history below the item at Older, what is new with Refresh (of everything for
// an empty conversation), and with neither only how fetching goes.
type Ask struct {
	Conversation api.ConversationID
	Older        Pos
	Refresh      bool
	// Seq is given by the store, another one to each asking.
	Seq int64
}

// Hints are what the other sessions want of the one that runs the engine.
type Hints struct {
	Looks []Look
	// Asks are those not answered to the end, this session's own included.
	Asks []Ask
}
