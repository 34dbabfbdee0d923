package rest

import (
	"errors"
	"net/url"
	"strings"
)

var errElsewhere = errors.New("the link leads away from the configured address")

// linked returns the address that a link of the service stands for. Links are
// whole addresses, or paths that begin at the base URL; those that repeat the
// base URL's own path are taken as they are.
func (c *Client) linked(link string) (string, error) {
	to, err := url.Parse(link)
	if err != nil {
		return "", errors.New("the link is no address")
	}
	switch {
	case to.User != nil, to.Scheme != "" && to.Scheme != c.base.Scheme, to.Host != "" && to.Host != c.base.Host:
		return "", errElsewhere
	case to.Opaque != "" || !strings.HasPrefix(to.Path, "/"):
		return "", errors.New("the link is no path")
	}
	at := url.URL{Scheme: c.base.Scheme, Host: c.base.Host, Path: to.Path, RawPath: to.RawPath, RawQuery: to.RawQuery}
	if to.Host == "" && !strings.HasPrefix(to.Path+"/", c.base.Path+"/") {
		at.Path, at.RawPath = c.base.Path+to.Path, ""
		if to.RawPath != "" {
			at.RawPath = c.base.EscapedPath() + to.RawPath
		}
	}
	if steps(at.Path) {
		return "", errors.New("the link climbs out of its folder")
	}
	return at.String(), nil
}

// steps reports whether a path holds "." or "..", which the way to the server
// might resolve.
func steps(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if part == "." || part == ".." {
			return true
		}
	}
	return false
}
