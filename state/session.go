package state

import (
	"errors"
	"time"

	"unibox/api"
)

// Session is a program that has the store open, as the others see it. Who and
// From are texts from outside.
type Session struct {
	// ID names it for its life.
	ID string
	// Who is the user with the terminal, From the address the user comes from,
	// empty for a local terminal.
	Who, From string
	// Box is the machine that it is on, empty for this one.
	Box     string
	Pid     int
	Started time.Time
	// Self: it is the one that asks.
	Self bool
	// Works: it has the lease and runs engine, outbox and changes.
	Works bool
	// Looks: it is read-only. It never sends, and runs the engine only while no
	// session is there that could.
	Looks bool
	// Unattended: nobody is at it. It works for others, as unibox serve and unibox watch do.
	Unattended bool
	// Open is the conversation that it shows, empty for none.
	Open api.ConversationID
	// Replying is the conversation that a reply is being written to since a
	// time; empty while none is.
	Replying api.ConversationID
	Since    time.Time
}

// Screen is what a session shows: the open conversation and those on screen.
type Screen struct {
	Open    api.ConversationID   `json:"open"`
	Visible []api.ConversationID `json:"visible,omitempty"`
}

// EngineRequest is what a session that does not run the engine wants of it:
// history below the item at Older, or with Refresh what is new, of everything if
// Conversation is empty. With neither it asks for the state of fetching only.
type EngineRequest struct {
	Conversation api.ConversationID
	Older        Pos
	Refresh      bool
	// Seq is given by the store, another one to each request.
	Seq int64
}

// EngineRequests are what the sessions want of the one that runs the engine.
type EngineRequests struct {
	// Screens are those of the other sessions.
	Screens []Screen
	// Requests are those without a last answer, this session's own included.
	Requests []EngineRequest
}

// ErrClaims: an agent has as many customers as one may have at a time.
var ErrClaims = errors.New("you have as many customers as you may have at once: answer one, or give one back")

// Claim is a customer whom an agent has taken out of the queue. It ends with the session.
type Claim struct {
	Conversation api.ConversationID
	// Agent is the agent's name, Who what colleagues read.
	Agent, Who string
	Since      time.Time
}
