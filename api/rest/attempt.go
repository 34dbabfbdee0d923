package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"unibox/api"
)

// maxAnswer is how many bytes of an answer are read.
const maxAnswer = 8 << 20

var (
	errStalled  = errors.New("no progress for too long")
	errTooLong  = errors.New("no complete answer in time")
	errTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxAnswer>>20)
	errAnswered = errors.New("the answer came before all was sent")
	errSource   = errors.New("what was to be sent could not be read")
)

// attempt sends the request once and returns its answer, or the error that the
// outcome means.
func (c *Client) attempt(ctx context.Context, req Request) (Response, error) {
	if err := context.Cause(ctx); err != nil {
		return Response{}, c.Error(req, api.ErrUnavailable, Response{}, err)
	}
	ctx, watchdog := c.watch(ctx, req)
	defer watchdog.stop()
	trace := connectionTrace{watchdog: watchdog}
	if req.Effect != Reads {
		trace.permit = func() error { return api.Permitted(ctx) }
	}
	out, err := c.build(trace.attach(ctx), req)
	if err != nil {
		return Response{}, c.Error(req, api.ErrInvalid, Response{}, err)
	}
	begun := time.Now()
	resp, err := c.exchange(out, req, watchdog)
	c.record(ctx, out, resp, time.Since(begun), err)
	if blocked := trace.blocked.Load(); blocked != nil {
		return Response{}, c.Error(req, api.ErrUnavailable, Response{}, blocked)
	}
	return c.classify(req, resp, err, trace.unsent())
}

func (c *Client) exchange(out *http.Request, req Request, g *watchdog) (Response, error) {
	if req.Body.stream == nil {
		return c.fetch(out, req, g)
	}
	return c.fetchStream(out, req, g)
}

// fetchStream is fetch for a body that is read while it is sent. The HTTP transport
// may read a body for a while after it has returned an answer, so it gets one end
// of a pipe, and the stream is read on this goroutine alone.
func (c *Client) fetchStream(out *http.Request, req Request, g *watchdog) (Response, error) {
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
	src := &progressReader{from: req.Body.stream, watchdog: g}
	_, err := io.Copy(pipe, src)
	pipe.CloseWithError(err)
	got := <-done
	panics.Raise()
	if src.err != nil {
		return Response{}, fmt.Errorf("%w: %w", errSource, src.err)
	}
	return got.Response, got.err
}

// progressReader resets the watchdog with each read, and keeps the error of from.
type progressReader struct {
	from     io.Reader
	watchdog *watchdog
	err      error
}

func (s *progressReader) Read(p []byte) (int, error) {
	s.watchdog.moved()
	n, err := s.from.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// fetch sends the request and reads the answer. If it returns a status and an error,
// the answer began and could not be read to its end.
func (c *Client) fetch(out *http.Request, req Request, g *watchdog) (Response, error) {
	reader := http.Client{Transport: c.reads, CheckRedirect: c.follow(Reads)}
	writer := http.Client{Transport: c.writes, CheckRedirect: c.follow(Writes)}
	via := &writer
	if req.Effect == Reads {
		via = &reader
	}
	if c.sleepDetector.slept() {
		reader.CloseIdleConnections()
	}
	asked := time.Now()
	res, err := via.Do(out)
	if err != nil {
		// What broke this connection may have broken the idle ones too. A read
		// on a dead connection would wait for all of c.patience.
		reader.CloseIdleConnections()
		return Response{}, withoutURL(err)
	}
	defer res.Body.Close()
	c.noteHeader(res.Header, asked)
	body, err := io.ReadAll(io.LimitReader(&progressReader{from: res.Body, watchdog: g}, maxAnswer+1))
	if len(body) > maxAnswer {
		body, err = nil, errTooLarge
	}
	return newResponse(res, c.credential.Load().redact.body(body)), err
}

// follow lets reads be redirected within the origin. Any other redirect is
// returned as the answer.
func (c *Client) follow(e Effect) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, via []*http.Request) error {
		if e != Reads || len(via) > 3 || next.URL.Scheme != c.base.Scheme || next.URL.Host != c.base.Host || next.URL.User != nil {
			return http.ErrUseLastResponse
		}
		return nil
	}
}

// withoutURL removes the address that net/http puts before its errors.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// record logs an exchange, without headers, query and bodies.
func (c *Client) record(ctx context.Context, out *http.Request, resp Response, took time.Duration, err error) {
	attrs := []slog.Attr{
		slog.String("platform", string(c.platform)), slog.String("method", out.Method), slog.String("path", out.URL.Path),
		slog.Int("status", resp.Status), slog.Duration("took", took), slog.Int("bytes", len(resp.Body)),
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", c.redact(err.Error())))
	}
	c.log.LogAttrs(ctx, slog.LevelDebug, "exchange", attrs...)
}

// Panics carries the panic of a helper goroutine to the goroutine that waits for
// it, where it can be recovered. A panic that nobody recovers would end the program
// with the terminal still in its mode. The zero value is ready to use.
type Panics struct{ first atomic.Pointer[any] }

// Catch recovers a panic. Each helper defers it.
func (p *Panics) Catch() {
	if r := recover(); r != nil {
		p.first.CompareAndSwap(nil, &r)
	}
}

// Raise panics with the first panic that was caught, if any. Call it when all
// helpers have ended.
func (p *Panics) Raise() {
	if r := p.first.Load(); r != nil {
		panic(*r)
	}
}
