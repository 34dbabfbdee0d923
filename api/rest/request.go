package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"unibox/api"
)

// Effect says what a request does at the platform, and so what may be done if its
// answer is lost.
type Effect uint8

const (
	// Writes is for a request that must not take effect twice. It is never
	// repeated, and a lost answer is api.ErrUncertain.
	Writes Effect = iota
	// Harmless is for a request that changes something and may take effect
	// twice. It is not repeated here; a lost answer is api.ErrUnavailable.
	Harmless
	// Reads is for a request that changes nothing. It is repeated after faults
	// that may pass.
	Reads
)

// Lost is the kind of error for a request that may have taken effect and whose
// answer did not come or makes no sense.
func (e Effect) Lost() api.ErrKind {
	if e == Writes {
		return api.ErrUncertain
	}
	return api.ErrUnavailable
}

// Request is one HTTP request to the platform.
type Request struct {
	// Op is the operation, in lower case: "send message".
	Op     string
	Class  api.Class
	Effect Effect
	Method string
	// Path has the segments after the base URL, unescaped. An empty segment, "."
	// and ".." are api.ErrInvalid: none of them can be an id.
	Path []string
	// Slash ends the path with a slash.
	Slash bool
	Query url.Values
	// Link, if set, replaces Path and Query: an address as the platform itself
	// gave it. One that leads to another origin is api.ErrInvalid.
	Link string
	Body Body
}

// Body is the body of a request; the zero value is none.
type Body struct {
	kind   string
	data   []byte
	stream io.Reader
	length int64
	err    error
}

// Form returns a body of form fields.
func Form(fields url.Values) Body {
	return Body{kind: "application/x-www-form-urlencoded", data: []byte(fields.Encode())}
}

// JSON returns v as a body. If v cannot be encoded, the request is api.ErrInvalid.
func JSON(v any) Body {
	data, err := json.Marshal(v)
	return Body{kind: "application/json", data: data, err: err}
}

// As returns the body with another media type.
func (b Body) As(kind string) Body {
	b.kind = kind
	return b
}

// Stream returns a body of exactly length bytes, at least one. r is read once, while
// it is sent, on the goroutine that calls Do.
func Stream(contentType string, length int64, r io.Reader) Body {
	return Body{kind: contentType, stream: r, length: length}
}

var errNoID = errors.New("an id is empty or not an id")

// build makes the HTTP request, except for the body of a stream.
func (c *Client) build(ctx context.Context, req Request) (*http.Request, error) {
	address, err := c.address(req)
	if err != nil {
		return nil, err
	}
	if req.Body.err != nil {
		return nil, req.Body.err
	}
	var body io.Reader
	if req.Body.data != nil {
		body = bytes.NewReader(req.Body.data)
	}
	out, err := http.NewRequestWithContext(ctx, req.Method, address, body)
	if err != nil {
		return nil, errors.New("the address or method is malformed")
	}
	if req.Effect != Reads {
		out.GetBody = nil // nothing below may send it again
	}
	c.setHeaders(out, req.Body.kind)
	return out, nil
}

func (c *Client) setHeaders(out *http.Request, contentType string) {
	out.Header.Set("Accept", c.accept)
	out.Header.Set("User-Agent", "unibox")
	if contentType != "" {
		out.Header.Set("Content-Type", contentType)
	}
	c.credential.Load().authorize(out.Header)
}

func (c *Client) address(req Request) (string, error) {
	if req.Link != "" {
		return c.resolveLink(req.Link)
	}
	var s strings.Builder
	s.WriteString(c.base.String())
	for _, segment := range req.Path {
		if segment == "" || segment == "." || segment == ".." {
			return "", errNoID
		}
		s.WriteString("/" + url.PathEscape(segment))
	}
	if req.Slash {
		s.WriteString("/")
	}
	if len(req.Query) > 0 {
		s.WriteString("?" + req.Query.Encode())
	}
	return s.String(), nil
}
