package outbox

import (
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
)

// skew is how far the time of a message may be before the moment at which we
// sent it, by the platform's own clock.
const skew = 5 * time.Minute

// since is from when on a message that was sent at a time by our clock may
// stand in the platform's history. A clock that is hours off must neither hide
// the message nor let an older one of the same text be taken for it; what a
// platform says of its clock counts from a minute on, since it says whole
// seconds and answers take a while.
func (s *sender) since(sent time.Time) time.Time {
	ahead := time.Duration(0)
	if clock, ok := s.provider.(api.Clock); ok {
		ahead = clock.Ahead().Truncate(time.Minute)
	}
	return sent.Add(ahead - skew)
}

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
// time from since on.
func match(o state.Outbound, seen []api.Message, since time.Time) (api.Message, bool) {
	for _, m := range seen {
		if m.Direction == api.Outbound && plain(m.Body) == plain(o.Body) &&
			len(m.Attachments) == len(o.Files) && !m.At.Before(since) {
			return m, true
		}
	}
	return api.Message{}, false
}

func plain(body string) string { return strings.Join(strings.Fields(body), " ") }
