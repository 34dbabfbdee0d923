package textus

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

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

// inboundText adds a customer's message. It reopens the conversation, and the
// customer may opt out or in with it. See
// api/textus/REFERENCE.md "Opting out".
func (p *Server) inboundText(v *conversation, text string, now time.Time) *item {
	m := p.say(v, &item{text: text, income: true, at: now.Truncate(time.Millisecond), state: "received"}, now)
	s := &p.thread(v, now).state
	switch word := strings.ToUpper(strings.TrimSpace(text)); {
	case slices.Contains(stopWords, word):
		s.optedOut, s.byContact = true, true
		p.emitOptOut(v, true, now)
	case word == "START":
		s.optedOut, s.byContact = false, false
		p.emitOptOut(v, false, now)
	}
	s.unanswered, s.read, s.readTo, s.closed = true, false, time.Time{}, false
	return m
}

var stopWords = []string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}

// Write lets the customer of a conversation write, with at most one file. The
// conversation is given by its slug or its path.
func (p *Server) Write(conversation, text string, files []kit.File) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	v := p.bySlug(strings.TrimPrefix(conversation, "/conversations/"))
	if v == nil {
		return "", fmt.Errorf("conversation %s: %w", conversation, kit.ErrUnknown)
	}
	m := p.inboundText(v, text, now)
	if len(files) > 0 {
		m.file = &files[0]
	}
	p.emitMessage(v, m, now)
	return "/messages/" + messageSlugs(p.options.Seed).of(m.id), nil
}
