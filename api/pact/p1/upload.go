package p1

import (
	"context"
	"errors"
	"net/url"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// Upload sends a file, as a stream or as an address that the platform fetches. A
// stream is read on the calling goroutine (api/pact/REFERENCE.md "Uploads").
func (c *Client) Upload(ctx context.Context, up api.Upload) (api.Attachment, error) {
	const op = "upload file"
	body, err := uploadBody(op, up)
	if err != nil {
		return api.Attachment{}, err
	}
	req := rest.Request{
		Op: op, Class: api.ClassSend, Effect: rest.Harmless, Method: "POST",
		Path: c.path("conversations", up.Conversation.Remote, "messages", "attachments"), Body: body,
	}
	var data named
	if err := c.call(ctx, req, &data); err != nil {
		return api.Attachment{}, rest.Explained(err, api.ErrNotFound, "the conversation is no longer there")
	}
	if data.id() == "" {
		return api.Attachment{}, c.HTTP.Garbled(req, errors.New("the answer names no file"))
	}
	return api.Attachment{Remote: data.id(), Name: up.Name, MIME: up.MIME, URL: up.URL, Size: up.Size}, nil
}

func uploadBody(op string, up api.Upload) (rest.Body, error) {
	if (up.Body == nil) == (up.URL == "") {
		return rest.Body{}, terms.Refuse(op, "give either a file or an address")
	}
	if up.Body != nil {
		return rest.File("file", up)
	}
	u, err := url.Parse(up.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return rest.Body{}, terms.Refuse(op, "the address of a file begins with http:// or https://")
	}
	return rest.Form(url.Values{"file_url": {up.URL}}), nil
}
