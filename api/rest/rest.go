// Package rest is the HTTP transport below every client of a platform.
//
// [Open] makes an [Account] of a login; every client embeds one. Its [Client] is
// bound to one origin and one credential: it builds requests, keeps to the budget
// of their class, repeats reads after faults that may pass, and turns whatever goes
// wrong into an *[api.Error] whose kind says what can be done. It promises:
//
//   - The credential is sent to the configured scheme, host and port only.
//     Redirects to elsewhere are not followed, redirects of writes never.
//   - A write is sent at most once, on a new connection. If it may have
//     taken effect and no proper answer came, the error is api.ErrUncertain; any
//     other kind means that it certainly did not.
//   - Neither errors nor the log contain a credential, a header or a body. If an
//     answer repeats the token, the token is removed from it.
//   - An answer costs a bounded amount of memory, whatever the server sends: 8 MiB
//     of it are read at most, and [Decode] bounds what it becomes.
//   - The body of an upload is read on the goroutine that calls [Client.Do], and
//     not after Do has returned.
package rest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"unibox/api"
)

// Config describes the server that a client talks to.
type Config struct {
	Platform api.Platform
	// BaseURL is what the paths of requests are appended to. It must be https,
	// or http to this machine.
	BaseURL string
	// Authorize puts the credential on the header of a request; nil for none.
	Authorize func(http.Header)
	// Renew reads the credential again and returns the new Authorize; nil if
	// it cannot be read again.
	Renew func(context.Context) (func(http.Header), error)
	// Refused is one sentence for a person whose credential was refused: where
	// to put a new one. If it is empty, api.Explain says something general.
	Refused string
	// Accept is the media type that answers are asked for in;
	// application/json if empty.
	Accept string
	// Observe, if set, is called with the header of every answer, on the
	// goroutine of the request. It must not keep the header.
	Observe func(http.Header)
	// KindOf, if set, reads from the body of an answer of 400 and above what kind of
	// error it is, by a code of the platform's own; where it is not known the status
	// says it.
	KindOf func(body []byte) (kind api.ErrKind, known bool)
	// Budgets are the limits of each class; its requests keep to all of them.
	// A class without one has no limit.
	Budgets map[api.Class][]api.Budget
	// Credential is whose limits they are; nil for this client's alone.
	Credential *api.Credential
	// Patience is how long a request may make no progress before it is
	// cancelled; 30 s if zero. An upload that makes progress is never cancelled.
	Patience time.Duration
	// Log receives one debug record per exchange; nil for none.
	Log *slog.Logger
	// Transport replaces the network; nil for the real one.
	Transport http.RoundTripper
}

// Client sends requests to one origin with one credential. It is safe for
// concurrent use.
type Client struct {
	platform api.Platform
	// readOnly lets nothing out but requests that read. It is set once.
	readOnly bool
	base     *url.URL
	// credential is replaced by Renew.
	credential atomic.Pointer[credential]
	renew      func(context.Context) (func(http.Header), error)
	refused    string
	accept     string
	observe    func(http.Header)
	kindOf     func(body []byte) (api.ErrKind, bool)
	pace       map[api.Class]*rate.Limiter
	patience   time.Duration
	log        *slog.Logger
	// reads keeps connections open. writes opens one for each request, so that
	// a write never fails on an idle connection that is dead, with nobody
	// knowing whether it arrived.
	reads, writes http.RoundTripper
	sleepDetector sleepDetector
	// ahead is how far the server's clock is ahead of ours.
	ahead atomic.Int64
}

// New checks the address and returns a client. It sends no request.
func New(cfg Config) (*Client, error) {
	base, err := origin(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	if cfg.Authorize == nil {
		cfg.Authorize = func(http.Header) {}
	}
	if cfg.Credential == nil {
		cfg.Credential = &api.Credential{}
	}
	pace := cfg.Credential.Limits(func() any { return limiters(cfg.Budgets) }).(map[api.Class]*rate.Limiter)
	c := &Client{
		platform: cfg.Platform, base: base, renew: cfg.Renew, refused: cfg.Refused,
		accept: cmp.Or(cfg.Accept, "application/json"), observe: cfg.Observe, kindOf: cfg.KindOf,
		pace: pace, patience: cfg.Patience, log: cfg.Log,
		reads: cfg.Transport, writes: cfg.Transport, sleepDetector: sleepDetector{wall: time.Now},
	}
	c.credential.Store(new(credential).renewed(cfg.Authorize))
	if c.patience <= 0 {
		c.patience = 30 * time.Second
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if cfg.Transport == nil {
		c.reads, c.writes = NewTransport(true), NewTransport(false)
	}
	return c, nil
}

// origin parses a base URL. It is an error if a credential must not be sent there.
func origin(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(s, "/"))
	if err != nil {
		return nil, errors.New("base_url is not an address")
	}
	switch {
	case u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("base_url %q must look like https://host/path", u.Redacted())
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("base_url must hold scheme, host and path only, no user, query or fragment")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("base_url %q must begin with https; plain http is for this machine only", s)
	}
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// NewTransport is the real network; keep is whether connections are kept open. It uses HTTP/1.1 only: with one request at a time
// on a connection, the connection shows whether a write can have arrived.
func NewTransport(keep bool) *http.Transport {
	var only http.Protocols
	only.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		OnProxyConnectResponse: refusedByProxy,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        time.Minute,
		MaxResponseHeaderBytes: 1 << 20,
		DisableKeepAlives:      !keep,
		Protocols:              &only,
	}
}
