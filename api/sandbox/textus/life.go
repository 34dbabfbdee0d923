package textus

import (
	"slices"
	"time"

	"unibox/api/sandbox/kit"
)

// Live lets deliveries go on and customers write.
func (p *Server) Live() {
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
	d := kit.Roll(p.options.Seed, p.visits, 15)
	p.visit = now.Add(time.Duration(d.Between(12_000, 25_000)) * time.Millisecond)
}

// expect makes most customers answer what was delivered to them, 5 to 25 s later.
func (p *Server) expect(v *conversation, t *thread, at time.Time) {
	d := kit.Roll(p.options.Seed, v.id, int64(len(t.extra)), 16)
	if p.options.Quiet || !t.AnswerAt.IsZero() || d.N(10) >= 7 {
		return
	}
	t.AnswerAt = at.Add(time.Duration(d.Between(5_000, 25_000)) * time.Millisecond)
	p.callers = append(p.callers, v)
}

func (p *Server) answerAgents(now time.Time) {
	p.callers = slices.DeleteFunc(p.callers, func(v *conversation) bool {
		t := p.thread(v, now)
		if now.Before(t.AnswerAt) {
			return false
		}
		t.AnswerAt = time.Time{}
		p.speak(v, t, patients().Reply, now)
		return true
	})
}

// visitor lets one customer write without being asked. Who opted out or is
// blocked stays silent.
func (p *Server) visitor(now time.Time) {
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

// speak says what the customer has in mind, or else one of the given lines.
func (p *Server) speak(v *conversation, t *thread, otherwise []string, now time.Time) {
	d := kit.Roll(p.options.Seed, v.id, int64(len(t.extra)), 18)
	says := t.Life.Speak(patients(), d, otherwise, func() []kit.Line { return p.unsaid(v) })
	p.inboundText(v, says.Text, now)
}
