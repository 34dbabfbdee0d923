package pact

import (
	"math"
	"time"

	"unibox/api/sandbox/kit"
)

// shape decides how many messages a conversation has, when it was made, when its
// last message came, and whether the customer waits. Conversations with greater ids
// were made later.
func (p *Server) shape(d *kit.Dice, v *conversation, i int) {
	age := began(i, v.company.base)
	v.Waiting = i%3 == 1
	short := d.N(100) < 35 && (!v.Waiting || age < 3*kit.Day)
	v.Size = p.length(d, short)
	since := silence(d, age, v, short)
	if v.hard != nil {
		v.Size = max(v.Size, min(len(v.hard.Texts)+3, p.options.Messages-1))
	}
	if v.longest(i) {
		v.Size, v.Waiting, since = p.options.Messages, true, min(3*time.Minute, age/2)
	}
	if ago, ok := v.late(i); ok {
		v.Waiting, since = true, ago
	}
	v.Last, v.created = p.start.Add(-since), madeAt(p.start, age)
	v.Open = kit.OpenBetween(v.created, v.Last)
}

// late reports when the customer wrote last on WhatsApp Business in those conversations
// where the time for anything but a template is about to end, or over.
func (v *conversation) late(i int) (ago time.Duration, ok bool) {
	if v.company.style != modern {
		return 0, false
	}
	ago, ok = map[int]time.Duration{1: 23*time.Hour + 15*time.Minute, 4: 21*time.Hour + 30*time.Minute, 22: 25 * time.Hour}[i]
	return ago, ok
}

// madeAt returns when a conversation of an age was made, in open time: at least age
// ago, and before all younger conversations.
func madeAt(now time.Time, age time.Duration) time.Time {
	return kit.OpenBefore(now, min(age, kit.OpenFor)+kit.OpenTime(max(0, age-kit.OpenFor)))
}

// longest reports whether a conversation is the one with the longest history: an old
// one of the main company, whose customer waits.
func (v *conversation) longest(i int) bool {
	return v.company.style == tidy && i == v.company.base/7
}

// began returns the age of conversation i of n: two years for the first, minutes for
// the newest.
func began(i, n int) time.Duration {
	newer := (float64(n-1-i) + 0.5) / float64(n)
	return 4*time.Minute + time.Duration(math.Pow(newer, 3)*float64(700*kit.Day))
}

// length returns a random number of messages, below that of the longest history:
// often a few, sometimes hundreds, seldom more.
func (p *Server) length(d *kit.Dice, short bool) int {
	limit := max(1, p.options.Messages-1)
	switch rare := d.N(60); {
	case short:
		return 1 + d.N(min(limit, 8))
	case rare == 0:
		return 1 + d.N(min(limit, 1500))
	}
	return min(limit, 6+int(400*math.Pow(d.Part(), 4)))
}

// silence returns the random time since the last message: two minutes to two days if
// the customer waits, nearly the age of a short conversation.
func silence(d *kit.Dice, age time.Duration, v *conversation, short bool) time.Duration {
	var quiet time.Duration
	switch {
	case v.Waiting:
		quiet = time.Duration(d.Spread(float64(2*time.Minute), float64(2*kit.Day)))
	case short:
		quiet = age - time.Duration(v.Size)*2*time.Minute
	default:
		quiet = time.Duration(float64(age) * math.Pow(d.Part(), 3))
	}
	return max(time.Minute, min(quiet, age*9/10)).Truncate(time.Second)
}
