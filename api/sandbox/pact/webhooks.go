package pact

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"unibox/api/sandbox/kit"
)

// How often events are repeated. See api/pact/REFERENCE.md "Contradictions".
const (
	repeatsOfP1 = 10
	repeatsOfP2 = 5
)

// probe is what Pact sends to an address before it saves it. See
// api/pact/REFERENCE.md "Companies".
var probe = object{"source": "pact.im", "operation": "test"}

// Webhooks returns what delivers Pact's events.
func (p *Server) Webhooks() *kit.Webhooks { return p.hooks }

// probeCompany refuses a webhook_url that does not answer 200.
func (p *Server) probeCompany(c *kit.Call) error {
	if c.Params.Filled("webhook_url") {
		if err := p.hooks.Probe(kit.Hook{URL: c.Params.Get("webhook_url"), Strict: true}, probe); err != nil {
			return kit.BadRequest("webhook_url: " + err.Error())
		}
	}
	return nil
}

// post sends an event of p1 to the address of a company, if it has one.
func (p *Server) post(c *company, event func() object) {
	if c.webhook != nil {
		p.hooks.Post(kit.Hook{URL: *c.webhook, Repeats: repeatsOfP1, Strict: true}, event())
	}
}

// listened reports whether anybody gets the events of a company.
func (c *company) listened() bool {
	return c.webhook != nil || slices.ContainsFunc(c.hooks, func(h *hook) bool { return h.active })
}

// appointment is something that happens later.
type appointment struct {
	at time.Time
	do func()
}

func (p *Server) later(at time.Time, do func()) { p.agenda = append(p.agenda, appointment{at, do}) }

// keepAppointments does what is due, in order.
func (p *Server) keepAppointments(now time.Time) {
	slices.SortStableFunc(p.agenda, func(a, b appointment) int { return a.at.Compare(b.at) })
	for len(p.agenda) > 0 && !p.agenda[0].at.After(now) {
		due := p.agenda[0]
		p.agenda = p.agenda[1:]
		due.do()
	}
}

// eventTime is how p1's events spell times. See api/pact/REFERENCE.md "Ids and times".
func eventTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// announceMessage tells of a message that was received, or sent and delivered. first
// is set for the first of a conversation, j is the job of ours.
func (p *Server) announceMessage(v *conversation, m message, first bool, j *job) {
	if !v.company.listened() {
		return
	}
	if first {
		p.post(v.company, func() object { return v.event() })
		p.p2.post(v.company, "create", "conversation", func() object { return p.p2.wireConversation(v, p.origin) })
	}
	p.post(v.company, func() object { return p.eventMessage(v, m, j) })
	change := "create"
	if j != nil {
		p.announceJob(j, m.at)
		p.acknowledge(v, m)
		if j.sent != nil {
			change = "update"
		}
	}
	p.p2.post(v.company, change, "message", func() object { return p.p2.eventMessage(v, m) })
	if !first {
		p.p2.post(v.company, "update", "conversation", func() object { return p.p2.wireConversation(v, p.origin) })
	}
}

// acknowledge tells later that a message of ours was delivered and read. See
// api/pact/REFERENCE.md "Acknowledgements".
func (p *Server) acknowledge(v *conversation, m message) {
	ack := func(n int) func() {
		return func() { p.post(v.company, func() object { return p.eventAck(v, m, n) }) }
	}
	p.later(m.at.Add(time.Second), ack(2))
	if at, read := p.readAt(v, m); read {
		p.later(at, ack(3))
		p.later(at, func() {
			p.p2.post(v.company, "update", "message", func() object { return p.p2.eventMessage(v, m) })
		})
	}
}

// announceJob tells that an asynchronous delivery has ended. See
// api/pact/REFERENCE.md "Job events".
func (p *Server) announceJob(j *job, at time.Time) {
	if j.channel.kind == "viber" {
		return
	}
	p.post(j.company, func() object {
		data := object{"id": j.id, "result": j.details.Result, "message_id": j.message, "date": at.Unix()}
		if j.details.Reason != "" {
			data["reason"] = j.details.Reason
		}
		return object{"type": "job", "event": "executed", "data": data}
	})
}

// announceFailure tells that a delivery has failed. No message appears in p1.
func (p *Server) announceFailure(j *job, at time.Time) {
	p.announceJob(j, at)
	if j.sent != nil {
		p.p2.post(j.company, "update", "message", func() object { return p.p2.eventMessage(j.conversation, *j.sent) })
	}
}

