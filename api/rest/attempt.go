package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"unibox/api"
)

// maxAnswer is the most that is read of an answer.
const maxAnswer = 8 << 20

var (
	errStalled  = errors.New("no progress for too long")
	errTooLong  = errors.New("no complete answer in time")
	errTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxAnswer>>20)
	errAnswered = errors.New("the answer came before all was sent")
	errSource   = errors.New("what was to be sent could not be read")
)

// attempt makes one exchange and judges its outcome.
func (c *Client) attempt(ctx context.Context, req Request) (Response, error) {
	if err := context.Cause(ctx); err != nil {
		return Response{}, c.Error(req, api.ErrUnavailable, Response{}, err)
	}
	ctx, guard := c.guard(ctx, req)
	defer guard.stop()
	line := line{guard: guard}
	if req.Effect != Reads {
		line.permit = func() error { return api.Permitted(ctx) }
	}
	out, err := c.build(line.trace(ctx), req)
	if err != nil {
		return Response{}, c.Error(req, api.ErrInvalid, Response{}, err)
	}
	begun := time.Now()
	resp, err := c.exchange(out, req, guard)
	c.record(ctx, out, resp, time.Since(begun), err)
	if held := line.held.Load(); held != nil {
		return Response{}, c.Error(req, api.ErrUnavailable, Response{}, held)
	}
	return c.judge(req, resp, err, line.untouched())
}

func (c *Client) exchange(out *http.Request, req Request, g *guard) (Response, error) {
	if req.Body.stream == nil {
		return c.fetch(out, req, g)
	}
	return c.pour(out, req, g)
}

// pour sends a stream. The transport may go on reading a body after it has
// returned, so it gets a pipe, and the stream is read here.
func (c *Client) pour(out *http.Request, req Request, g *guard) (Response, error) {
	type answer struct {
		Response
		err error
	}
	drain, pipe := io.Pipe()
	out.Body, out.ContentLength = drain, req.Body.length
	done := make(chan answer, 1)
	var panics Panics
	go func() {
		var got answer
		defer func() { done <- got }()
		defer drain.CloseWithError(errAnswered)
		defer panics.Catch()
		got.Response, got.err = c.fetch(out, req, g)
	}()
	src := &source{from: req.Body.stream, guard: g}
	_, err := io.Copy(pipe, src)
	pipe.CloseWithError(err)
	got := <-done
	panics.Raise()
	if src.err != nil {
		return Response{}, fmt.Errorf("%w: %w", errSource, src.err)
	}
	return got.Response, got.err
}

// source notes each step of a stream, and why it failed if it did.
type source struct {
	from  io.Reader
	guard *guard
	err   error
}

func (s *source) Read(p []byte) (int, error) {
	s.guard.moved()
	n, err := s.from.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// fetch makes the round trip and reads the answer. An error beside a status
// means that the answer began and was not read to its end.
func (c *Client) fetch(out *http.Request, req Request, g *guard) (Response, error) {
	reader := http.Client{Transport: c.reads, CheckRedirect: c.follow(Reads)}
	writer := http.Client{Transport: c.writes, CheckRedirect: c.follow(Writes)}
	via := &writer
	if req.Effect == Reads {
		via = &reader
	}
	if c.gaps.slept() {
		reader.CloseIdleConnections()
	}
	asked := time.Now()
	res, err := via.Do(out)
	if err != nil {
		// What broke this connection may have broken the idle ones as well,
		// and a dead one costs the next read all its patience.
		reader.CloseIdleConnections()
		return Response{}, bare(err)
	}
	defer res.Body.Close()
	c.observed(res.Header, asked)
	body, err := io.ReadAll(io.LimitReader(&source{from: res.Body, guard: g}, maxAnswer+1))
	if len(body) > maxAnswer {
		body, err = nil, errTooLarge
	}
	return answered(res, c.credential.Load().scrub.body(body)), err
}

// follow lets reads be redirected within the origin; every other redirect is
// returned as the answer.
func (c *Client) follow(e Effect) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, via []*http.Request) error {
		if e != Reads || len(via) > 3 || next.URL.Scheme != c.base.Scheme || next.URL.Host != c.base.Host || next.URL.User != nil {
			return http.ErrUseLastResponse
		}
		return nil
	}
}

// bare drops the address that net/http puts before its errors.
func bare(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

func (c *Client) record(ctx context.Context, out *http.Request, resp Response, took time.Duration, err error) {
	attrs := []slog.Attr{
		slog.String("platform", string(c.platform)), slog.String("method", out.Method), slog.String("path", out.URL.Path),
		slog.Int("status", resp.Status), slog.Duration("took", took), slog.Int("bytes", len(resp.Body)),
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", c.scrub(err.Error())))
	}
	c.log.LogAttrs(ctx, slog.LevelDebug, "exchange", attrs...)
}

// line notes how far a request came on its way to the server, and holds it back
// if its permit has ended by the time there is a connection to write it to: to
// get one may take seconds, or as long as the process was stopped.
type line struct {
	guard      *guard
	permit     func() error // nil for reads
	asked, got atomic.Bool
	held       atomic.Pointer[api.NotPermitted]
}

func (l *line) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { l.asked.Store(true) },
		GotConn: l.connected,
	})
}

// connected is called right before the request is written. A connection that
// is closed here takes nothing of it.
func (l *line) connected(info httptrace.GotConnInfo) {
	if l.permit != nil {
		if err := l.permit(); err != nil {
			l.held.CompareAndSwap(nil, &api.NotPermitted{Err: err})
			l.guard.cancel(err)
			_ = info.Conn.Close()
			return
		}
	}
	l.got.Store(true)
}

// untouched reports whether no byte of the request can have been written: a
// connection was asked for and none was had. Proxy and TLS come before that.
func (l *line) untouched() bool { return l.asked.Load() && !l.got.Load() }

// guard cancels an exchange that stands still, or that has taken too long
// although it had no stream to send.
type guard struct {
	idle     *time.Timer
	patience time.Duration
	cancel   context.CancelCauseFunc
	release  context.CancelFunc
}

func (c *Client) guard(ctx context.Context, req Request) (context.Context, *guard) {
	g := &guard{patience: c.patience, release: func() {}}
	ctx, g.cancel = context.WithCancelCause(ctx)
	if req.Body.stream == nil {
		ctx, g.release = context.WithTimeoutCause(ctx, 2*c.patience, errTooLong)
	} else {
		g.patience *= 4 // what the kernel has buffered goes out unseen
	}
	g.idle = time.AfterFunc(g.patience, func() { g.cancel(errStalled) })
	return ctx, g
}

func (g *guard) moved() { g.idle.Reset(g.patience) }

func (g *guard) stop() {
	g.idle.Stop()
	g.release()
	g.cancel(nil)
}
