package sandbox

import "time"

// life is what goes on in a customer.
type life struct {
	// answerAt is when the customer writes back; zero if not at all.
	answerAt time.Time
	// begun is set once next holds what the customer has in mind to say.
	begun bool
	next  []line
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
