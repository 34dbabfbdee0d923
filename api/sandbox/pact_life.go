package sandbox

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// live lets deliveries end and customers write.
func (p *pact) live() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	if p.options.Quiet {
		return
	}
	p.answerAgents(now)
	if p.visit.IsZero() {
		p.visit = now.Add(p.untilVisit())
	}
	if !now.Before(p.visit) {
		p.visits++
		p.visit = now.Add(p.untilVisit())
		p.visitor(now)
	}
}

// untilVisit is the time until somebody writes by himself: 6 to 12 s.
func (p *pact) untilVisit() time.Duration {
	d := roll(p.options.Seed, p.visits, 2)
	return time.Duration(d.between(6_000, 12_000)) * time.Millisecond
}

// expectAnswer makes most customers of the main company answer what was
// delivered to them, 5 to 25 s later.
func (p *pact) expectAnswer(v *pactConversation, at time.Time) {
	t := p.thread(v)
	d := roll(p.options.Seed, v.id, int64(len(t.extra)), 3)
	if p.options.Quiet || v.company != p.companies[0] || !t.answerAt.IsZero() || d.n(10) >= 7 {
		return
	}
	t.answerAt = at.Add(time.Duration(d.between(5_000, 25_000)) * time.Millisecond)
	p.callers = append(p.callers, v)
}

func (p *pact) answerAgents(now time.Time) {
	p.callers = slices.DeleteFunc(p.callers, func(v *pactConversation) bool {
		t := p.thread(v)
		if now.Before(t.answerAt) {
			return false
		}
		t.answerAt = time.Time{}
		p.speak(v, t, v.language.reply, now)
		return true
	})
}

// visitor lets one customer write without being asked: one who waits asks
// again, one who is done comes with something new.
func (p *pact) visitor(now time.Time) {
	d := roll(p.options.Seed, p.visits, 4)
	v := p.conversation(p.companies[0], d.n(p.companies[0].conversations()))
	t := p.thread(v)
	last, talked := p.newest(v)
	if talked && last.income && now.Sub(last.at) < 2*time.Minute {
		return
	}
	if !talked || !last.income {
		t.newTopic(v.language, d)
	}
	p.speak(v, t, v.language.nudge, now)
}

// speak says what the customer has in mind, or else one of the given lines.
func (p *pact) speak(v *pactConversation, t *thread, otherwise []string, now time.Time) {
	d := roll(p.options.Seed, v.id, int64(len(t.extra)), 5)
	says := t.life.speak(v.language, d, otherwise, func() []line { return p.unsaid(v) })
	m := pactMessage{text: says.text, income: true, at: now.Truncate(time.Millisecond)}
	if says.file != "" {
		m.files = []file{p.media.file(p.nextID(v), says.file)}
	}
	p.say(v, m)
}

// write lets a customer of any company write.
func (p *pact) write(conversation, text string, files []file) (string, error) {
	id, err := strconv.ParseInt(conversation, 10, 64)
	if err != nil {
		return "", errors.New("conversation: must be a number")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	for _, c := range p.companies {
		if v := p.conversationByID(c, id); v != nil {
			said := p.say(v, pactMessage{text: text, files: files, income: true, at: now.Truncate(time.Millisecond)})
			return strconv.FormatInt(said, 10), nil
		}
	}
	return "", fmt.Errorf("conversation %s: %w", conversation, errUnknown)
}
