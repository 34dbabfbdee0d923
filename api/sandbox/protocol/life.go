package protocol

import (
	"fmt"
	"slices"
	"time"

	"unibox/api/sandbox/kit"
)

// reading is a message of ours that somebody will have read at due.
type reading struct {
	of      *conversation
	message *message
	due     time.Time
}

// expectReader lets the other side read a message in a while, and answer it.
func (p *Server) expectReader(v *conversation, m *message, now time.Time) {
	d := kit.Roll(p.options.Seed, 76, v.serial, int64(len(v.extra)))
	due := now.Add(time.Duration(float64(p.options.JobTime) * (1 + 2*d.Part())))
	p.unread = append(p.unread, &reading{v, m, due})
	if !p.options.Quiet && v.AnswerAt.IsZero() && d.N(10) < 7 {
		v.AnswerAt = due.Add(time.Duration(d.Between(3_000, 20_000)) * time.Millisecond)
		p.callers = append(p.callers, v)
	}
}

// settle lets everything be read whose time has come.
func (p *Server) settle(now time.Time) {
	if p.hold.Active(now) {
		return
	}
	p.unread = slices.DeleteFunc(p.unread, func(r *reading) bool {
		if r.due.After(now) {
			return false
		}
		at := p.hold.Release(r.due)
		r.message.read = &at
		return true
	})
}

// Pause lets nobody read for a while, or until resume where it is 0.
func (p *Server) Pause(length time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	p.hold.Begin(now, length)
}

func (p *Server) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.hold.End(now)
	p.settle(now)
}

// Live lets people read, answer, and now and then write by themselves.
func (p *Server) Live() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	if p.options.Quiet {
		return
	}
	p.callers = slices.DeleteFunc(p.callers, func(v *conversation) bool {
		if now.Before(v.AnswerAt) {
			return false
		}
		v.AnswerAt = time.Time{}
		p.speak(v, v.language.Reply, now)
		return true
	})
	if p.visit.IsZero() {
		p.visit = now.Add(p.untilVisit())
	}
	if !now.Before(p.visit) {
		p.visits++
		p.visit = now.Add(p.untilVisit())
		p.visitor(now)
	}
}

// untilVisit is the time until somebody writes by himself: 15 to 40 s.
func (p *Server) untilVisit() time.Duration {
	d := kit.Roll(p.options.Seed, 77, p.visits)
	return time.Duration(d.Between(15_000, 40_000)) * time.Millisecond
}

func (p *Server) visitor(now time.Time) {
	p.world()
	if len(p.conversations) == 0 {
		return
	}
	v := kit.Pick(kit.Roll(p.options.Seed, 78, p.visits), p.conversations)
	if v.active == nil || now.Sub(*v.active) > 2*time.Minute {
		p.speak(v, v.language.Nudge, now)
	}
}

// speak lets somebody say what they have in mind, or else one of the lines.
func (p *Server) speak(v *conversation, otherwise []string, now time.Time) {
	people := v.people()
	if len(people) == 0 {
		return
	}
	d := kit.Roll(p.options.Seed, 79, v.serial, int64(len(v.extra)))
	says := v.Life.Speak(v.language, d, otherwise, func() []kit.Line { return p.unsaid(v) })
	m := p.say(v, &message{from: kit.Pick(d, people), text: says.Text, at: now})
	if says.File != "" {
		m.files = []*attachment{p.sample(m, says.File)}
	}
}

// Write lets somebody of a conversation write.
func (p *Server) Write(conversation, text string, files []kit.File) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.world()
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
	return p.id(p.say(v, m).ref), nil
}
