package rest

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"golang.org/x/time/rate"

	"unibox/api"
)

// limiters makes one limiter per class.
func limiters(budgets map[api.Class][]api.Budget) map[api.Class]*rate.Limiter {
	out := map[api.Class]*rate.Limiter{}
	for class, list := range budgets {
		if len(list) > 0 {
			out[class] = limiter(list)
		}
	}
	return out
}

// limiter returns a token bucket that keeps to every budget of the list. A bucket
// of b tokens, filled at rate r, lets at most b + r·Per requests through in any
// period Per. With r = (Requests-b)/Per no period exceeds Requests, wherever it
// begins. b is chosen so that three quarters of the tightest budget come at an even
// rate and the rest may come at once.
func limiter(list []api.Budget) *rate.Limiter {
	steady := math.Inf(1)
	for _, b := range list {
		steady = min(steady, .75*float64(b.Requests)/b.Per.Seconds())
	}
	burst := math.Inf(1)
	for _, b := range list {
		burst = min(burst, float64(b.Requests)-steady*b.Per.Seconds())
	}
	burst = max(1, math.Floor(burst))
	pace := math.Inf(1)
	for _, b := range list {
		pace = min(pace, max(1, float64(b.Requests)-burst)/b.Per.Seconds())
	}
	return rate.NewLimiter(rate.Limit(pace), int(burst))
}

var errNoBudget = fmt.Errorf("no budget in time: %w", context.DeadlineExceeded)

// wait blocks until the class of the request has budget for it. It returns an error
// at once if that will not be before ctx ends.
func (c *Client) wait(ctx context.Context, req Request) error {
	limit, ok := c.pace[req.Class]
	if !ok {
		return nil
	}
	err := limit.Wait(ctx)
	if err == nil {
		return nil
	}
	return c.Error(req, api.ErrUnavailable, Response{}, cmp.Or(context.Cause(ctx), errNoBudget))
}
