// Package rest is the HTTP transport beneath every client of a platform.
//
// A [Client] is bound to one origin and one credential. It builds requests,
// keeps to the budget of their class, repeats reads that a fault of the moment
// spoiled, and turns whatever goes wrong into an *api.Error whose kind tells
// what can be done. Its promises:
//
//   - The credential goes to the configured scheme, host and port alone.
//     Redirects to elsewhere are refused, redirects of writes always.
//   - A write is put on the wire at most once, on a connection of its own. If
//     it may have taken effect although no proper answer came, the error is
//     api.ErrUncertain; every other kind means that it certainly did not.
//   - Texts of errors and the log hold no credential, header or body; an answer
//     that repeats the token is read without it.
//   - No answer costs more memory or depth than [Decode] and maxAnswer allow,
//     whatever the server sends.
//
// The body of an upload is read on the calling goroutine, as fast as the
// network takes it, and not touched again after Do has returned.
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

// Config describes the service a client talks to.
type Config struct {
	Platform api.Platform
	// BaseURL is what request paths are appended to. It is https, or http to
	// this machine.
	BaseURL string
	// Authorize puts the credential on the header of a request; nil for none.
	Authorize func(http.Header)
	// Renew reads the credential again and returns what takes Authorize's
	// place; nil if it cannot be read again.
	Renew func(context.Context) (func(http.Header), error)
	// Refused is one sentence for a person whose credential was refused: where
	// to put a new one. Empty for what api.Explain says by itself.
	Refused string
	// Accept is the media type that answers are asked for in;
	// application/json if empty.
	Accept string
	// Observe, if set, is shown the header of every answer, on the goroutine
	// of the request. It must not keep it.
	Observe func(http.Header)
	// Budgets are the limits that the requests of a class keep to, all of
	// them at once. A class without one is not held back.
	Budgets map[api.Class][]api.Budget
	// Patience is how long a request may make no progress before it is given
	// up; 30 s if zero. An upload that moves is never given up.
	Patience time.Duration
	// Log receives one debug record per exchange; nil for none.
	Log *slog.Logger
	// Transport replaces the network; nil for the real one.
	Transport http.RoundTripper
}

// Client speaks to one origin with one credential. It is safe for concurrent use.
type Client struct {
	platform api.Platform
	base     *url.URL
	// credential is replaced by Renew.
	credential atomic.Pointer[credential]
	renew      func(context.Context) (func(http.Header), error)
	refused    string
	accept     string
	observe    func(http.Header)
	pace       map[api.Class]*rate.Limiter
	patience   time.Duration
	log        *slog.Logger
	// reads keeps connections open; writes has a new one for each request, so
	// that a dead idle connection never leaves a write in doubt.
	reads, writes http.RoundTripper
	gaps          gaps
	// ahead is how far the server's clock is ahead of ours.
	ahead atomic.Int64
}

// New checks the address and returns a client. It asks nothing of the network.
func New(cfg Config) (*Client, error) {
	base, err := origin(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	if cfg.Authorize == nil {
		cfg.Authorize = func(http.Header) {}
	}
	c := &Client{
		platform: cfg.Platform, base: base, renew: cfg.Renew, refused: cfg.Refused,
		accept: cmp.Or(cfg.Accept, "application/json"), observe: cfg.Observe,
		pace: limiters(cfg.Budgets), patience: cfg.Patience, log: cfg.Log,
		reads: cfg.Transport, writes: cfg.Transport, gaps: gaps{wall: time.Now},
	}
	c.credential.Store(new(credential).renewed(cfg.Authorize))
	if c.patience <= 0 {
		c.patience = 30 * time.Second
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if cfg.Transport == nil {
		c.reads, c.writes = network(true), network(false)
	}
	return c, nil
}

// origin parses a base URL and refuses one that a credential must not go to.
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

// network speaks HTTP/1.1 only: one request, one connection, so that what
// happened to a write can be told from what happened to its connection.
func network(keep bool) http.RoundTripper {
	var only http.Protocols
	only.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        time.Minute,
		MaxResponseHeaderBytes: 1 << 20,
		DisableKeepAlives:      !keep,
		Protocols:              &only,
	}
}
