package env

import (
	"unibox/api"
	"unibox/ui/privacy"
	"unibox/ui/text"
)

// Hides reports whether the customer of a conversation is masked now.
func (e *Env) Hides(id api.ConversationID) bool {
	return e.Privacy.On() && e.Privacy.Hides(privacyKey(id), e.Now())
}

// Reveal shows the customer of a conversation for a while.
func (e *Env) Reveal(id api.ConversationID) { e.Privacy.Reveal(privacyKey(id), e.Now()) }

func privacyKey(id api.ConversationID) string {
	if id == (api.ConversationID{}) {
		return ""
	}
	return string(id.Account) + "\x00" + id.Remote
}

// plain is how text is drawn that is not masked.
func (e *Env) plain() text.Mode {
	mode := e.Look.Mode
	mode.Private = false
	return mode
}

// ModeOf is how text about a conversation is drawn: masked, unless its customer is
// revealed.
func (e *Env) ModeOf(id api.ConversationID) text.Mode {
	mode := e.Look.Mode
	mode.Private = e.Hides(id)
	return mode
}

// Personal is something that tells who the customer of a conversation is, as a line;
// masked where they are.
func (e *Env) Personal(id api.ConversationID, s string) string {
	if s = e.plain().Line(s); e.Hides(id) {
		return privacy.Name(s, e.Look.Mode.Sign())
	}
	return s
}

// Unnamed is a text without the name of whom a conversation is with, where they are
// masked.
func (e *Env) Unnamed(c api.Conversation, s string) string {
	if !e.Hides(c.ID) {
		return s
	}
	return privacy.Names(s, c.Contact.Name, e.Look.Mode.Sign())
}

// FileName is the name of a file in a conversation, as a line: without anything but its
// ending where the customer is masked.
func (e *Env) FileName(id api.ConversationID, name string) string {
	if name = e.plain().Line(name); name != "" && e.Hides(id) {
		return privacy.File(name, e.Look.Mode.Sign())
	}
	return name
}

// Hidden stands for a text that is not shown.
func (e *Env) Hidden() string { return privacy.Hidden(e.Look.Mode.Sign()) }
