package rest

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
)

// ok is an empty JSON answer with a status.
func ok(status int, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader("{}"))}
}

// over is a client on a stub transport.
func over(t *testing.T, budgets map[api.Class][]api.Budget, f roundTripper) *Client {
	return client(t, "https://example.org", func(cfg *Config) { cfg.Transport, cfg.Budgets = f, budgets })
}

// piped is a network without sockets, whose waits take no time in a bubble:
// serve answers the one request of each connection.
func piped(serve func(net.Conn)) *http.Transport {
	return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			req, err := http.ReadRequest(bufio.NewReader(theirs))
			if err != nil {
				return
			}
			io.Copy(io.Discard, req.Body)
			serve(theirs)
		}()
		return ours, nil
	}}
}

func TestNoWindowExceedsItsBudget(t *testing.T) {
	for name, list := range map[string][]api.Budget{
		"twenty":  {{Requests: 20, Per: time.Minute}},
		"two":     {{Requests: 30, Per: time.Minute}, {Requests: 5, Per: time.Second}},
		"one":     {{Requests: 1, Per: time.Second}},
		"demo":    {{Requests: 600, Per: time.Minute}, {Requests: 100, Per: time.Second}},
		"nothing": {{Requests: 0, Per: time.Minute}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var at []time.Time
				c := over(t, map[api.Class][]api.Budget{"c": list}, func(*http.Request) (*http.Response, error) {
					at = append(at, time.Now())
					return ok(200), nil
				})
				for i := range 3*list[0].Requests + 2 {
					if i == 2 {
						time.Sleep(2 * time.Minute) // a full bucket is the dangerous one
					}
					req := read()
					req.Class = "c"
					if _, err := c.Do(t.Context(), req); err != nil {
						t.Fatal(err)
					}
				}
				if n := list[0].Requests; n > 0 && at[n+1].Sub(at[2]) > list[0].Per*4/3 {
					t.Errorf("after a rest, %d requests took %v", n, at[n+1].Sub(at[2]))
				}
				for _, b := range list {
					if n := busiest(at, b.Per); n > max(1, b.Requests) {
						t.Errorf("%d requests within %v", n, b.Per)
					}
				}
			})
		})
	}
}

// busiest counts the requests of the fullest half-open window.
func busiest(at []time.Time, per time.Duration) int {
	most := 0
	for i, from := range at {
		n := 0
		for _, t := range at[i:] {
			if t.Sub(from) < per {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func TestWaitingForBudgetEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := over(t, map[api.Class][]api.Budget{"c": {{Requests: 1, Per: time.Hour}}},
			func(*http.Request) (*http.Response, error) { return ok(200), nil })
		req := write()
		req.Class = "c"
		if _, err := c.Do(t.Context(), req); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Do(ctx, req)
		if api.KindOf(err) != api.ErrUnavailable || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("deadline: %v", err)
		}
		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err = c.Do(ctx, req)
		if api.KindOf(err) != api.ErrUnavailable || !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

func TestReadsAreRepeated(t *testing.T) {
	fault := errors.New("connection reset")
	tests := []struct {
		name    string
		answers []any // a response or an error each
		tries   int
		kind    api.ErrKind
		fine    bool
		least   time.Duration
	}{
		{name: "a fault passes", answers: []any{fault, ok(502), ok(200)}, tries: 3, fine: true},
		{name: "a fault stays", answers: []any{fault, fault, fault}, tries: 3, kind: api.ErrUnavailable},
		{name: "as long as it was asked to wait", answers: []any{ok(429, "Retry-After", "4"), ok(200)}, tries: 2, fine: true, least: 4 * time.Second},
		{name: "a second if it does not say", answers: []any{ok(429), ok(200)}, tries: 2, fine: true, least: time.Second},
		{name: "not for minutes", answers: []any{ok(429, "Retry-After", "90")}, tries: 1, kind: api.ErrRateLimited},
		{name: "a refusal is final", answers: []any{ok(404)}, tries: 1, kind: api.ErrNotFound},
		{name: "a teapot", answers: []any{ok(418)}, tries: 1, kind: api.ErrUnavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries, begun := 0, time.Now()
				c := over(t, nil, func(*http.Request) (*http.Response, error) {
					answer := tt.answers[tries]
					tries++
					if err, bad := answer.(error); bad {
						return nil, err
					}
					return answer.(*http.Response), nil
				})
				_, err := c.Do(t.Context(), read())
				if (err == nil) != tt.fine || err != nil && api.KindOf(err) != tt.kind {
					t.Errorf("%v, kind %d", err, api.KindOf(err))
				}
				if took := time.Since(begun); tries != tt.tries || took < tt.least || took > maxTrying {
					t.Errorf("%d tries in %v", tries, took)
				}
			})
		})
	}
}

func TestCancelEndsTheRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c := over(t, nil, func(*http.Request) (*http.Response, error) { cancel(); return ok(500), nil })
		begun := time.Now()
		_, err := c.Do(ctx, read())
		if !errors.Is(err, context.Canceled) || time.Since(begun) > 0 {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
	})
}

func TestSilenceIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := over(t, nil, func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, context.Cause(r.Context())
		})
		begun := time.Now()
		_, err := c.Do(t.Context(), write())
		if api.KindOf(err) != api.ErrUncertain || !errors.Is(err, errStalled) || time.Since(begun) != 30*time.Second {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
	})
}

func upload(r io.Reader, n int64) Request {
	return Request{Op: "upload", Effect: Harmless, Method: "POST", Path: []string{"files"}, Body: Stream("x/y", n, r)}
}

func TestUploadThatMovesIsNotCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 10 << 15
		c := over(t, nil, func(r *http.Request) (*http.Response, error) {
			if r.ContentLength != size {
				t.Errorf("content length %d", r.ContentLength)
			}
			buf, total := make([]byte, 1<<15), 0
			for {
				time.Sleep(time.Minute) // a very slow line
				if err := context.Cause(r.Context()); err != nil {
					return nil, err
				}
				n, err := r.Body.Read(buf)
				total += n
				if err == io.EOF && total == size {
					return ok(200), nil
				}
				if err != nil {
					return nil, err
				}
			}
		})
		if _, err := c.Do(t.Context(), upload(strings.NewReader(strings.Repeat("x", size)), size)); err != nil {
			t.Error(err)
		}
	})
}

func TestStalledUploadIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := over(t, nil, func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, context.Cause(r.Context())
		})
		_, err := c.Do(t.Context(), upload(strings.NewReader("file"), 4))
		if api.KindOf(err) != api.ErrUnavailable || !errors.Is(err, errStalled) {
			t.Errorf("%v", err)
		}
	})
}

// drip is an answer that never ends.
type drip struct{ ctx context.Context }

func (d drip) Read(p []byte) (int, error) {
	select {
	case <-time.After(10 * time.Second):
		return copy(p, "x"), nil
	case <-d.ctx.Done():
		return 0, context.Cause(d.ctx)
	}
}

func TestEndlessAnswerIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := over(t, nil, func(r *http.Request) (*http.Response, error) {
			res := ok(200)
			res.Body = io.NopCloser(drip{r.Context()})
			return res, nil
		})
		begun := time.Now()
		_, err := c.Do(t.Context(), read())
		if api.KindOf(err) != api.ErrUnavailable || time.Since(begun) > 2*time.Minute {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
	})
}
