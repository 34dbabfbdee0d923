package policy

import (
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

const (
	// skew is how far the time of a message may be before the moment at which we
	// sent it, by the platform's own clock; unknownSkew where that has not said
	// what time it is.
	skew        = 30 * time.Second
	unknownSkew = 5 * time.Minute
	// listedWithin is how long after that a platform lists what it took without an
	// answer. By then a person decides, and the same text may be somebody else's.
	listedWithin = 15 * time.Minute
)

// ListedFrom is the earliest time, by the platform's clock, that a message
// sent at a time by our clock can have in its history. ahead is how far the
// platform's clock is ahead of ours, 0 where it has not said. A clock that is
// hours off must neither hide our message nor let an older one of the same text
// be taken for it.
func ListedFrom(sent time.Time, ahead time.Duration) time.Time {
	if ahead == 0 {
		return sent.Add(-unknownSkew)
	}
	return sent.Add(ahead - skew)
}

// listedUntil is the latest time, by the platform's clock, that a message can have
// in its history. What the platform has accepted may take any time.
func listedUntil(o state.Outbound, ahead time.Duration) time.Time {
	if o.Status == state.Accepted {
		return time.Unix(1<<40, 0)
	}
	return work.Later(o.SentAt, o.At).Add(ahead + listedWithin)
}

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

// Match finds o among the messages of ours that nothing is tied to and that were
// first seen after it was sent, given oldest first. rows are those of its
// conversation, o among them. Where more messages could be o than rows could have
// become, or one of them was left unknown, nobody can tell whose they are.
func Match(o state.Outbound, rows []state.Outbound, seen []api.Message, ahead time.Duration) (api.Message, bool) {
	from, until := ListedFrom(o.SentAt, ahead), listedUntil(o, ahead)
	fits := slices.DeleteFunc(slices.Clone(seen), func(m api.Message) bool {
		return !o.ShownBy(m) || m.At.Before(from) || m.At.After(until)
	})
	if len(fits) == 0 {
		return api.Message{}, false
	}
	claims := 0
	for _, r := range rows {
		switch {
		case r.ID != o.ID && !r.ShownBy(fits[0]):
		case r.Status == state.Uncertain && r.Left:
			return api.Message{}, false
		case r.ID == o.ID || NeedsMatch(r):
			claims++
		}
	}
	return fits[0], len(fits) <= claims
}

// Repeats reports whether a message that was never sent by what is stored is in the
// history all the same: there are more messages like it since it was submitted than
// other rows could have become.
func Repeats(o state.Outbound, rows []state.Outbound, seen []api.Message, ahead time.Duration) bool {
	from, spare := ListedFrom(o.Submitted, ahead), 0
	for _, m := range seen {
		if o.ShownBy(m) && !m.At.Before(from) {
			spare++
			for i, r := range rows {
				if r.ID != o.ID && NeedsMatch(r) && r.ShownBy(m) {
					rows, spare = slices.Delete(slices.Clone(rows), i, i+1), spare-1
					break
				}
			}
		}
	}
	return spare > 0
}
