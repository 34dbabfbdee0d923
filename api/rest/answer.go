package rest

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"unibox/api"
)

// Response is a complete answer.
type Response struct {
	Status int
	Type   string
	Body   []byte

	retry time.Duration
	// elsewhere is the scheme and host of a redirect.
	elsewhere string
}

// page reports whether the answer is a web page. No API speaks so: it comes
// from a sign-in page of the network, a proxy or a gateway.
func (r Response) page() bool {
	return strings.HasPrefix(strings.ToLower(r.Type), "text/html") || bytes.HasPrefix(bytes.TrimSpace(r.Body), []byte("<"))
}

func answered(res *http.Response, body []byte) Response {
	r := Response{Status: res.StatusCode, Type: res.Header.Get("Content-Type"), Body: body}
	r.retry = retryAfter(res.Header.Get("Retry-After"), dated(res.Header, time.Now()))
	if to, err := res.Location(); err == nil {
		r.elsewhere = (&url.URL{Scheme: to.Scheme, Host: to.Host}).String()
	}
	return r
}

// dated is when an answer was made by the server's own clock, or else by ours.
func dated(h http.Header, now time.Time) time.Time {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		return at
	}
	return now
}

// retryAfter reads the header in both its forms, seconds and a date; now is
// the moment by the clock that the date goes by.
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

// judge turns an outcome into an answer or an error. untouched tells that
// nothing was sent.
//
// A web page in answer to a write leaves it in doubt. A sign-in page of the
// network would mean that the platform never saw the request, but over https
// only somebody with the platform's certificate can answer: its own gateway,
// which may have passed the request on before it gave up waiting, or a proxy
// that the company trusts. So it is looked for in the history, like any other
// write whose answer was lost.
func (c *Client) judge(req Request, resp Response, err error, untouched bool) (Response, error) {
	kind := req.Effect.Lost()
	switch {
	case errors.Is(err, errSource):
		return Response{}, c.Error(req, api.ErrInvalid, Response{}, err)
	case resp.Status == 0 && untouched:
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
		kind = kindOf(resp.Status, req.Effect)
	}
	return Response{}, c.Error(req, kind, resp, err)
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

// redirected explains a redirect that was not followed. After 307 and 308
// nothing has happened yet; the others may be the answer to a write that did.
func (c *Client) redirected(req Request, resp Response) *api.Error {
	kind := api.ErrOther
	if req.Effect == Writes && resp.Status != http.StatusTemporaryRedirect && resp.Status != http.StatusPermanentRedirect {
		kind = api.ErrUncertain
	}
	e := c.Error(req, kind, Response{Status: resp.Status}, nil)
	to := ""
	if resp.elsewhere != "" {
		to = " to " + resp.elsewhere
	}
	e.Said = "the server sends us on" + c.scrub(to) + ", which is not followed; sign in to the network in a browser, or check base_url in the config"
	return e
}

// Error is an error about req in this client's form. What the answer says of
// it is read from resp, and the credential is taken out of every text.
func (c *Client) Error(req Request, kind api.ErrKind, resp Response, cause error) *api.Error {
	e := &api.Error{Kind: kind, Platform: c.platform, Op: req.Op, Status: resp.Status, Retry: resp.retry}
	e.Said, e.Hint = c.said(resp), c.hint(kind, resp, cause)
	if kind == api.ErrRateLimited && e.Retry == 0 {
		e.Retry = secondsIn(e.Said)
	}
	if cause != nil {
		e.Err = &scrubbed{text: c.scrub(cause.Error()), err: cause}
	}
	return e
}

// said is what an answer says of an error. The credential goes before it is cut
// short, and once more after what was apart has been put together.
func (c *Client) said(resp Response) string {
	return c.scrub(said([]byte(c.scrub(string(explanatory(resp.Body))))))
}

// scrubbed is an error without the credential in its text.
type scrubbed struct {
	text string
	err  error
}

func (s *scrubbed) Error() string { return s.text }
func (s *scrubbed) Unwrap() error { return s.err }

// JSON carries out a request and decodes its answer into v. An answer that is
// no JSON is an error of the kind that a lost answer has.
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

// Garbled is the error for a 2xx answer that does not say what it has to.
func (c *Client) Garbled(req Request, cause error) *api.Error {
	e := c.Error(req, req.Effect.Lost(), Response{}, cause)
	e.Said = "the answer makes no sense"
	if e.Kind == api.ErrUnavailable {
		e.Hint = c.base.Hostname() + " answers something that makes no sense: is a proxy in between?"
	}
	return e
}
