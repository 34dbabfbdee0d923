package rest

import (
	"context"
	"fmt"

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

// limiter keeps to every budget of the list. A bucket of b tokens filled at
// rate r lets at most b + r·Per requests through in any window of Per, so with
// r = (Requests-b)/Per no window exceeds Requests, wherever it begins. The
// burst is a quarter of the largest budget: most of what is allowed comes
// evenly, some of it at once.
func limiter(list []api.Budget) *rate.Limiter {
	most, least := list[0].Requests, list[0].Requests
	for _, b := range list {
		most, least = max(most, b.Requests), min(least, b.Requests)
	}
	burst := max(1, min(most/4, least-1))
	pace := rate.Inf
	for _, b := range list {
		pace = min(pace, rate.Limit(float64(max(1, b.Requests-burst))/b.Per.Seconds()))
	}
	return rate.NewLimiter(pace, burst)
}

// wait holds a request back until its class has budget for it. It returns
// early, with an error, if that will not be before ctx ends.
func (c *Client) wait(ctx context.Context, req Request) error {
	limit, ok := c.pace[req.Class]
	if !ok {
		return nil
	}
	err := limit.Wait(ctx)
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	} else {
		err = fmt.Errorf("no budget in time: %w", context.DeadlineExceeded)
	}
	return c.Error(req, api.ErrUnavailable, Response{}, err)
}
