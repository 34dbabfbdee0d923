package protocol

import (
	"fmt"
	"slices"
	"time"

	"unibox/api/sandbox/kit"
)

// pendingRead is a message of this user that the other side reads at due.
type pendingRead struct {
	of      *conversation
	message *message
	due     time.Time
}

// expectRead lets the other side read a message after a while, and perhaps answer.
func (p *Server) expectRead(v *conversation, m *message, now time.Time) {
	d := kit.Roll(p.options.Seed, 76, v.serial, int64(len(v.extra)))
	due := now.Add(time.Duration(float64(p.options.JobTime) * (1 + 2*d.Part())))
	p.pendingReads = append(p.pendingReads, &pendingRead{v, m, due})
	if !p.options.Quiet && v.AnswerAt.IsZero() && d.N(10) < 7 {
		v.AnswerAt = due.Add(time.Duration(d.Between(3_000, 20_000)) * time.Millisecond)
		p.answering = append(p.answering, v)
	}
}

// settle marks all messages as read that are due.
func (p *Server) settle(now time.Time) {
	if p.hold.Active(now) {
		return
	}
	p.pendingReads = slices.DeleteFunc(p.pendingReads, func(r *pendingRead) bool {
		if r.due.After(now) {
			return false
		}
		at := p.hold.Release(r.due)
		r.message.read = &at
		p.emitMessage("updated", r.of, r.message)
		return true
	})
}

// Pause stops all reading for a while; until Resume if it is 0.
func (p *Server) Pause(length time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	p.hold.Begin(now, length)
}

// Resume continues the reading.
func (p *Server) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.hold.End(now)
	p.settle(now)
}

// Tick does what is due: people read, answer and write.
func (p *Server) Tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	if p.options.Quiet {
		return
	}
	p.answering = slices.DeleteFunc(p.answering, func(v *conversation) bool {
		if now.Before(v.AnswerAt) {
			return false
		}
		v.AnswerAt = time.Time{}
		p.speak(v, v.language.Reply, now)
		return true
	})
	if p.nextVisit.IsZero() {
		p.nextVisit = now.Add(p.untilVisit())
	}
	if !now.Before(p.nextVisit) {
		p.visits++
		p.nextVisit = now.Add(p.untilVisit())
		p.writeUnprompted(now)
	}
}

// untilVisit returns the time until a customer writes unprompted: 15 to 40 s.
func (p *Server) untilVisit() time.Duration {
	d := kit.Roll(p.options.Seed, 77, p.visits)
	return time.Duration(d.Between(15_000, 40_000)) * time.Millisecond
}

// writeUnprompted lets one customer write, unless the conversation is busy.
func (p *Server) writeUnprompted(now time.Time) {
	p.build()
	if len(p.conversations) == 0 {
		return
	}
	v := kit.Pick(kit.Roll(p.options.Seed, 78, p.visits), p.conversations)
	if v.active == nil || now.Sub(*v.active) > 2*time.Minute {
		p.speak(v, v.language.Nudge, now)
	}
}

// speak adds the next line of somebody in a conversation, or else one of the given
// lines.
func (p *Server) speak(v *conversation, otherwise []string, now time.Time) {
	people := v.people()
	if len(people) == 0 {
		return
	}
	d := kit.Roll(p.options.Seed, 79, v.serial, int64(len(v.extra)))
	says := v.Customer.Speak(v.language, d, otherwise, func() []kit.Line { return p.unsaid(v) })
	m := p.say(v, &message{from: kit.Pick(d, people), text: says.Text, at: now})
	if says.File != "" {
		m.files = []*attachment{p.sample(m, says.File)}
	}
	p.emitMessage("created", v, m)
}

// Write lets the first of the people in a conversation write.
func (p *Server) Write(conversation, text string, files []kit.File) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.build()
	p.settle(now)
	v := p.conversationByID(conversation)
	if v == nil || len(v.people()) == 0 {
		return "", fmt.Errorf("conversation %s: %w", conversation, kit.ErrUnknown)
	}
	m := &message{from: v.people()[0], text: text, at: now}
	for _, f := range files {
		p.serial++
		m.files = append(m.files, &attachment{File: f, ref: reference{kind: idUpload, first: p.serial}, created: now})
	}
	said := p.say(v, m)
	p.emitMessage("created", v, said)
	return p.id(said.ref), nil
}
