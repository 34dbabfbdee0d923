package kit

import "time"

// Life is what goes on in a customer.
type Life struct {
	// AnswerAt is when the customer writes back; zero if not at all.
	AnswerAt time.Time
	// begun is set once next holds what the customer has in mind to say.
	begun bool
	next  []Line
}

// Speak returns what the customer says now: what is left in mind, or else one
// of the given lines. unsaid is asked once, for what was in mind at the start.
func (f *Life) Speak(l *Language, d *Dice, otherwise []string, unsaid func() []Line) Line {
	if !f.begun {
		f.begun, f.next = true, unsaid()
	}
	says := Line{Text: l.blanks(d).Replace(Pick(d, otherwise))}
	if len(f.next) > 0 {
		says, f.next = f.next[0], f.next[1:]
	}
	return says
}

// NewTopic gives the customer something new to say.
func (f *Life) NewTopic(l *Language, d *Dice) {
	for {
		if script := Pick(d, l.scripts); script[0].Income && script[0].Text != "" {
			f.begun, f.next = true, toCome(script, l.blanks(d))
			return
		}
	}
}

// runEpoch is older than any run.
const runEpoch = 1_750_000_000

// RunNumber counts the seconds from runEpoch to the start of a run. The ids of
// all that is made later begin there, so that a client which remembers an
// earlier run cannot take something of this one for something of that.
func RunNumber(start time.Time) int64 { return max(0, start.Unix()-runEpoch) }

func Latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
