package sandbox

import (
	"math"
	"time"
)

// shape decides how long a conversation is, when it began and when it last
// stirred, and whether the customer waits. Ids follow the order of beginnings.
func (p *pact) shape(d *dice, v *pactConversation, i int) {
	age := began(i, v.company.base)
	v.waiting = i%3 == 1
	short := d.n(100) < 35 && (!v.waiting || age < 3*day)
	v.size = p.length(d, short)
	since := silence(d, age, v, short)
	if v.role != nil {
		v.size = max(v.size, min(len(v.role.texts)+3, p.options.Messages-1))
	}
	if v.longest(i) {
		v.size, v.waiting, since = p.options.Messages, true, min(3*time.Minute, age/2)
	}
	v.last, v.created = p.start.Add(-since), madeAt(p.start, age)
	v.open = between(v.created, v.last)
}

// madeAt returns when a conversation of an age was made, at a time of day when
// people write. What is older was made before, and at least its age ago.
func madeAt(now time.Time, age time.Duration) time.Time {
	return before(now, min(age, openFor)+openTime(max(0, age-openFor)))
}

// longest tells the conversation with the longest history: an old one of the
// main company, and lively still.
func (v *pactConversation) longest(i int) bool {
	return v.company.style == tidy && i == v.company.base/7
}

// began returns how long ago conversation i of n began: two years for the
// first, minutes for the newest.
func began(i, n int) time.Duration {
	newer := (float64(n-1-i) + 0.5) / float64(n)
	return 4*time.Minute + time.Duration(math.Pow(newer, 3)*float64(700*day))
}

// length draws a length below that of the longest history: many short ones,
// some of hundreds of messages, a few of more.
func (p *pact) length(d *dice, short bool) int {
	limit := max(1, p.options.Messages-1)
	switch rare := d.n(60); {
	case short:
		return 1 + d.n(min(limit, 8))
	case rare == 0:
		return 1 + d.n(min(limit, 1500))
	}
	return min(limit, 6+int(400*math.Pow(d.part(), 4)))
}

// silence draws how long ago the last message came. Who waits has waited
// between two minutes and two days; a short talk ended soon after it began.
func silence(d *dice, age time.Duration, v *pactConversation, short bool) time.Duration {
	var quiet time.Duration
	switch {
	case v.waiting:
		quiet = time.Duration(d.spread(float64(2*time.Minute), float64(2*day)))
	case short:
		quiet = age - time.Duration(v.size)*2*time.Minute
	default:
		quiet = time.Duration(float64(age) * math.Pow(d.part(), 3))
	}
	return max(time.Minute, min(quiet, age*9/10)).Truncate(time.Second)
}
