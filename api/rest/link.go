package rest

import (
	"errors"
	"net/url"
	"strings"
)

var errElsewhere = errors.New("the link leads away from the configured address")

// resolveLink returns the address of a link that the platform gave. A link is a whole
// address, or a path below the base URL; a path that begins with the base URL's own
// path is taken as it is. It is an error if the link leads to another origin.
func (c *Client) resolveLink(link string) (string, error) {
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
	if hasDotSegments(at.Path) {
		return "", errors.New("the link leads out of its folder")
	}
	return at.String(), nil
}

// hasDotSegments reports whether a path contains "." or "..", which a proxy
// might resolve.
func hasDotSegments(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if part == "." || part == ".." {
			return true
		}
	}
	return false
}
