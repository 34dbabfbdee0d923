package syncer

import (
	"time"

	"unibox/api"
)

const (
	// freshFor: a conversation read so recently is not read again on opening.
	freshFor = 2 * time.Second
	// identifyEvery is how often the account is asked who we are.
	identifyEvery = time.Hour
	// headSeldom is how many times halfList lies between two readings of the head
	// while the list is read for the first time.
	headSeldom = 3
)

// rhythm is how often things are read if the budgets allow it.
type rhythm struct {
	open, list, whole time.Duration
	// halfList is the interval at which half of the budget for lists is used.
	halfList time.Duration
	// visible and other are for conversations on screen and elsewhere.
	visible, other time.Duration
	// rest is between two readings of the sweep while the platform announces what is
	// new.
	rest time.Duration
	// messages is how many requests for messages a second are made at most.
	messages float64
	// recent: the head of the list shows what is new.
	recent bool
}

// byCreation suits a list that says nothing of recency: every conversation has
// to be asked, so all of them are, all the time.
var byCreation = rhythm{
	open: 2 * time.Second, list: 10 * time.Second, whole: 15 * time.Minute,
	visible: 8 * time.Second, other: 10 * time.Second,
}

// byActivity suits a list whose head shows what is new: a conversation is read
// when it moved, and otherwise only to be on the safe side.
var byActivity = rhythm{
	open: 2 * time.Second, list: 3 * time.Second, whole: time.Hour,
	visible: time.Minute, other: 12 * time.Hour,
}

// newRhythm fits the rhythm to a platform. The open conversation and the head
// of the list take half of their class's budget at most. All of it is
// stretched or squeezed by up to a twentieth, so that programs that started
// together do not stay in step; jitter is from 0 to 1.
func newRhythm(t api.Traits, jitter float64) rhythm {
	r := byCreation
	if t.Conversations == api.OrderByActivity {
		r, r.recent = byActivity, true
	}
	factor := 0.95 + jitter/10
	for _, d := range []*time.Duration{&r.open, &r.list, &r.whole, &r.visible, &r.other} {
		*d = time.Duration(float64(*d) * factor)
	}
	r.open = max(r.open, halfOf(t.Budgets[api.ClassMessages]))
	r.rest = time.Duration(wide / (2 * spareShare) * float64(halfOf(t.Budgets[api.ClassMessages])))
	if half := halfOf(t.Budgets[api.ClassMessages]); half > 0 {
		r.messages = 2 * spareShare / half.Seconds()
	}
	r.halfList = halfOf(t.Budgets[api.ClassConversations])
	r.list = max(r.list, r.halfList)
	return r
}

// halfOf is the interval at which half of a budget is used.
func halfOf(b api.Budget) time.Duration {
	if b.Requests <= 0 {
		return 0
	}
	return 2 * b.Per / time.Duration(b.Requests)
}
