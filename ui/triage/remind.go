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
	// made is when the text was submitted, notice what was said of it.
	made   time.Time
	notice string
}

const (
	// offered is how long an offer stands in its conversation; in another one it stands
	// while the notice is shown that says whom it is about.
	offered = 10 * time.Minute
	// onceMore is for how long something is put off again that came back.
	onceMore = time.Hour
)

// Promised offers a reminder where a text that was just submitted promises something.
// bound is what happens to the conversation when it is sent.
func (t *Triage) Promised(row state.Row, body string, bound state.WhenSent) tea.Cmd {
	t.offer = offer{}
	p, ok := promise.Find(t.env.Look.Language, t.env.Promises, body, t.env.Now())
	if !ok || state.Provisional(row.Conversation.ID) {
		return nil
	}
	t.offer = offer{row: row, Promise: p, bound: bound, made: t.env.Now()}
	key := t.env.KeyFor(keymap.RemindMe)
	if key == ":" {
		key = t.env.KeyFor(keymap.FollowUp)
	}
	mode := t.env.Look.Mode
	t.offer.notice = t.env.T("%s reminds you of %s %s: “%s”", key, mode.Cut(t.name(row), longestName), text.Full(t.env.Look.Language, t.env.Now(), p.At), mode.Cut(t.env.Line(p.Words), longestQuote))
	return t.env.Say(t.offer.notice)
}

// longestQuote is how much of a promise is repeated, longestName how much of a name, in cells.
const longestQuote, longestName = 60, 30

// stands reports whether the offer is what the key takes now: it is about the current
// conversation, or the notice on screen names another one. writing: a reply is written,
// which leaves room for the newest notice only.
func (t *Triage) stands(writing bool) bool {
	if t.Offered(t.screen.Current().Conversation.ID) != "" {
		return true
	}
	return !t.single && t.offerHolds() && t.env.Showing != nil && t.env.Showing(t.offer.notice, writing)
}

func (t *Triage) offerHolds() bool {
	now := t.env.Now()
	return t.offer.row.Conversation.ID != (api.ConversationID{}) && t.offer.At.After(now) && now.Before(t.offer.made.Add(offered))
}

// Offered says when the reminder would come that is offered for a conversation, "" if none
// is.
func (t *Triage) Offered(id api.ConversationID) string {
	if id != t.offer.row.Conversation.ID || !t.offerHolds() {
		return ""
	}
	return text.Full(t.env.Look.Language, t.env.Now(), t.offer.At)
}

func (t *Triage) whyNoReminder(writing bool) string {
	if t.stands(writing) {
		return ""
	}
	return t.WhyNoConversation()
}

// remind takes the offer, puts off again what came back, or asks until when to wait for
// an answer.
func (t *Triage) remind(writing bool) tea.Cmd {
	row := t.screen.Current()
	switch {
	case t.stands(writing):
		return t.takeOffer()
	case row.Back.Is() && t.whyNotHidden(row) == "":
		return t.snoozeAs(row, t.env.Now().Add(onceMore).Round(time.Minute), row.Back.Kind, row.Back.For)
	}
	return t.askSnooze(row, t.env.T("Remind me of %s", t.name(row)), state.SnoozeSilent, nil)
}

// takeOffer puts the conversation off until what was promised is due: once the text is
// sent that promised it, or now if it is.
func (t *Triage) takeOffer() tea.Cmd {
	o := t.offer
	t.offer = offer{}
	id, w := o.row.Conversation.ID, o.bound
	w.Snoozed, w.SnoozeKind, w.SnoozeFor = o.At, state.SnoozePromise, "" // what was promised, all are to keep
	now := t.env.SetFlags(id, state.FlagChange{Snoozed: api.Known(o.At), SnoozeKind: state.SnoozePromise, Seen: api.Known(o.row.Newest)})
	back := func() tea.Cmd { return t.bind(o.row, o.bound, "", t.putBack(o.row, "")) }
	return t.Did(t.snoozed(o.row, o.At, state.SnoozePromise, ""), t.bind(o.row, w, "", now), back)
}

// remindAction is the key that reminds, in the panes or in the reply box.
func (t *Triage) remindAction(writing bool) env.Action {
	return env.Action{Do: func() tea.Cmd { return t.remind(writing) }, Why: func() string { return t.whyNoReminder(writing) }}
}
