package textus

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"unibox/api"
	"unibox/api/rest"
)

const (
	// window is the time that a limit holds for (REFERENCE.md "Rate limit").
	window = 5 * time.Minute
	// longestPause is how long a read is held back; beyond it the caller is
	// told when to come again.
	longestPause = 5 * time.Second
)

// throttle slows reads down when the platform says that few requests are left, as
// when other programs use the same token (REFERENCE.md "Rate limit"). The rest is
// kept for sends.
type throttle struct {
	mu          sync.Mutex
	limit, left int
	reset       time.Time
}

// observe reads the headers of an answer. The end of the window is a time of the
// platform's clock, which can differ from ours.
func (t *throttle) observe(h http.Header) {
	limit, err := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	left, err2 := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	reset, err3 := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil || err2 != nil || err3 != nil {
		return
	}
	end := time.Unix(reset, 0)
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		end = end.Add(time.Since(date))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.limit, t.left, t.reset = limit, left, end
}

// pause is how long the next read has to wait. In the last tenth of the limit the
// remaining requests are spread over the time until the reset.
func (t *throttle) pause(now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	until := min(t.reset.Sub(now), window)
	if t.left > t.limit/10 || until <= 0 {
		return 0
	}
	return until / time.Duration(max(0, t.left)+1)
}

// wait delays a read. Instead of waiting longer than longestPause it returns an
// error of kind api.ErrRateLimited that says how long.
func (t *throttle) wait(ctx context.Context, req rest.Request) error {
	if req.Class == api.ClassSend {
		return nil
	}
	pause := t.pause(time.Now())
	if pause > longestPause {
		return &api.Error{Kind: api.ErrRateLimited, Platform: platform, Op: req.Op, Retry: pause}
	}
	if pause == 0 {
		return nil
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &api.Error{Kind: api.ErrUnavailable, Platform: platform, Op: req.Op, Err: context.Cause(ctx)}
	}
}
