package outbox

import (
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
)

// skew is how far a platform's clock may be behind ours for a message of its
// history to be one that we sent.
const skew = 5 * time.Minute

// grace is how long before its attempt a message of the history may have been
// seen first: a page counts as seen when it was asked for, and may show what
// was sent before it was answered.
const grace = 10 * time.Second

// seeks reports whether a message is still to be tied to one of the history.
func seeks(o state.Outbound) bool {
	switch o.Status {
	case state.Accepted:
		return o.Receipt.Message.Remote == ""
	case state.Uncertain:
		return !o.Left
	}
	return false
}

// match finds o among the messages of ours that nothing is tied to, given
// oldest first: the same text but for white space, as many files, and a
// plausible time.
func match(o state.Outbound, seen []api.Message) (api.Message, bool) {
	for _, m := range seen {
		if m.Direction == api.Outbound && plain(m.Body) == plain(o.Body) &&
			len(m.Attachments) == len(o.Files) && !m.At.Before(o.SentAt.Add(-skew)) {
			return m, true
		}
	}
	return api.Message{}, false
}

func plain(body string) string { return strings.Join(strings.Fields(body), " ") }
