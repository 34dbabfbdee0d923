package syncer

import (
	"time"

	"golang.org/x/time/rate"

	"unibox/api"
)

// urgency ranks tasks by who waits for them.
type urgency uint8

const (
	// person: somebody asked and waits.
	person urgency = iota
	// watched: somebody has the conversation open.
	watched
	// background: everything else.
	background
)

// spareShare is how much of a budget background work may use.
const spareShare = 0.7

// budget spends the requests of one class so that no stretch of time, wherever
// it begins, sees more than the platform allows. The zero value has no limit.
type budget struct {
	all *rate.Limiter
	// spare limits background work further.
	spare *rate.Limiter
	// reserve is what background work leaves in all for a person, and for what a
	// platform announces meanwhile.
	reserve float64
}

// newBudget makes the bucket that api/rest makes beneath, so that nothing
// waits there for what was granted here. A bucket of n tokens filled at rate r
// grants at most n + r·Per in any stretch of Per: hence r = (Requests-n)/Per.
func newBudget(b api.Budget) budget {
	if b.Requests <= 0 || b.Per <= 0 {
		return budget{}
	}
	burst := max(1, min(b.Requests/4, b.Requests-1))
	pace := float64(max(1, b.Requests-burst)) / b.Per.Seconds()
	return budget{
		all:     rate.NewLimiter(rate.Limit(pace), burst),
		spare:   rate.NewLimiter(rate.Limit(pace*spareShare), max(1, int(float64(burst)*spareShare))),
		reserve: min(float64(burst-1), 1+float64(burst)/3),
	}
}

// when returns from when on a request may be spent: now, or a later moment. It
// changes nothing. What is not for a person leaves at least one to who has to look
// whether the customer wrote before a reply goes out.
func (b budget) when(now time.Time, u urgency) time.Time {
	if b.all == nil {
		return now
	}
	switch u {
	case person:
		return refilled(b.all, now, 1)
	case watched:
		return refilled(b.all, now, min(2, float64(b.all.Burst())))
	}
	at := refilled(b.all, now, 1+b.reserve)
	if spare := refilled(b.spare, now, 1); spare.After(at) {
		return spare
	}
	return at
}

// spend takes a request that when allowed at now, or that was made without asking:
// then later ones wait for it.
func (b budget) spend(now time.Time, u urgency) {
	if b.all == nil {
		return
	}
	b.all.ReserveN(now, 1)
	if u == background {
		b.spare.ReserveN(now, 1)
	}
}

// budgetsOf makes the budgets of one credential.
func budgetsOf(t api.Traits) map[api.Class]budget {
	budgets := map[api.Class]budget{}
	for class, b := range t.Budgets {
		budgets[class] = newBudget(b)
	}
	return budgets
}

// purse is the budgets of a credential, and how many accounts share them.
type purse struct {
	budgets map[api.Class]budget
	sharers int
}

// pursesOf gives each account its purse.
func pursesOf(accounts []Account) map[api.AccountID]*purse {
	purses, shared := map[api.AccountID]*purse{}, map[string]*purse{}
	for _, a := range accounts {
		t := a.Provider.Traits()
		p := &purse{budgets: budgetsOf(t)}
		if t.Credential != "" {
			key := string(t.Platform) + " " + t.Credential
			if shared[key] == nil {
				shared[key] = p
			}
			p = shared[key]
		}
		p.sharers++
		purses[a.ID] = p
	}
	return purses
}

// share is the part of a budget that one of so many accounts has.
func share(budgets map[api.Class]api.Budget, sharers int) map[api.Class]api.Budget {
	part := map[api.Class]api.Budget{}
	for class, b := range budgets {
		b.Per *= time.Duration(sharers)
		part[class] = b
	}
	return part
}

// refilled is the moment at which l holds that many tokens.
func refilled(l *rate.Limiter, now time.Time, tokens float64) time.Time {
	lacking := tokens - l.TokensAt(now)
	if lacking <= 0 {
		return now
	}
	wait := time.Duration(lacking / float64(l.Limit()) * float64(time.Second))
	return now.Add(wait + time.Millisecond)
}
