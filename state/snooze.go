package state

import "time"

// SnoozeKind is what ends a snooze, and why it comes back. The numbers are stored.
type SnoozeKind uint8

const (
	// SnoozePlain ends at its time, or when the customer writes.
	SnoozePlain SnoozeKind = iota
	// SnoozeFirm is SnoozePlain that a bare "thanks" does not end.
	SnoozeFirm
	// SnoozeSilent is a follow-up: it comes back if the customer has written nothing
	// until then, and is over when the customer writes.
	SnoozeSilent
	// SnoozePromise is a promise of ours: it comes back at its time also if the customer
	// has written, who is not hidden meanwhile.
	SnoozePromise
)

// Back is why a conversation that was snoozed came back. It is back until it is
// answered, done or snoozed again. The zero value is nothing.
type Back struct {
	Kind SnoozeKind
	// At is when it was to come back.
	At time.Time
	// Noted is when it did: later than At where unibox did not run then. Zero for a
	// moment until the session with the lease has noted it.
	Noted time.Time
	// Seen was the newest position when it was put off.
	Seen Pos
	// For is the agent for whom alone it was put off, empty for all.
	For string
}

// Is reports whether something came back.
func (b Back) Is() bool { return !b.At.IsZero() }

// lateFrom is from how long after its time on something came back late.
const lateFrom = 2 * time.Minute

// Late is how long after its time it came back, 0 if it was in time.
func (b Back) Late() time.Duration {
	if late := b.Noted.Sub(b.At); b.Is() && !b.Noted.IsZero() && late >= lateFrom {
		return late
	}
	return 0
}
