package kit

import "time"

// Options shape the world. Every zero value is a good one.
type Options struct {
	// Seed decides everything: two servers of one seed, made at the same
	// moment, serve the same.
	Seed uint64
	// Conversations is how many the main company has; 0 means 60.
	Conversations int
	// Messages is the length of the longest history; 0 means 10,000.
	Messages int
	// Quiet leaves all writing to the agents and the control side.
	Quiet bool
	// Now tells the time; nil means time.Now.
	Now func() time.Time
	// JobTime is about how long a delivery takes; 0 means 2.5 s.
	JobTime time.Duration
}

// maxMessages is the longest history there can be.
const maxMessages = 10_000_000

func (o Options) WithDefaults() Options {
	if o.Conversations <= 0 {
		o.Conversations = 60
	}
	if o.Messages <= 0 {
		o.Messages = 10_000
	}
	o.Messages = min(o.Messages, maxMessages)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.JobTime <= 0 {
		o.JobTime = 2500 * time.Millisecond
	}
	return o
}
