package textus

import (
	"slices"
	"time"

	"unibox/api/sandbox/kit"
)

// Tick does what is due: deliveries move, customers write.
func (p *Server) Tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	if p.options.Quiet {
		return
	}
	p.answerAgents(now)
	switch {
	case p.nextVisit.IsZero():
	case now.Before(p.nextVisit):
		return
	default:
		p.visits++
		p.writeUnprompted(now)
	}
	d := kit.Roll(p.options.Seed, p.visits, 15)
	p.nextVisit = now.Add(time.Duration(d.Between(12_000, 25_000)) * time.Millisecond)
}

// expectAnswer lets most customers answer a delivered message, 5 to 25 s later.
func (p *Server) expectAnswer(v *conversation, t *thread, at time.Time) {
	d := kit.Roll(p.options.Seed, v.id, int64(len(t.extra)), 16)
	if p.options.Quiet || !t.AnswerAt.IsZero() || d.N(10) >= 7 {
		return
	}
	t.AnswerAt = at.Add(time.Duration(d.Between(5_000, 25_000)) * time.Millisecond)
	p.answering = append(p.answering, v)
}

// answerAgents lets those customers write whose answer is due.
func (p *Server) answerAgents(now time.Time) {
	p.answering = slices.DeleteFunc(p.answering, func(v *conversation) bool {
		t := p.thread(v, now)
		if now.Before(t.AnswerAt) {
			return false
		}
		t.AnswerAt = time.Time{}
		p.speak(v, t, patients().Reply, now)
		return true
	})
}

// writeUnprompted lets one customer write, unless the customer has opted out or is
// blocked.
func (p *Server) writeUnprompted(now time.Time) {
	d := kit.Roll(p.options.Seed, p.visits, 17)
	a := p.tree[d.N(len(p.tree))]
	if a.base == 0 {
		return
	}
	v := p.conversation(a, d.N(a.base))
	s := p.state(v, now)
	if s.blocked || s.optedOut || s.unanswered && now.Sub(p.lastAt(v)) < 2*time.Minute {
		return
	}
	t := p.thread(v, now)
	if !s.unanswered {
		t.NewTopic(patients(), d)
	}
	p.speak(v, t, patients().Nudge, now)
}

// speak adds the customer's next line, or else one of the given lines.
func (p *Server) speak(v *conversation, t *thread, otherwise []string, now time.Time) {
	d := kit.Roll(p.options.Seed, v.id, int64(len(t.extra)), 18)
	says := t.Customer.Speak(patients(), d, otherwise, func() []kit.Line { return p.unsaid(v) })
	p.emitMessage(v, p.inboundText(v, says.Text, now), now)
}
