package changes

import (
	"strconv"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

const (
	// expiry is how long after a success the platform's lists may still show
	// the state before.
	expiry = 15 * time.Second
)

const (
	againReason     = "no answer came; asking again by itself"
	uncertainReason = "no answer came, so the platform may be trying already: look at the message before you retry again"
	passedReason    = "they wrote meanwhile, so it is not tried again: read that first"
	unchangedReason = "the platform answered, but left it as it was"
)

// applyResult is what becomes of a change by the platform's answer, at now.
// Where an error says that the request certainly had no effect, the change counts
// as never sent. A retry that may have had one is not repeated by itself, because
// that could send a message twice; everything else is.
func applyResult(ch state.Change, a api.ChangeResult, err error, now time.Time) state.Change {
	ch.Reason = ""
	switch kind := api.KindOf(err); {
	case err == nil && contradicts(a, ch):
		return refuse(ch, unchangedReason)
	case err == nil, kind == api.ErrNotFound && (ch.Cap == api.CapDelete || ch.Cap == api.CapRemove):
		ch.NotBefore, ch.Until = time.Time{}, now.Add(expiry)
		return ch
	case kind == api.ErrUncertain && ch.Cap == api.CapRetry:
		return refuse(ch, uncertainReason)
	case kind == api.ErrUncertain:
		return postpone(ch, againReason, pause(ch), now)
	case kind == api.ErrRateLimited, kind == api.ErrUnavailable:
		ch.Sent = false
		return postpone(ch, api.Explain(err), max(pause(ch), api.RetryAfter(err)), now)
	case kind == api.ErrAuth, kind == api.ErrPayment:
		ch.Sent = false
		return postpone(ch, api.Explain(err), work.LongestPause, now)
	}
	return refuse(ch, api.Explain(err))
}

// contradicts reports whether the platform's own answer says otherwise.
func contradicts(a api.ChangeResult, ch state.Change) bool {
	holds, said := ch.Holds(a.Conversation)
	return said && !holds
}

func postpone(ch state.Change, reason string, wait time.Duration, now time.Time) state.Change {
	ch.Reason, ch.NotBefore = reason, state.In(now, wait)
	return ch
}

func refuse(ch state.Change, reason string) state.Change {
	ch.Reason, ch.NotBefore, ch.Refused = reason, time.Time{}, true
	return ch
}

// pause is how long to wait after a try.
func pause(ch state.Change) time.Duration {
	return work.Backoff(ch.Attempts, work.Jitter(strconv.FormatInt(ch.ID, 10)+"/"+strconv.Itoa(ch.Attempts)))
}
