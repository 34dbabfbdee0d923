package state

import (
	"time"

	"unibox/api"
)

// Change is an agent's wish about how a conversation, or one message of it,
// stands at the platform: close it, star it, edit the message. It is on disk
// before it leaves this machine. Until it is carried out or refused, what it
// wishes is shown as if it were so; then the platform's own word counts.
type Change struct {
	ID           int64
	Conversation api.ConversationID
	// Cap is the ability that carries it out.
	Cap api.Caps
	// On is the wished state, for abilities that are switched on and off.
	On bool
	// Message is set for abilities that concern one message.
	Message api.MessageID
	// Arg is the new text, the reaction's name, the agent or the contact.
	Arg string
	// Made is when the agent wished it.
	Made time.Time
	// Attempts, NotBefore and Reason are the sender's: tries so far, when the
	// next is due, and one sentence about why it waits or was refused.
	Attempts  int
	NotBefore time.Time
	Reason    string
	// Refused: it will not be carried out; it is shown until the agent has
	// seen it.
	Refused bool
}

// Overlay returns c as it will be once the change is carried out.
func (ch Change) Overlay(c api.Conversation) api.Conversation {
	if ch.Refused {
		return c
	}
	on := api.Known(ch.On)
	switch ch.Cap {
	case api.CapRead:
		c.Read = on
	case api.CapStar:
		c.Starred = on
	case api.CapPin:
		c.Pinned = on
	case api.CapMute:
		c.Muted = on
	case api.CapArchive:
		c.Archived = on
	case api.CapClose:
		c.Closed = on
	case api.CapBlock:
		c.Blocked = on
	case api.CapOptOut:
		c.OptedOut = on
	case api.CapPinMessage:
		c.PinnedMessage = api.Known(ch.Message.Remote)
	}
	return c
}
