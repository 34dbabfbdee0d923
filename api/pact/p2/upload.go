package p2

import (
	"context"
	"net/url"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// Upload sends a file, as a stream or as an address that the platform fetches. A
// stream is read on the calling goroutine (api/pact/REFERENCE.md "p2 endpoints").
func (c *Client) Upload(ctx context.Context, up api.Upload) (api.Attachment, error) {
	const op = "upload file"
	body, err := uploadBody(op, up)
	if err != nil {
		return api.Attachment{}, err
	}
	req := rest.Request{
		Op: op, Class: terms.ClassUpload, Effect: rest.Harmless, Method: "POST", Path: c.path("attachments"), Slash: true,
		Query: url.Values{"company_id": {c.company}}, Body: body,
	}
	var file struct {
		ID terms.ID `json:"id"`
	}
	if err := c.call(ctx, req, "attachment", &file); err != nil {
		return api.Attachment{}, err
	}
	if file.ID == "" {
		return api.Attachment{}, c.HTTP.Garbled(req, errNoID)
	}
	return api.Attachment{Remote: string(file.ID), Name: up.Name, MIME: up.MIME, URL: up.URL, Size: up.Size}, nil
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
	return rest.JSON(map[string]any{"file_url": up.URL}), nil
}
