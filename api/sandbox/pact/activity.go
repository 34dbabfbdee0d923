package pact

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"unibox/api/sandbox/kit"
)

// Tick does what is due: deliveries end, customers write.
func (p *Server) Tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.pair(now)
	p.settle(now)
	if p.options.Quiet {
		return
	}
	p.answerAgents(now)
	if p.nextVisit.IsZero() {
		p.nextVisit = now.Add(p.untilVisit())
	}
	if !now.Before(p.nextVisit) {
		p.visits++
		p.nextVisit = now.Add(p.untilVisit())
		p.writeUnprompted(now)
	}
}

// untilVisit returns the time until a customer writes unprompted: 6 to 12 s.
func (p *Server) untilVisit() time.Duration {
	d := kit.Roll(p.options.Seed, p.visits, 2)
	return time.Duration(d.Between(6_000, 12_000)) * time.Millisecond
}

// expectAnswer lets most customers of the main company answer a delivered message,
// 5 to 25 s later.
func (p *Server) expectAnswer(v *conversation, at time.Time) {
	t := p.thread(v)
	d := kit.Roll(p.options.Seed, v.id, int64(len(t.extra)), 3)
	if p.options.Quiet || v.company != p.companies[0] || !t.AnswerAt.IsZero() || d.N(10) >= 7 {
		return
	}
	t.AnswerAt = at.Add(time.Duration(d.Between(5_000, 25_000)) * time.Millisecond)
	p.answering = append(p.answering, v)
}

// answerAgents lets those customers write whose answer is due.
func (p *Server) answerAgents(now time.Time) {
	p.answering = slices.DeleteFunc(p.answering, func(v *conversation) bool {
		t := p.thread(v)
		if now.Before(t.AnswerAt) {
			return false
		}
		t.AnswerAt = time.Time{}
		p.speak(v, t, v.language.Reply, now)
		return true
	})
}

// writeUnprompted lets one customer write: one who waits for an answer asks again,
// any other begins a new topic.
func (p *Server) writeUnprompted(now time.Time) {
	d := kit.Roll(p.options.Seed, p.visits, 4)
	v := p.conversation(p.companies[0], d.N(p.companies[0].conversations()))
	t := p.thread(v)
	last, talked := p.newest(v)
	if talked && last.income && now.Sub(last.at) < 2*time.Minute {
		return
	}
	if !talked || !last.income {
		t.NewTopic(v.language, d)
	}
	p.speak(v, t, v.language.Nudge, now)
}

// speak adds the customer's next line, or else one of the given lines.
func (p *Server) speak(v *conversation, t *thread, otherwise []string, now time.Time) {
	d := kit.Roll(p.options.Seed, v.id, int64(len(t.extra)), 5)
	says := t.Customer.Speak(v.language, d, otherwise, func() []kit.Line { return p.unsaid(v) })
	m := message{text: says.Text, income: true, at: now.Truncate(time.Millisecond)}
	if says.File != "" {
		m.files = []kit.File{p.media.Sample(p.nextID(v), says.File)}
	}
	p.hear(v, m)
}

// Write lets the customer of a conversation write.
func (p *Server) Write(conversation, text string, files []kit.File) (string, error) {
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
			said := p.hear(v, message{text: text, files: files, income: true, at: now.Truncate(time.Millisecond)})
			return strconv.FormatInt(said, 10), nil
		}
	}
	return "", fmt.Errorf("conversation %s: %w", conversation, kit.ErrUnknown)
}
