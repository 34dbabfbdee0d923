package env

import (
	"unibox/api"
	"unibox/state"
)

// LocalCaps are the abilities that this machine provides where a platform has
// no such thing.
const LocalCaps = api.CapRead | api.CapStar | api.CapPin | api.CapMute

// Account returns an account; one that is not configured can do nothing.
func (e *Env) Account(id api.AccountID) Account {
	for _, a := range e.Accounts {
		if a.ID == id {
			return a
		}
	}
	return Account{ID: id}
}

// Order is an account's position in the config; one that could not be
// connected comes last.
func (e *Env) Order(id api.AccountID) int {
	for i, a := range e.Accounts {
		if a.ID == id {
			return i
		}
	}
	return len(e.Accounts)
}

// Rules are those of a kind of channel on an account.
func (e *Env) Rules(id api.AccountID, kind api.ChannelKind) api.ChannelRules {
	r := e.Account(id).Traits.Rule(kind)
	if r.Title == api.UnknownKind {
		r.Title = e.T("unknown kind")
	}
	return r
}

// Can reports whether a conversation's account has an ability at all.
func (e *Env) Can(id api.ConversationID, ability api.Caps) bool {
	return e.Account(id.Account).Caps.Has(ability)
}

// WhyNoConversation is the reason for which nothing can be done with a
// conversation, "" if something can.
func (e *Env) WhyNoConversation(row state.Row) string {
	switch {
	case row.Conversation.ID == (api.ConversationID{}):
		return e.T("no conversation is selected")
	case row.Provisional:
		return e.T("not yet: the first message is still on its way")
	case row.Conversation.Kind == "":
		return e.T("the conversation is still being read")
	}
	return ""
}

// WhyNot is the reason for which an ability does not hold in a conversation:
// its account never has it, or not now.
func (e *Env) WhyNot(row state.Row, ability api.Caps) string {
	if why := e.WhyNoConversation(row); why != "" {
		return why
	}
	c := row.Conversation
	if !e.Can(c.ID, ability) {
		return e.T("not supported by %s", e.Label(c.ID.Account))
	}
	if why := c.Denies(ability); why != "" {
		return e.T("not now: %s", e.Line(why))
	}
	return ""
}

// WhyNotHere is WhyNot for what this machine keeps where the platform cannot.
func (e *Env) WhyNotHere(row state.Row, ability api.Caps) string {
	if LocalCaps.Has(ability) && !e.Can(row.Conversation.ID, ability) {
		return e.WhyNoConversation(row)
	}
	return e.WhyNot(row, ability)
}

// Where says who sees a change of a conversation: the platform's name, or that
// it is kept here.
func (e *Env) Where(id api.ConversationID, ability api.Caps) string {
	if e.Can(id, ability) {
		return e.Label(id.Account)
	}
	return e.T("on this machine")
}
