package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/state"
)

const (
	// typingFor is how long after a letter of a reply somebody still types.
	typingFor = 400 * time.Millisecond
	// newsWait is how long news waits at most while somebody types. What is typed is
	// saved four times a second, each of which would read again all that is shown.
	newsWait = 700 * time.Millisecond
)

// news is what became stale while somebody types a reply, and is read again a little
// later, together. Any key but a letter ends that.
type news struct {
	typed   time.Time
	topics  []state.Topic
	waiting bool
}

// newsDueMsg says that news has waited for long enough.
type newsDueMsg struct{}

// letter notes that a letter was typed.
func (n *news) letter(now time.Time) { n.typed = now }

// action notes that a key was pressed whose effect is to be seen at once.
func (n *news) action() { n.typed = time.Time{} }

// take takes what became stale and returns what is to be read again now. Where it is put
// off, due reports whether a newsDueMsg is to come after newsWait.
func (n *news) take(topics []state.Topic, now time.Time) (read []state.Topic, due bool) {
	for _, t := range topics {
		if !slices.Contains(n.topics, t) {
			n.topics = append(n.topics, t)
		}
	}
	if now.Sub(n.typed) > typingFor {
		return n.rest(), false
	}
	due = !n.waiting
	n.waiting = true
	return nil, due
}

// rest returns what was put off.
func (n *news) rest() (topics []state.Topic) {
	topics, n.topics = n.topics, nil
	return topics
}

// stale reads again what became stale, or puts it off.
func (m *Model) stale(topics []state.Topic) tea.Cmd {
	read, due := m.news.take(topics, m.env.Now())
	if due {
		return m.env.After(newsWait, newsDueMsg{})
	}
	return m.reload(read)
}

// newsDue reads again what was put off.
func (m *Model) newsDue() tea.Cmd {
	m.news.waiting = false
	return m.reload(m.news.rest())
}
