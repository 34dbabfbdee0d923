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

// speak returns what the customer says now: what is left in mind, or else one
// of the given lines. unsaid is asked once, for what was in mind at the start.
func (f *life) speak(l *language, d *dice, otherwise []string, unsaid func() []line) line {
	if !f.begun {
		f.begun, f.next = true, unsaid()
	}
	says := line{text: l.blanks(d).Replace(pick(d, otherwise))}
	if len(f.next) > 0 {
		says, f.next = f.next[0], f.next[1:]
	}
	return says
}

// newTopic gives the customer something new to say.
func (f *life) newTopic(l *language, d *dice) {
	for {
		if script := pick(d, l.scripts); script[0].income && script[0].text != "" {
			f.begun, f.next = true, toCome(script, l.blanks(d))
			return
		}
	}
}

// runEpoch is older than any run.
const runEpoch = 1_750_000_000

// runNumber counts the seconds from runEpoch to the start of a run. The ids of
// all that is made later begin there, so that a client which remembers an
// earlier run cannot take something of this one for something of that.
func runNumber(start time.Time) int64 { return max(0, start.Unix()-runEpoch) }

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
