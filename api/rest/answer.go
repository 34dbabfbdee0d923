package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"unibox/api"
)

// Response is a complete answer of the server.
type Response struct {
	Status int
	Type   string
	Body   []byte

	// asked is how long the server asks us to wait.
	asked time.Duration
	// elsewhere is the scheme and host that a redirect names.
	elsewhere string
}

// page reports whether the answer is a web page. No API answers with one: it comes
// from the sign-in page of a network, a proxy or a gateway.
func (r Response) page() bool {
	return strings.HasPrefix(strings.ToLower(r.Type), "text/html") || bytes.HasPrefix(bytes.TrimSpace(r.Body), []byte("<"))
}

func newResponse(res *http.Response, body []byte) Response {
	r := Response{Status: res.StatusCode, Type: res.Header.Get("Content-Type"), Body: body}
	r.asked = retryAfter(res.Header.Get("Retry-After"), answeredAt(res.Header, time.Now()))
	if to, err := res.Location(); err == nil {
		r.elsewhere = (&url.URL{Scheme: to.Scheme, Host: to.Host}).String()
	}
	return r
}

// answeredAt is when an answer was made: by the server's clock if it says so, else
// by ours.
func answeredAt(h http.Header, now time.Time) time.Time {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		return at
	}
	return now
}

// maxRetryAfter is the longest wait that is believed. A platform that asks for a day
// is asked again after an hour: one request does no harm, and the day may have been
// a mistake.
const maxRetryAfter = time.Hour

// retryAfter reads the header in both its forms, seconds and a date, up to a day. now
// is the time on the clock that the date refers to.
func retryAfter(s string, now time.Time) time.Duration {
	const most = 24 * time.Hour
	if seconds, err := strconv.ParseUint(strings.TrimSpace(s), 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, most)
	}
	at, err := http.ParseTime(s)
	if err != nil {
		return 0
	}
	return max(0, min(at.Sub(now), most))
}

// classify turns an outcome into an answer or an error. unsent is whether nothing
// can have been written.
//
// A web page in answer to a write is ErrUncertain. The sign-in page of a network
// would mean that the platform never saw the request. But over https only a server
// with the platform's certificate can answer: its own gateway, which may have
// forwarded the request before it gave up, or a proxy that the company trusts. So
// the program looks for the message in the history, as after any lost answer.
func (c *Client) classify(req Request, resp Response, err error, unsent bool) (Response, error) {
	kind := req.Effect.Lost()
	switch {
	case errors.Is(err, errSource):
		return Response{}, c.Error(req, api.ErrInvalid, Response{}, err)
	case resp.Status == 0 && unsent:
		kind = api.ErrUnavailable
	case resp.Status == 0:
	case resp.Status < 300 && err == nil && !resp.page():
		return resp, nil
	case resp.Status < 300 && errors.Is(err, errTooLarge) && req.Effect == Reads:
		kind = api.ErrOther
	case resp.Status < 300:
	case resp.Status < 400:
		return Response{}, c.redirected(req, resp)
	default:
		kind = c.kindOfAnswer(resp, req.Effect)
	}
	return Response{}, c.Error(req, kind, resp, err)
}

// kindOfAnswer returns the kind of error of an answer with a status of 400 and above:
// by the platform's own code if it has one, else by its status.
func (c *Client) kindOfAnswer(resp Response, e Effect) api.ErrKind {
	if c.kindOf != nil {
		if kind, known := c.kindOf(beginning(resp.Body)); known {
			return kind
		}
	}
	return kindOf(resp.Status, e)
}

