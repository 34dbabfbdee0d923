package policy

import (
	"strconv"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

// notSentPause is how long a message waits whose request was stopped before its
// first byte.
const notSentPause = time.Second

// freshFor is how long after it was submitted a reply goes out even if the check
// before it fails: its agent has just seen the conversation.
const freshFor = time.Minute

const (
	// precheckTimeout is how long that check may take for a fresh reply: long
	// enough that the tightest budget has a request for it meanwhile.
	// oldReplyTimeout is that for an older one, which must not wait for ever on a
	// slow network.
	precheckTimeout = 5 * time.Second
	oldReplyTimeout = time.Minute
)

// retryTime is how long the platform may take, after it was asked to try a message
// again, to say anything newer of it than the failure before.
const retryTime = 30 * time.Second

// MostRenewChecks is how often the message is looked for that the platform may have
// made of one that it was to try again.
const MostRenewChecks = quickChecks

// MayRepeat reports whether an earlier request of a message may have been forgotten
// that was never sent by what is stored: the message is older than the work of this
// process, which began at a time, and the store may be a copy from before. found is the
// newest message that was there then: where several boxes submit, their times of day differ.
func MayRepeat(o state.Outbound, began time.Time, found int64) bool {
	return o.Attempts == 0 && (o.ID <= found || o.Submitted.Before(began))
}

// Apart is how far the times of day of boxes that share an outbox may be apart without a
// message being sent twice.
const Apart = 5 * time.Minute

// PrecheckTimeout is how long reading the conversation may take before the first
// request of a message.
func PrecheckTimeout(o state.Outbound, now time.Time) time.Duration {
	if now.Sub(o.Submitted) < freshFor {
		return precheckTimeout
	}
	return oldReplyTimeout
}

const (
	// jobSilent is how long a job may run before the message says that the
	// platform is silent, jobForgotten how long it is asked about at all.
	jobSilent    = 15 * time.Minute
	jobForgotten = 24 * time.Hour
	// linkChecks is how often the history is read for a message that is known to
	// be delivered; it is only to be tied to its message there.
	linkChecks = 5
	// quickChecks is the number of checks in the first two minutes, allChecks
	// that in the first quarter of an hour, after which a person decides.
	quickChecks = 8
	allChecks   = quickChecks + 13
)

// lateFailure is how long after a message went out a carrier may still say that it
// failed. What the history says after that is old news to whoever wrote since.
const lateFailure = 72 * time.Hour

// checkPauses are the pauses before the checks of a job or a history; the last
// one repeats.
var checkPauses = [...]time.Duration{
	time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second,
	15 * time.Second, 30 * time.Second, work.LongestPause,
}

// checkPause is the pause after a number of checks.
func checkPause(done int) time.Duration {
	return checkPauses[min(max(done, 0), len(checkPauses)-1)]
}

// retryPause is how long to wait after a try that had no effect: ever longer,
// and a minute where only a person can help, such as with a new token.
func retryPause(o state.Outbound, err error) time.Duration {
	switch api.KindOf(err) {
	case api.ErrAuth, api.ErrPayment:
		return work.LongestPause
	}
	return work.Backoff(o.Checks, Jitter(o))
}

// Jitter is the jitter of a try, 0 to 1: another one for each message and try.
func Jitter(o state.Outbound) float64 { return work.Jitter(o.Key + strconv.Itoa(o.Checks)) }
