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
	for len(p.pending) > 0 && !p.pending[0].due.After(now) {
		p.end(p.pending[0], p.hold.Release(p.pending[0].due))
		p.pending = p.pending[1:]
	}
}

// end delivers or fails a job. Only a delivered message enters the history.
func (p *Server) end(j *job, at time.Time) {
	if reason := j.obstacle(); reason != "" {
		j.state, j.details = "error", &wireDetails{"NOT DELIVERED", reason}
		return
	}
	if j.conversation == nil {
		j.conversation = p.openConversation(j.company, j.phone, at)
	}
	m := message{text: j.text, at: at.Truncate(time.Millisecond)}
	for _, f := range j.files {
		m.files = append(m.files, f.File)
	}
	id := p.say(j.conversation, m)
	j.state, j.message, j.details = "delivered", &id, &wireDetails{Result: "DELIVERED"}
	p.expectAnswer(j.conversation, at)
}

// obstacle returns the reason for which a job fails; empty if it does not.
func (j *job) obstacle() string {
	phone := j.phone
	if j.conversation != nil {
		phone = j.conversation.sender
	}
	switch {
	case j.channel.disabled:
		return reasonChannel
	case strings.Contains(j.text, failMark), phone == nobody:
		return reasonContact
	case j.channel.kind == "whatsapp" && j.text != "" && slices.ContainsFunc(j.files, (*upload).uncaptioned):
		return reasonCaption
	}
	return ""
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

// firstMessage writes to a phone number that has not written yet. The text is in
// message, or else in text. See api/pact/REFERENCE.md "Contradictions".
func (p *Server) firstMessage(c *kit.Call) (any, error) {
	company, h, err := p.channel(c, false)
	if err != nil {
		return nil, err
	}
	if h.kind != "whatsapp" {
		return nil, kit.Refusal{Status: http.StatusBadRequest, Text: h.kind + ": the customer has to write first"}
	}
	phone, err := phoneOf(c.Params)
	if err != nil {
		return nil, err
	}
	text := c.Params.Get("message")
	if text == "" {
		text = c.Params.Get("text")
	}
	if strings.TrimSpace(text) == "" {
		return nil, kit.BadRequest("message: is required")
	}
	return ok(p.accept(c.Now, &job{company: company, channel: h, phone: phone, text: text}).wire()), nil
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
