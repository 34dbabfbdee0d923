package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

func (p *textus) received() []Received {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.log)
}

// pause holds deliveries for a while, or until resume where it is 0.
func (p *textus) pause(length time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	p.hold.begin(now, length)
}

func (p *textus) resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.hold.end(now)
	p.settle(now)
}

// inboundText lets a customer write: it reopens, and the words of a carrier
// opt out and in (textus.md §4).
func (p *textus) inboundText(v *textusConversation, text string, now time.Time) *textusItem {
	m := p.say(v, &textusItem{text: text, income: true, at: now.Truncate(time.Millisecond), sender: -1, state: "received"}, now)
	s := &p.thread(v, now).state
	switch word := strings.ToUpper(strings.TrimSpace(text)); {
	case slices.Contains(stopWords, word):
		s.optedOut, s.byContact = true, true
	case word == "START":
		s.optedOut, s.byContact = false, false
	}
	s.unanswered, s.read, s.readTo, s.closed = true, false, time.Time{}, false
	return m
}

var stopWords = []string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}

// write lets a customer write, with one file at the most; the conversation is
// a slug or a whole path.
func (p *textus) write(conversation, text string, files []file) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	v := p.bySlug(strings.TrimPrefix(conversation, "/conversations/"))
	if v == nil {
		return "", fmt.Errorf("conversation %s: %w", conversation, errUnknown)
	}
	m := p.inboundText(v, text, now)
	if len(files) > 0 {
		m.file = &files[0]
	}
	return "/messages/" + messageSlugs(p.options.Seed).of(m.id), nil
}
