package sandbox

import (
	"fmt"
	"slices"
	"time"
)

// protocolReading is a message of ours that somebody will have read at due.
type protocolReading struct {
	of      *protocolConversation
	message *protocolMessage
	due     time.Time
}

// expectReader lets the other side read a message in a while, and answer it.
func (p *protocol) expectReader(v *protocolConversation, m *protocolMessage, now time.Time) {
	d := roll(p.options.Seed, 76, v.serial, int64(len(v.extra)))
	due := now.Add(time.Duration(float64(p.options.JobTime) * (1 + 2*d.part())))
	p.unread = append(p.unread, &protocolReading{v, m, due})
	if !p.options.Quiet && v.answerAt.IsZero() && d.n(10) < 7 {
		v.answerAt = due.Add(time.Duration(d.between(3_000, 20_000)) * time.Millisecond)
		p.callers = append(p.callers, v)
	}
}

// settle lets everything be read whose time has come.
func (p *protocol) settle(now time.Time) {
	if p.hold.on(now) {
		return
	}
	p.unread = slices.DeleteFunc(p.unread, func(r *protocolReading) bool {
		if r.due.After(now) {
			return false
		}
		at := p.hold.release(r.due)
		r.message.read = &at
		return true
	})
}

// pause lets nobody read for a while, or until resume where it is 0.
func (p *protocol) pause(length time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	p.hold.begin(now, length)
}

func (p *protocol) resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.hold.end(now)
	p.settle(now)
}

// live lets people read, answer, and now and then write by themselves.
func (p *protocol) live() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	if p.options.Quiet {
		return
	}
	p.callers = slices.DeleteFunc(p.callers, func(v *protocolConversation) bool {
		if now.Before(v.answerAt) {
			return false
		}
		v.answerAt = time.Time{}
		p.speak(v, v.language.reply, now)
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
func (p *protocol) untilVisit() time.Duration {
	d := roll(p.options.Seed, 77, p.visits)
	return time.Duration(d.between(15_000, 40_000)) * time.Millisecond
}

func (p *protocol) visitor(now time.Time) {
	p.world()
	if len(p.conversations) == 0 {
		return
	}
	v := pick(roll(p.options.Seed, 78, p.visits), p.conversations)
	if v.active == nil || now.Sub(*v.active) > 2*time.Minute {
		p.speak(v, v.language.nudge, now)
	}
}

// speak lets somebody say what they have in mind, or else one of the lines.
func (p *protocol) speak(v *protocolConversation, otherwise []string, now time.Time) {
	people := v.people()
	if len(people) == 0 {
		return
	}
	d := roll(p.options.Seed, 79, v.serial, int64(len(v.extra)))
	says := v.life.speak(v.language, d, otherwise, func() []line { return p.unsaid(v) })
	m := p.say(v, &protocolMessage{from: pick(d, people), text: says.text, at: now})
	if says.file != "" {
		m.files = []*protocolFile{p.sample(m, says.file)}
	}
}

// write lets somebody of a conversation write.
func (p *protocol) write(conversation, text string, files []file) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.world()
	p.settle(now)
	v := p.conversationByID(conversation)
	if v == nil || len(v.people()) == 0 {
		return "", fmt.Errorf("conversation %s: %w", conversation, errUnknown)
	}
	m := &protocolMessage{from: v.people()[0], text: text, at: now}
	for _, f := range files {
		p.serial++
		m.files = append(m.files, &protocolFile{file: f, ref: protocolRef{kind: idUpload, first: p.serial}, created: now})
	}
	return p.id(p.say(v, m).ref), nil
}