// kindOf returns the kind of a status of 400 and above. What each platform means
// by a status is in api/pact/REFERENCE.md "Errors", api/textus/REFERENCE.md
// "Errors" and api/protocol/REFERENCE.md "Errors".
func kindOf(status int, e Effect) api.ErrKind {
	switch status {
	case http.StatusUnauthorized:
		return api.ErrAuth
	case http.StatusPaymentRequired:
		return api.ErrPayment
	case http.StatusForbidden:
		return api.ErrForbidden
	case http.StatusNotFound, http.StatusGone:
		return api.ErrNotFound
	case http.StatusTooManyRequests:
		return api.ErrRateLimited
	case http.StatusProxyAuthRequired, http.StatusNetworkAuthenticationRequired:
		return api.ErrUnavailable // never from the server itself (RFC 6585, section 6)
	case http.StatusRequestTimeout, http.StatusTeapot:
		return e.Lost()
	}
	if status >= 500 {
		return e.Lost()
	}
	return api.ErrInvalid
}

// redirected is the error for a redirect that was not followed. With 307 and 308
// nothing has happened yet; with the others a write may have taken effect.
func (c *Client) redirected(req Request, resp Response) *api.Error {
	kind := api.ErrOther
	if req.Effect == Writes && resp.Status != http.StatusTemporaryRedirect && resp.Status != http.StatusPermanentRedirect {
		kind = api.ErrUncertain
	}
	e := c.Error(req, kind, Response{Status: resp.Status}, nil)
	to := "another address"
	if resp.elsewhere != "" {
		to = c.redact(resp.elsewhere)
	}
	e.Said = fmt.Sprintf("%s wants unibox to ask %s instead: sign in to the network in a browser, or check base_url in the config", c.base.Hostname(), to)
	return e
}

// Error makes the error for a request: of that kind, with what resp says of it and
// with the cause, which may be nil. The credential is removed from every text.
func (c *Client) Error(req Request, kind api.ErrKind, resp Response, cause error) *api.Error {
	e := &api.Error{Kind: kind, Platform: c.platform, Op: req.Op, Status: resp.Status, Retry: min(resp.asked, maxRetryAfter)}
	e.Said, e.Hint = c.said(resp), c.hint(kind, resp, cause)
	if kind == api.ErrRateLimited && e.Retry == 0 {
		e.Retry = min(secondsIn(e.Said), maxRetryAfter)
	}
	if cause != nil {
		e.Err = &redactedError{text: c.redact(cause.Error()), err: cause}
	}
	return e
}

// said is what an answer says of an error. The credential is removed before the
// text is cut short, and again after its parts were joined.
func (c *Client) said(resp Response) string {
	return c.redact(said([]byte(c.redact(string(beginning(resp.Body))))))
}

// redactedError is an error without the credential in its text.
type redactedError struct {
	text string
	err  error
}

func (s *redactedError) Error() string { return s.text }
func (s *redactedError) Unwrap() error { return s.err }

// JSON carries out a request and decodes its answer into v. If the answer is not
// JSON of that form, the error has the kind of a lost answer, see [Effect.Lost].
func (c *Client) JSON(ctx context.Context, req Request, v any) error {
	resp, err := c.Do(ctx, req)
	if err != nil {
		return err
	}
	if err := Decode(resp.Body, v); err != nil {
		return c.Garbled(req, err)
	}
	return nil
}

// errGarbled is in the chain of every error that Garbled makes.
var errGarbled = errors.New("garbled")

// garbled marks a cause without a word of its own.
type garbled struct{ error }

func (g garbled) Unwrap() error      { return g.error }
func (garbled) Is(target error) bool { return target == errGarbled }

// IsGarbled reports whether an error says that a 2xx answer makes no sense.
func IsGarbled(err error) bool { return errors.Is(err, errGarbled) }

// Garbled makes the error for a 2xx answer that does not contain what it must. Its
// kind is that of a lost answer.
func (c *Client) Garbled(req Request, cause error) *api.Error {
	e := c.Error(req, req.Effect.Lost(), Response{}, garbled{cause})
	e.Said = "the answer makes no sense"
	if e.Kind == api.ErrUnavailable {
		e.Hint = c.base.Hostname() + " answers something that makes no sense: is a proxy in between?"
	}
	return e
}
