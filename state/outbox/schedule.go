package outbox

import (
	"hash/fnv"
	"strconv"
	"time"

	"unibox/api"
	"unibox/state"
)

const (
	// longest is the longest pause between two tries or looks.
	longest = time.Minute
	// silence is how long a job may run before it is called silent, and
	// forsaken after how long it is asked about no more.
	silence  = 15 * time.Minute
	forsaken = 24 * time.Hour
	// linkLooks is how often the history is looked into for a message that is
	// known to be delivered; it is only to be tied to what is listed.
	linkLooks = 5
	// quickLooks is the number of looks in the first two minutes, allLooks
	// that in the first quarter of an hour, after which a person decides.
	quickLooks = 8
	allLooks   = quickLooks + 13
)

// looks are the pauses before the looks at a job or a history; the last one
// repeats.
var looks = [...]time.Duration{
	time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second,
	15 * time.Second, 30 * time.Second, longest,
}

// again is the pause after a number of looks.
func again(looked int) time.Duration { return looks[min(max(looked, 0), len(looks)-1)] }

// pause is how long to wait after a try that had no effect: 1, 2, 4 … 60 s,
// a fifth more or less; a minute where only a person can help, such as with a
// new token.
func pause(o state.Outbound, err error) time.Duration {
	switch api.KindOf(err) {
	case api.ErrAuth, api.ErrPayment:
		return longest
	}
	return growing(o.Checks, spread(o))
}

// spread is the jitter of a try, 0 to 1: another for each message and try,
// always the same for one, so that Step stays a function.
func spread(o state.Outbound) float64 {
	h := fnv.New32a()
	h.Write([]byte(o.Key + strconv.Itoa(o.Checks)))
	return float64(h.Sum32()%1000) / 1000
}
