package changes

import (
	"hash/fnv"
	"strconv"
	"time"

	"unibox/api"
	"unibox/state"
)

const (
	// longest is the longest pause between two tries, and the one where only
	// a person can help.
	longest = time.Minute
	// expiry is how long after a success the platform's lists may still show
	// the state before.
	expiry = 15 * time.Second
)

const (
	againReason     = "no answer came; asking again by itself"
	uncertainReason = "no answer came, so the platform may be trying already: look at the message before you retry again"
	unchangedReason = "the platform answered, but left it as it was"
)

// weigh is what becomes of a change that was asked for at now, by the answer.
// An error says whether it had an effect: where it had none for certain, the
// change is as good as never sent. A retry that may have had one is not
// repeated by itself, it could send a message twice; all else may be.
func weigh(ch state.Change, a answer, err error, now time.Time) state.Change {
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
		return postpone(ch, api.Explain(err), longest, now)
	}
	return refuse(ch, api.Explain(err))
}

// contradicts reports whether the platform's own answer says otherwise.
func contradicts(a answer, ch state.Change) bool {
	holds, said := ch.Holds(a.conversation)
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

// pause is how long to wait after a try: 1, 2, 4 … 60 s, a fifth more or less.
func pause(ch state.Change) time.Duration {
	d := min(time.Second<<min(max(ch.Attempts-1, 0), 6), longest)
	return d - d/5 + time.Duration(spread(ch)*float64(d)*2/5)
}

// spread is the jitter of a try, 0 to 1: another for each change and try,
// always the same for one, so that weigh stays a function.
func spread(ch state.Change) float64 {
	h := fnv.New32a()
	h.Write([]byte(strconv.FormatInt(ch.ID, 10) + "/" + strconv.Itoa(ch.Attempts)))
	return float64(h.Sum32()%1000) / 1000
}
