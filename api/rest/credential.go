package rest

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"unibox/api"
)

// credential authorises requests. It is never changed, only replaced.
type credential struct {
	authorize func(http.Header)
	// all are this credential and those before it; redact removes them from
	// texts.
	all    []http.Header
	redact redactor
}

// renewed returns the credential that replaces c.
func (c *credential) renewed(authorize func(http.Header)) *credential {
	own := http.Header{}
	authorize(own)
	all := slices.Clip(c.all)
	if !slices.ContainsFunc(all, func(h http.Header) bool { return maps.EqualFunc(h, own, slices.Equal) }) {
		all = append(all, own)
	}
	return &credential{authorize, all, newRedactor(all)}
}

func (c *Client) redact(text string) string { return c.credential.Load().redact.text(text) }

// Renew reads the credential again, if the config says how. Its error is of kind
// api.ErrAuth and says why the credential could not be read; the old one stays.
func (c *Client) Renew(ctx context.Context) error {
	if c.renew == nil {
		return nil
	}
	authorize, err := c.renew(ctx)
	if err != nil {
		return &api.Error{Kind: api.ErrAuth, Platform: c.platform, Op: "read the credential again", Hint: err.Error()}
	}
	c.credential.Store(c.credential.Load().renewed(authorize))
	return nil
}
