package outbox

import (
	"time"

	"unibox/api"
	"unibox/state"
)

// plan is what may be done for the messages of an account now, and when to
// think again; a zero next means that only news can change it. Sends have
// their files with the platform, uploads do not yet.
type plan struct {
	sends, uploads, looks, orphans, found []state.Outbound
	// kept are those that a pause of the account keeps from being sent.
	kept []state.Outbound
	next time.Time
}

// queueState is what stands ahead of a message in its conversation.
type queueState struct {
	// blocked: something ahead is not out yet, or may or may not be.
	blocked bool
	// opening: the first message is ahead.
	opening bool
}

// due plans. Rows come oldest first; busy ones are being worked on; nothing is
// sent during a pause. Within a conversation a message goes when everything ahead
// of it has gone or failed for certain. What waits behind a failed part of its
// own reply keeps its place and holds nobody up.
func due(rows []state.Outbound, busy func(id int64) bool, now time.Time, pause truce) plan {
	var p plan
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
		held := o.Status == state.Queued && broken[o.Reply()]
		broken[o.Reply()] = broken[o.Reply()] || o.Status == state.Failed
		q.blocked = q.blocked || o.Blocks() && !held
		q.opening = q.opening || o.First != nil
	}
	return p
}

func (p *plan) add(o state.Outbound, q queueState, broken bool, now time.Time, pause truce) {
	switch o.Status {
	case state.Uploading, state.InFlight:
		p.found = append(p.found, o)
	case state.Accepted:
		p.at(&p.looks, o, state.Planned(o.NotBefore, now), now)
	case state.Uncertain:
		if !o.Left && o.Checks < allLooks {
			p.at(&p.looks, o, state.Planned(o.NotBefore, now), now)
		}
	case state.Queued:
		homeless := o.First == nil && state.Provisional(o.Conversation)
		switch {
		case homeless && !q.opening:
			p.orphans = append(p.orphans, o)
		case !homeless && !q.blocked && !broken:
			p.send(o, now, pause)
		}
	}
}

// send plans a message that is next in its conversation. One that a person wants
// tried has a reason to wait and no time.
func (p *plan) send(o state.Outbound, now time.Time, pause truce) {
	when := state.Planned(o.NotBefore, now)
	wanted := o.NotBefore.IsZero() && o.Reason != ""
	if !pause.until.After(now) || wanted && !pause.ordered {
		p.at(p.lane(o), o, when, now)
		return
	}
	if pause.outlasts(when, now) {
		p.kept = append(p.kept, o)
	}
	p.at(p.lane(o), o, later(when, pause.until), now)
}

// lane keeps a long upload from holding up the texts of other conversations.
func (p *plan) lane(o state.Outbound) *[]state.Outbound {
	if missing(o) >= 0 {
		return &p.uploads
	}
	return &p.sends
}

// at puts o on a list if its time has come, and remembers the time if not.
func (p *plan) at(list *[]state.Outbound, o state.Outbound, when, now time.Time) {
	switch {
	case !when.After(now):
		*list = append(*list, o)
	case p.next.IsZero() || when.Before(p.next):
		p.next = when
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
