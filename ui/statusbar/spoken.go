package statusbar

import (
	"strings"
)

// Spoken returns the notices that were not returned yet, in their order.
func (b *Bar) Spoken() []string {
	all := b.spoken
	b.spoken = nil
	return all
}

// Announce has a screen reader say a sentence, which no notice shows.
func (b *Bar) Announce(sentence string) { b.spoken = append(b.spoken, b.env.Line(sentence)) }

// Problem is what is wrong with the store while it lasts, "" for nothing.
func (b *Bar) Problem() string { return b.env.Line(b.env.Sentence(b.condition.Problem)) }

// Standing is the top row in words: what waits, and how old the data of each account is.
func (b *Bar) Standing(s Strip) string {
	parts := []string{b.env.T("unibox, %d%s waiting, %d%s unread", s.Waiting, b.more(), s.Unread, b.more())}
	if b.env.Settings.ReadOnly {
		parts = append(parts, b.env.T("read-only"))
	}
	if s.Closing > 0 {
		parts = append(parts, b.env.T("%d closing within the hour", s.Closing))
	}
	if s.Unsent > 0 {
		parts = append(parts, b.env.T("%d in the outbox, %d to decide", s.Unsent, s.Decide))
	}
	for _, h := range b.health {
		parts = append(parts, b.Label(h, 30)+": "+b.env.Line(b.Sentence(h)))
	}
	return strings.Join(parts, "; ")
}
