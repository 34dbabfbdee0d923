package rest

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"unibox/api"
)

// credential is what requests are authorised with. It is replaced as a whole.
type credential struct {
	authorize func(http.Header)
	// all are it and those before it, scrub removes them from texts.
	all   []http.Header
	scrub scrubber
}

// renewed is the credential that takes the place of c.
func (c *credential) renewed(authorize func(http.Header)) *credential {
	own := http.Header{}
	authorize(own)
	all := slices.Clip(c.all)
	if !slices.ContainsFunc(all, func(h http.Header) bool { return maps.EqualFunc(h, own, slices.Equal) }) {
		all = append(all, own)
	}
	return &credential{authorize, all, newScrubber(all)}
}

func (c *Client) scrub(text string) string { return c.credential.Load().scrub.text(text) }

// Renew reads the credential again, if the config says how. The error is of
// kind api.ErrAuth and says why it could not be read; the old one stays then.
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
