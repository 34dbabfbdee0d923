package kit

import "time"

// Customer is what a customer is about to write.
type Customer struct {
	// AnswerAt is when the customer answers; zero for no answer.
	AnswerAt time.Time
	// begun is set once next has been filled.
	begun bool
	next  []Line
}

// Speak returns the customer's next line: the next one of the script, or else one
// of otherwise. unsaid returns the rest of the script that the history of the
// conversation was cut off in; it is called once.
func (f *Customer) Speak(l *Language, d *Dice, otherwise []string, unsaid func() []Line) Line {
	if !f.begun {
		f.begun, f.next = true, unsaid()
	}
	says := Line{Text: l.blanks(d).Replace(Pick(d, otherwise))}
	if len(f.next) > 0 {
		says, f.next = f.next[0], f.next[1:]
	}
	return says
}

// NewTopic gives the customer a new script.
func (f *Customer) NewTopic(l *Language, d *Dice) {
	for {
		if script := Pick(d, l.scripts); script[0].Income && script[0].Text != "" {
			f.begun, f.next = true, remaining(script, l.blanks(d))
			return
		}
	}
}

// runEpoch is a time before any run, in Unix seconds.
const runEpoch = 1_750_000_000

// RunNumber returns the seconds from runEpoch to the start of a run. The ids of
// everything that is made after the start begin there, so no two runs give the
// same id to different things, which would mislead a client with a local store.
func RunNumber(start time.Time) int64 { return max(0, start.Unix()-runEpoch) }

// Latest returns the later of two times.
func Latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Hold stops deliveries for a while. The zero value stops none.
type Hold struct {
	until time.Time
	// endless means until End.
	endless bool
}

// Begin stops deliveries from now on; until End if length is 0.
func (h *Hold) Begin(now time.Time, length time.Duration) {
	h.until, h.endless = now.Add(length), length == 0
}

// End continues the deliveries.
func (h *Hold) End(now time.Time) {
	if h.Active(now) {
		h.until, h.endless = now, false
	}
}

// Active reports whether deliveries are stopped now.
func (h *Hold) Active(now time.Time) bool { return h.endless || now.Before(h.until) }

// Release returns when a delivery that is due takes place: not before the hold
// ends.
func (h *Hold) Release(due time.Time) time.Time { return Latest(due, h.until) }
