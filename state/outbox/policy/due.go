package policy

import (
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

// Plan is what may be done for the messages of an account now. Its lists are
// in the order of the outbox.
type Plan struct {
	// Sends are to be sent and have their files at the platform, Uploads do
	// not have them there yet.
	Sends, Uploads []state.Outbound
	// Checks are to be looked up at the platform: what became of them?
	Checks []state.Outbound
	// Orphans are to follow a first message that no longer exists.
	Orphans []state.Outbound
	// Interrupted were being worked on when a process ended.
	Interrupted []state.Outbound
	// Paused are not sent because the account pauses, and do not say so yet.
	Paused []state.Outbound
	// Alarm has when to plan again.
	work.Alarm
}

// queueState is what is ahead of a message in its conversation.
type queueState struct {
	// blocked: something ahead is not out yet, or may or may not be.
	blocked bool
	// opening: the first message is ahead.
	opening bool
}

// Due plans. Rows come oldest first; busy ones are being worked on; nothing is
// sent during a pause. Within a conversation a message goes when everything ahead
// of it has gone or failed for certain; what waits for its time holds nobody up. What waits behind a failed part of its
// own reply keeps its position and holds nobody up.
func Due(rows []state.Outbound, busy func(id int64) bool, now time.Time, pause Pause) Plan {
	p := Plan{Alarm: work.Alarm{Now: now}}
	ahead := map[api.ConversationID]*queueState{}
	broken := map[string]bool{}
	for _, o := range rows {
		q := ahead[o.Conversation]
		if q == nil {
			q = &queueState{}
			ahead[o.Conversation] = q
		}
		if !busy(o.ID) {
			p.add(o, *q, broken[o.Reply()], now, pause)
		}
		stuck := o.Status == state.Queued && broken[o.Reply()]
		broken[o.Reply()] = broken[o.Reply()] || o.Status == state.Failed
		q.blocked = q.blocked || o.Blocks() && !stuck && !early(o, now)
		q.opening = q.opening || o.First != nil
	}
	return p
}

func (p *Plan) add(o state.Outbound, q queueState, broken bool, now time.Time, pause Pause) {
	switch o.Status {
	case state.Uploading, state.InFlight:
		p.Interrupted = append(p.Interrupted, o)
	case state.Accepted:
		p.at(&p.Checks, o, state.Planned(o.NotBefore, now))
	case state.Uncertain:
		if Looks(o) {
			p.at(&p.Checks, o, state.Planned(o.NotBefore, now))
		}
	case state.Queued:
		homeless := o.First == nil && state.Provisional(o.Conversation)
		switch {
		case homeless && !q.opening:
			p.Orphans = append(p.Orphans, o)
		case !homeless && !q.blocked && !broken:
			p.send(o, now, pause)
		}
	}
}

// Looks reports whether it is still being looked whether a message arrived of which nobody
// knows that.
func Looks(o state.Outbound) bool {
	return o.Status == state.Uncertain && !o.Left && o.Checks < allChecks
}

// send plans a message that is next in its conversation. One that a person wants
// tried has a reason to wait and no time.
func (p *Plan) send(o state.Outbound, now time.Time, pause Pause) {
	if early(o, now) { // a date, however far ahead, and whatever the account does until then
		p.at(p.lane(o), o, o.At)
		return
	}
	when := state.Planned(o.NotBefore, now)
	wanted := o.NotBefore.IsZero() && o.Reason != ""
	if !pause.Until.After(now) || wanted && pause.mayTry(now) {
		p.at(p.lane(o), o, when)
		return
	}
	if pause.outlasts(when, now) {
		p.Paused = append(p.Paused, o)
	}
	p.at(p.lane(o), o, work.Later(when, pause.Until))
}

// lane keeps a long upload from holding up the texts of other conversations.
func (p *Plan) lane(o state.Outbound) *[]state.Outbound {
	if MissingFile(o) >= 0 {
		return &p.Uploads
	}
	return &p.Sends
}

// at puts o on a list if its time has come.
func (p *Plan) at(list *[]state.Outbound, o state.Outbound, when time.Time) {
	if p.Due(when) {
		*list = append(*list, o)
	}
}
