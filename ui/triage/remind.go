package triage

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/promise"
	"unibox/ui/text"
)

// offer is a reminder that may be taken with one key: our own text promised something.
type offer struct {
	row state.Row
	promise.Promise
	// bound is what happens to the conversation when the text is sent, without it.
	bound state.WhenSent
	// made is when the text was submitted.
	made time.Time
}

const (
	// offered is how long an offer stands, and offeredAway how long when the agent has
	// gone on to another conversation.
	offered, offeredAway = 10 * time.Minute, time.Minute
	// onceMore is for how long something is put off again that came back.
	onceMore = time.Hour
)

// Promised offers a reminder where a text that was just submitted promises something.
// bound is what happens to the conversation when it is sent.
func (t *Triage) Promised(row state.Row, body string, bound state.WhenSent) tea.Cmd {
	t.offer = offer{}
	p, ok := promise.Find(t.env.Promises, body, t.env.Now())
	if !ok || state.Provisional(row.Conversation.ID) {
		return nil
	}
	t.offer = offer{row: row, Promise: p, bound: bound, made: t.env.Now()}
	key := t.env.KeyFor(keymap.RemindMe)
	if key == ":" {
		key = t.env.KeyFor(keymap.FollowUp)
	}
	return t.env.Say(key + " reminds you " + text.Full(t.env.Now(), p.At) + ": “" + t.env.Look.Mode.Cut(t.env.Line(p.Words), longestQuote) + "”")
}

// longestQuote is how much of a promise is repeated, in cells.
const longestQuote = 60

// stands reports whether the offer is what the key takes now.
func (t *Triage) stands() bool {
	return t.Offered(t.screen.Current().Conversation.ID) != "" || t.offerHolds(offeredAway)
}

func (t *Triage) offerHolds(d time.Duration) bool {
	now := t.env.Now()
	return t.offer.row.Conversation.ID != (api.ConversationID{}) && t.offer.At.After(now) && now.Before(t.offer.made.Add(d))
}

// Offered says when the reminder would come that is offered for a conversation, "" if none
// is.
func (t *Triage) Offered(id api.ConversationID) string {
	if id != t.offer.row.Conversation.ID || !t.offerHolds(offered) {
		return ""
	}
	return text.Full(t.env.Now(), t.offer.At)
}

func (t *Triage) whyNoReminder() string {
	if t.stands() {
		return ""
	}
	return t.WhyNoConversation()
}

// remind takes the offer, puts off again what came back, or asks until when to wait for
// an answer.
func (t *Triage) remind() tea.Cmd {
	row := t.screen.Current()
	switch {
	case t.stands():
		return t.takeOffer()
	case row.Back.Is() && t.whyNotHidden(row) == "":
		return t.snoozeAs(row, t.env.Now().Add(onceMore).Round(time.Minute), row.Back.Kind)
	}
	return t.askSnooze(row, "Remind me of "+t.name(row), state.SnoozeSilent, nil)
}

// takeOffer puts the conversation off until what was promised is due: once the text is
// sent that promised it, or now if it is.
func (t *Triage) takeOffer() tea.Cmd {
	o := t.offer
	t.offer = offer{}
	id, w := o.row.Conversation.ID, o.bound
	w.Snoozed, w.SnoozeKind = o.At, state.SnoozePromise
	now := t.env.SetFlags(id, state.FlagChange{Snoozed: api.Known(o.At), SnoozeKind: state.SnoozePromise, Seen: api.Known(o.row.Newest)})
	back := func() tea.Cmd { return t.bind(o.row, o.bound, "", t.env.SetFlags(id, putOff(o.row))) }
	return t.Did(t.snoozed(o.row, o.At, state.SnoozePromise), t.bind(o.row, w, "", now), back)
}

// remindAction is the key that reminds, in the panes and in the reply box.
func (t *Triage) remindAction() env.Action { return env.Action{Do: t.remind, Why: t.whyNoReminder} }
