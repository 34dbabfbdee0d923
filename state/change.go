package state

import (
	"time"

	"unibox/api"
)

// Change is what an agent wants changed of a conversation, or of one message of
// it, at the platform: close it, star it, edit the message. It is on disk
// before it leaves this machine. Until it is carried out or refused it is a
// pending change, and the screen shows its effect already. After that the
// platform's own word counts.
type Change struct {
	ID           int64
	Conversation api.ConversationID
	// Cap is the ability that carries it out.
	Cap api.Caps
	// On is the new state, for abilities that are switched on and off.
	On bool
	// Message is set for abilities that concern one message.
	Message api.MessageID
	// Arg is the new text, the reaction's name, the agent or the contact.
	Arg string
	// Made is when the agent made it.
	Made time.Time
	// Attempts, NotBefore and Reason are the sender's: tries so far, when the
	// next is due, and one sentence about why it waits or was refused.
	Attempts  int
	NotBefore time.Time
	Reason    string
	// Sent: a request for it is out, or may have had an effect. Until then a
	// newer change about the same thing replaces it.
	Sent bool
	// Refused: it will not be carried out; it is shown until the agent has
	// seen it.
	Refused bool
	// Until is set once it was carried out: it is shown until
	// then, or until the platform's lists say the same.
	Until time.Time
}

// Waits reports whether it is still to be carried out.
func (ch Change) Waits() bool { return !ch.Refused && ch.Until.IsZero() }

// Shows reports whether it is shown at a moment.
func (ch Change) Shows(now time.Time) bool {
	return ch.Waits() || !ch.Refused && now.Before(Planned(ch.Until, now))
}

// Same reports whether both are about the same thing, so that the later one
// replaces the earlier one.
func (ch Change) Same(o Change) bool {
	if ch.Conversation != o.Conversation || ch.Cap != o.Cap {
		return false
	}
	ability, _ := api.AbilityOf(ch.Cap)
	return (!ability.Target.Has(api.PerMessage) || ch.Message == o.Message) && (!ability.Target.Has(api.PerArg) || ch.Arg == o.Arg)
}

// Request is what the ability is asked to do.
func (ch Change) Request() api.ChangeRequest {
	return api.ChangeRequest{Conversation: ch.Conversation, On: ch.On, Message: ch.Message, Arg: ch.Arg}
}

// Repeats reports whether both are the same change of the same thing.
func (ch Change) Repeats(o Change) bool {
	return ch.Same(o) && ch.On == o.On && ch.Message == o.Message && ch.Arg == o.Arg
}

// Overlay returns c as it will be once the change is carried out.
func (ch Change) Overlay(c api.Conversation) api.Conversation {
	if ch.Refused {
		return c
	}
	if field := ch.field(&c); field != nil {
		*field = api.Known(ch.On)
	}
	if ch.Cap == api.CapPinMessage {
		c.PinnedMessage = api.Known(ch.Message.Remote)
	}
	return c
}

// field is the part of a conversation that the change switches, nil if none.
func (ch Change) field(c *api.Conversation) *api.Opt[bool] {
	ability, _ := api.AbilityOf(ch.Cap)
	if ability.State == nil {
		return nil
	}
	return ability.State(c)
}

// Holds reports whether c is as after the change, and whether c says
// anything about that.
func (ch Change) Holds(c api.Conversation) (holds, said bool) {
	if ch.Cap == api.CapPinMessage {
		pinned, said := c.PinnedMessage.Get()
		return pinned == ch.Message.Remote, said
	}
	field := ch.field(&c)
	if field == nil {
		return false, false
	}
	on, said := field.Get()
	return on == ch.On, said
}

// OverlayMessage returns m as it will be once the change is carried out. What
// cannot be taken back is not shown before it happened.
func (ch Change) OverlayMessage(m api.Message) api.Message {
	if ch.Refused || ch.Message != m.ID {
		return m
	}
	switch {
	case ch.Cap == api.CapEdit:
		m.Body = ch.Arg
	case ch.Cap == api.CapRetry && !ch.Waits():
		m.Delivery, m.Reason, m.Retryable = api.DeliveryAccepted, "", false
	}
	return m
}