// event is the conversation as api/pact/REFERENCE.md "Conversation events" and "Group
// events" show it.
func (v *conversation) event() object {
	data := object{
		"external_id": v.id, "name": v.name, "avatar_url": nil, "channel_id": v.channelID(), "channel_type": v.kind,
		"created_at": eventTime(v.created), "created_at_timestamp": v.created.Unix(), "last_message_at": nil, "last_income_message_at": nil,
	}
	if v.group || v.kind == "whatsapp" || v.kind == "instagram" {
		data["sender_external_id"] = v.sender
	}
	if v.group {
		data["created_at"] = wireTime(v.created)
		return object{"type": "group_conversation", "event": "new", "data": data}
	}
	return object{"type": "conversation", "event": "new", "data": data}
}

// eventMessage is a message as api/pact/REFERENCE.md "Message events" and "Group
// events" show it. The id of the job comes for asynchronous deliveries alone.
func (p *Server) eventMessage(v *conversation, m message, j *job) object {
	w := v.wireMessage(m, p.origin)
	data := object{
		"external_id": m.id, "external_public_id": m.id, "channel_id": w.ChannelID, "channel_type": v.kind, "channel": v.channelRef(),
		"conversation_id": v.id, "message": m.text, "location": object{}, "income": m.income, "created_at": eventTime(m.at),
		"created_at_timestamp": m.at.Unix(), "ack": 0, "attachments": w.Attachments,
	}
	if j != nil {
		data["ack"] = 1
		if v.kind != "viber" {
			data["job_id"] = j.id
		}
	}
	if !v.group {
		return object{"type": "message", "event": "new", "data": data}
	}
	data["external_public_id"], data["location"] = v.externalID(m.id), nil
	data["created_at"], data["external_created_at_timestamp"] = wireTime(m.at), m.at.Unix()
	return object{"type": "group_message", "event": "new", "data": data}
}

func (v *conversation) channelRef() object { return object{"id": v.channelID(), "type": v.kind} }

func (p *Server) eventAck(v *conversation, m message, n int) object {
	data := object{"external_id": m.id, "channel": v.channelRef(), "conversation_id": v.id, "ack": n}
	if !v.group {
		return object{"type": "message", "event": "ack", "data": data}
	}
	data["external_public_id"], data["participant"], data["timestamp"] = nil, v.sender, m.at.Unix()
	return object{"type": "group_message", "event": "ack", "data": data}
}

// announceChannel tells of a channel that was made, changed or deleted. While it
// waits for somebody to scan its QR code, each new code is told too.
func (p *Server) announceChannel(c *company, h *channel, change string, now time.Time) {
	if !c.listened() {
		return
	}
	p.p2.post(c, change, "auth", func() object { return p.p2.wireAuth(c, h, now) })
	switch {
	case h.disabled:
		p.announceState(c, h, "disabled", now)
	case h.works() && slices.Contains(byQR, h.kind) && change == "update":
		p.announceState(c, h, "authorized", now)
		p.announceState(c, h, "synchronized", now)
	case h.initial && slices.Contains(byQR, h.kind) && !h.byCode():
		p.post(c, func() object {
			return object{"type": "qr_code", "event": "new", "company_id": c.id, "channel_id": h.id, "data": h.qrCode(now)}
		})
		next := now.Add(qrLife)
		p.later(next, func() {
			if h.initial && !h.disabled {
				p.announceChannel(c, h, "update", next)
			}
		})
	}
}

// states are what a channel reports, with their severity: it does not tell good news
// from bad. See api/pact/REFERENCE.md "System events".
var states = map[string]string{
	"authorized": "information", "phone offline": "critical", "phone online": "critical", "unavailable": "critical",
	"unawailable": "critical", "disabled": "critical", "trying_resume_work": "critical", "synchronized": "critical",
	"IG was set DISABLED": "information",
}

func (p *Server) announceState(c *company, h *channel, state string, now time.Time) {
	p.post(c, func() object {
		data := object{
			"message": state, "date": eventTime(now), "date_timestamp": now.Unix(), "timestamp": now.Unix() + 1,
			"details": object{"entity": "channel", "entity_id": h.id},
		}
		if state == "IG was set DISABLED" {
			delete(data, "timestamp")
		}
		return object{"type": "system", "severity": states[state], "data": data}
	})
}

// ChannelEvent lets a channel report a state, or lets somebody scan its QR code if
// the event is "scanned".
func (p *Server) ChannelEvent(channel, event string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	for _, c := range p.companies {
		for _, h := range c.channels {
			if strconv.FormatInt(h.id, 10) != channel {
				continue
			}
			switch {
			case event == "scanned" && h.initial:
				h.initial, h.updated = false, now
				p.announceChannel(c, h, "update", now)
			case states[event] == "":
				return fmt.Errorf("event %q: %w", event, kit.ErrUnknown)
			default:
				p.announceState(c, h, event, now)
			}
			return nil
		}
	}
	return fmt.Errorf("channel %s: %w", channel, kit.ErrUnknown)
}
