package pact

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// A delivery fails if its text contains failMark, or if it goes to nobody.
const (
	failMark = "#fail"
	nobody   = "70000000000"
)

// The reasons for which a delivery fails. The first two are Pact's own, see
// api/pact/REFERENCE.md "Delivery jobs".
const (
	reasonChannel = "the integration does not work"
	reasonContact = "the contact does not exist"
	reasonBlocked = "the external system refused the message: the contact has blocked you"
	reasonWindow  = "the external system refused the message: more than 24 hours have passed since the customer wrote last, send a template"
	reasonCaption = "the external system refused the message: a caption goes with an image only, send text and file apart"
)

// job is a delivery.
type job struct {
	id      int64
	company *company
	channel *channel
	// conversation is nil for a first message until it is delivered.
	conversation *conversation
	phone        string
	text         string
	files        []*upload
	// sent is the message of p2, nil for a job of p1. template is set if the
	// text is a template's.
	sent         *message
	template     bool
	created, due time.Time
	state        string
	message      *int64
	details      *wireDetails
}

// accept adds the job of a message. Deliveries in a conversation keep their order.
// Viber delivers at once.
func (p *Server) accept(now time.Time, j *job) *job {
	p.jobID++
	j.id, j.created, j.state = p.jobID, now, "trying_deliver"
	j.due = now
	if j.channel.kind != "viber" {
		j.due = now.Add(p.jobTime(j.id))
	}
	if j.conversation != nil {
		t := p.thread(j.conversation)
		t.due = kit.Latest(t.due, j.due)
		j.due = t.due
	}
	p.jobs[j.id] = j
	p.pending = append(p.pending, j)
	p.accepted = append(p.accepted, j.received())
	p.settle(now)
	return j
}

// jobTime returns how long a delivery takes.
func (p *Server) jobTime(job int64) time.Duration {
	return time.Duration(float64(p.options.JobTime) * (0.6 + 0.8*kit.Roll(p.options.Seed, job).Part()))
}

// settle ends all deliveries that are due.
func (p *Server) settle(now time.Time) {
	if p.hold.Active(now) {
		return
	}
	slices.SortStableFunc(p.pending, func(a, b *job) int { return a.due.Compare(b.due) })
	p.keepAppointments(now)
	for len(p.pending) > 0 && !p.pending[0].due.After(now) {
		p.end(p.pending[0], p.hold.Release(p.pending[0].due))
		p.pending = p.pending[1:]
	}
}

// end delivers or fails a job. Only a delivered message enters the history.
func (p *Server) end(j *job, at time.Time) {
	if reason := p.obstacle(j, at); reason != "" {
		j.state, j.details = "error", &wireDetails{"NOT DELIVERED", reason}
		if j.sent != nil {
			j.sent.pending, j.sent.failed = false, reason
		}
		p.announceFailure(j, at)
		return
	}
	if j.conversation == nil {
		j.conversation = p.openConversation(j.company, j.channel.kind, j.phone, at)
	}
	m := message{text: j.text, at: at.Truncate(time.Millisecond)}
	if j.sent != nil {
		m.id, m.accepted, m.quotes = j.sent.id, j.sent.accepted, j.sent.quotes
		t := p.thread(j.conversation)
		t.unsent = slices.DeleteFunc(t.unsent, func(one *message) bool { return one == j.sent })
	}
	for _, f := range j.files {
		m.files = append(m.files, f.File)
	}
	first := p.historyLen(j.conversation) == 0
	m.id = p.say(j.conversation, m)
	j.state, j.message, j.details = "delivered", &m.id, &wireDetails{Result: "DELIVERED"}
	p.announceMessage(j.conversation, m, first, j)
	p.expectAnswer(j.conversation, at)
}

// obstacle returns the reason for which a job fails; empty if it does not.
func (p *Server) obstacle(j *job, now time.Time) string {
	phone := j.phone
	if j.conversation != nil {
		phone = j.conversation.sender
	}
	switch {
	case !j.channel.works():
		return reasonChannel
	case j.conversation != nil && p.operationalState(j.conversation) == "blocked":
		return reasonBlocked
	case j.channel.kind == "whatsapp_business" && !j.template && !p.windowOpen(j.conversation, now):
		return reasonWindow
	case strings.Contains(j.text, failMark), phone == nobody:
		return reasonContact
	case j.channel.kind == "whatsapp" && j.text != "" && slices.ContainsFunc(j.files, (*upload).uncaptioned):
		return reasonCaption
	}
	return ""
}

// windowOpen reports whether the customer of a conversation wrote in the last 24
// hours, so that WhatsApp Business takes more than templates.
func (p *Server) windowOpen(v *conversation, now time.Time) bool {
	if v == nil {
		return false
	}
	n := p.historyLen(v)
	for _, m := range p.history(v, max(0, n-100), n) {
		if m.income && now.Sub(m.at) < kit.Day {
			return true
		}
	}
	return false
}

// uncaptioned reports whether WhatsApp refuses a text together with the file. See
// api/pact/REFERENCE.md "Rules per provider".
func (f *upload) uncaptioned() bool { return !strings.HasPrefix(f.MIME, "image/") }

func (j *job) wire() wireJob {
	w := wireJob{
		ID: j.id, CompanyID: j.company.id, Channel: wireOfJob{j.channel.id, j.channel.kind},
		State: j.state, Message: j.message, Details: j.details, CreatedAt: j.created.Unix(),
	}
	if j.conversation != nil {
		w.Conversation = &j.conversation.id
	}
	return w
}

func (j *job) received() kit.Received {
	r := kit.Received{
		Platform: "pact", Company: j.company.id, Phone: j.phone, Text: j.text,
		Attachments: []kit.ReceivedFile{}, Time: j.created, Job: j.id,
	}
	if j.conversation != nil {
		id := kit.NumberID(j.conversation.id)
		r.Conversation = &id
	}
	for _, f := range j.files {
		r.Attachments = append(r.Attachments, kit.ReceivedFile{ID: kit.NumberID(f.ID), Name: f.Name, MIME: f.MIME, Size: f.Size, SHA256: f.sum})
	}
	return r
}

// showJob answers for disabled channels too.
func (p *Server) showJob(c *kit.Call) (any, error) {
	_, h, err := p.channel(c, true)
	if err != nil {
		return nil, err
	}
	j := p.jobs[c.IDs[2]]
	if j == nil || j.channel != h {
		return nil, kit.ErrNotFound
	}
	return ok(j.wire()), nil
}

// firstMessage writes to a phone number that has not written yet. See
// api/pact/REFERENCE.md "First message".
func (p *Server) firstMessage(c *kit.Call) (any, error) {
	company, h, err := p.channel(c, false)
	if err != nil {
		return nil, err
	}
	if h.kind != "whatsapp" && h.kind != "whatsapp_business" {
		return nil, kit.Refusal{Status: http.StatusBadRequest, Text: h.kind + ": the customer has to write first"}
	}
	phone, err := phoneOf(c.Params)
	if err != nil {
		return nil, err
	}
	text, err := p.begins(company, h, c.Params)
	if err != nil {
		return nil, err
	}
	return ok(p.accept(c.Now, &job{company: company, channel: h, phone: phone, text: text, template: h.kind == "whatsapp_business"}).wire()), nil
}

// Received lists the accepted messages, in order.
func (p *Server) Received() []kit.Received {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.accepted)
}

// Pause stops deliveries for a while; until Resume if it is 0.
func (p *Server) Pause(length time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	p.hold.Begin(now, length)
}

// Resume continues the deliveries.
func (p *Server) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.hold.End(now)
	p.settle(now)
}
