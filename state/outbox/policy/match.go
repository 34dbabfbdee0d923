package policy

import (
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
)

// skew is how far the time of a message may be before the moment at which we
// sent it, by the platform's own clock.
const skew = 5 * time.Minute

// ListedFrom is the earliest time, by the platform's clock, that a message
// sent at a time by our clock can have in its history. ahead is how far the
// platform's clock is ahead of ours; less than a minute of it is ignored,
// because platforms give times in whole seconds and answers take a while. A
// clock that is hours off must neither hide our message nor let an older one
// of the same text be taken for it.
func ListedFrom(sent time.Time, ahead time.Duration) time.Time {
	return sent.Add(ahead.Truncate(time.Minute) - skew)
}

// requestTime is how long a page may have been on its way: it counts as seen
// when it was asked for, and may show what was sent before it was answered.
const requestTime = 10 * time.Second

// SeenFrom is the earliest time, by our clock, at which a message sent at a
// time can have been seen first in the history.
func SeenFrom(sent time.Time) time.Time { return sent.Add(-requestTime) }

// NeedsMatch reports whether the message of the history that shows o is still
// to be found.
func NeedsMatch(o state.Outbound) bool {
	switch o.Status {
	case state.Accepted:
		return o.Receipt.Message.Remote == ""
	case state.Uncertain:
		return !o.Left
	}
	return false
}

// Match finds o among the messages of ours that nothing is tied to, given
// oldest first: the same text but for white space, as many files, and a
// time from since on.
func Match(o state.Outbound, seen []api.Message, since time.Time) (api.Message, bool) {
	for _, m := range seen {
		if m.Direction == api.Outbound && plain(m.Body) == plain(o.Body) &&
			len(m.Attachments) == len(o.Files) && !m.At.Before(since) {
			return m, true
		}
	}
	return api.Message{}, false
}

func plain(body string) string { return strings.Join(strings.Fields(body), " ") }
