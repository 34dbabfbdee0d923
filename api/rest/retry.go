package rest

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"unibox/api"
)

// A read is tried at most maxTries times, and no try begins later than maxTrying
// after the first. firstPause is the pause after the first try.
const (
	maxTries   = 3
	maxTrying  = 12 * time.Second
	firstPause = 300 * time.Millisecond
)

// Do carries out a request and returns a 2xx answer or an *[api.Error]. It waits
// for the budget of the request's class first. Only a request that Reads is
// repeated, after faults that may pass, at most three times within 12 seconds.
func (c *Client) Do(ctx context.Context, req Request) (Response, error) {
	if req.Effect == Reads {
		return c.doRepeatedly(ctx, req)
	}
	if c.readOnly {
		return Response{}, &api.Error{Kind: api.ErrForbidden, Platform: c.platform, Op: req.Op, Said: api.WhyReadOnly}
	}
	if err := c.wait(ctx, req); err != nil {
		return Response{}, err
	}
	return c.attempt(ctx, req)
}

// doRepeatedly carries out a read, and repeats it after faults that may pass.
func (c *Client) doRepeatedly(ctx context.Context, req Request) (Response, error) {
	pause := &pauses{ExponentialBackOff: backoff.ExponentialBackOff{
		InitialInterval: firstPause, RandomizationFactor: .5, Multiplier: 2, MaxInterval: 4 * time.Second,
	}}
	try := func() (Response, error) {
		if err := c.wait(ctx, req); err != nil {
			return Response{}, backoff.Permanent(err)
		}
		resp, err := c.attempt(ctx, req)
		if err != nil && !temporary(err) {
			return resp, backoff.Permanent(err)
		}
		pause.asked = waitAsked(err)
		return resp, err
	}
	resp, err := backoff.Retry(ctx, try,
		backoff.WithBackOff(pause), backoff.WithMaxTries(maxTries), backoff.WithMaxElapsedTime(maxTrying))
	return resp, c.asError(req, err)
}

// asError returns an error without what the retry loop wrapped around it.
func (c *Client) asError(req Request, err error) error {
	var known *api.Error
	if err == nil {
		return nil
	}
	if errors.As(err, &known) {
		return known
	}
	return c.Error(req, api.ErrUnavailable, Response{}, err)
}

// temporary reports whether the same read may succeed in a moment.
func temporary(err error) bool {
	var e *api.Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Kind == api.ErrRateLimited || e.Kind == api.ErrUnavailable && e.Status != http.StatusTeapot
}

// waitAsked is how long the server asks us to wait: at least a second if there were
// too many requests and it did not say.
func waitAsked(err error) time.Duration {
	if api.KindOf(err) == api.ErrRateLimited {
		return max(time.Second, api.RetryAfter(err))
	}
	return api.RetryAfter(err)
}

// pauses is a back-off whose pauses are at least as long as the server asked for.
type pauses struct {
	backoff.ExponentialBackOff
	asked time.Duration
}

// NextBackOff is how long to wait before the next try.
func (p *pauses) NextBackOff() time.Duration {
	return max(p.asked, p.ExponentialBackOff.NextBackOff())
}
