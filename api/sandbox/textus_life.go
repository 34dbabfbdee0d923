package sandbox

import (
	"slices"
	"time"
)

// live lets deliveries go on and customers write.
func (p *textus) live() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	if p.options.Quiet {
		return
	}
	p.answerAgents(now)
	switch {
	case p.visit.IsZero():
	case now.Before(p.visit):
		return
	default:
		p.visits++
		p.visitor(now)
	}
	d := roll(p.options.Seed, p.visits, 15)
	p.visit = now.Add(time.Duration(d.between(12_000, 25_000)) * time.Millisecond)
}

// expect makes most customers answer what was delivered to them, 5 to 25 s later.
func (p *textus) expect(v *textusConversation, t *textusThread, at time.Time) {
	d := roll(p.options.Seed, v.id, int64(len(t.extra)), 16)
	if p.options.Quiet || !t.answerAt.IsZero() || d.n(10) >= 7 {
		return
	}
	t.answerAt = at.Add(time.Duration(d.between(5_000, 25_000)) * time.Millisecond)
	p.callers = append(p.callers, v)
}

func (p *textus) answerAgents(now time.Time) {
	p.callers = slices.DeleteFunc(p.callers, func(v *textusConversation) bool {
		t := p.thread(v, now)
		if now.Before(t.answerAt) {
			return false
		}
		t.answerAt = time.Time{}
		p.speak(v, t, textusLanguage().reply, now)
		return true
	})
}

// visitor lets one customer write without being asked. Who opted out or is
// blocked stays silent.
func (p *textus) visitor(now time.Time) {
	d := roll(p.options.Seed, p.visits, 17)
	a := p.tree[d.n(len(p.tree))]
	if a.base == 0 {
		return
	}
	v := p.conversation(a, d.n(a.base))
	s := p.state(v, now)
	if s.blocked || s.optedOut || s.unanswered && now.Sub(p.lastAt(v)) < 2*time.Minute {
		return
	}
	t := p.thread(v, now)
	if !s.unanswered {
		t.newTopic(textusLanguage(), d)
	}
	p.speak(v, t, textusLanguage().nudge, now)
}

// speak says what the customer has in mind, or else one of the given lines.
func (p *textus) speak(v *textusConversation, t *textusThread, otherwise []string, now time.Time) {
	d := roll(p.options.Seed, v.id, int64(len(t.extra)), 18)
	says := t.life.speak(textusLanguage(), d, otherwise, func() []line { return p.unsaid(v) })
	p.inboundText(v, says.text, now)
}
