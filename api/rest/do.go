package rest

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"unibox/api"
)

// A read is tried this often, and no new try begins later than this.
const (
	maxTries   = 3
	maxTrying  = 12 * time.Second
	firstPause = 300 * time.Millisecond
)

// Do carries out a request and returns a 2xx answer or an *api.Error.
func (c *Client) Do(ctx context.Context, req Request) (Response, error) {
	if req.Effect == Reads {
		return c.persist(ctx, req)
	}
	if err := c.wait(ctx, req); err != nil {
		return Response{}, err
	}
	return c.attempt(ctx, req)
}

// persist repeats a read after faults that pass.
func (c *Client) persist(ctx context.Context, req Request) (Response, error) {
	pause := &pauses{ExponentialBackOff: backoff.ExponentialBackOff{
		InitialInterval: firstPause, RandomizationFactor: .5, Multiplier: 2, MaxInterval: 4 * time.Second,
	}}
	try := func() (Response, error) {
		if err := c.wait(ctx, req); err != nil {
			return Response{}, backoff.Permanent(err)
		}
		resp, err := c.attempt(ctx, req)
		if err != nil && !passes(err) {
			return resp, backoff.Permanent(err)
		}
		pause.asked = asked(err)
		return resp, err
	}
	resp, err := backoff.Retry(ctx, try,
		backoff.WithBackOff(pause), backoff.WithMaxTries(maxTries), backoff.WithMaxElapsedTime(maxTrying))
	return resp, c.plain(req, err)
}

// plain takes the wrapping of the retry loop off an error.
func (c *Client) plain(req Request, err error) error {
	var known *api.Error
	if err == nil {
		return nil
	}
	if errors.As(err, &known) {
		return known
	}
	return c.Error(req, api.ErrUnavailable, Response{}, err)
}

// passes reports whether the same read may succeed in a moment.
func passes(err error) bool {
	var e *api.Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Kind == api.ErrRateLimited || e.Kind == api.ErrUnavailable && e.Status != http.StatusTeapot
}

// asked is how long the server wants to be left alone: at least a second if
// it complained and did not say.
func asked(err error) time.Duration {
	if api.KindOf(err) == api.ErrRateLimited {
		return max(time.Second, api.RetryAfter(err))
	}
	return api.RetryAfter(err)
}

// pauses grow, and are at least as long as the server asked for.
type pauses struct {
	backoff.ExponentialBackOff
	asked time.Duration
}

// NextBackOff is how long to wait before the next try.
func (p *pauses) NextBackOff() time.Duration {
	return max(p.asked, p.ExponentialBackOff.NextBackOff())
}
