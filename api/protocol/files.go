package protocol

import (
	"context"
	"net/url"
	"path"

	"unibox/api"
	"unibox/api/rest"
)

func (c *Client) files(list files) []api.Attachment {
	var out []api.Attachment
	for _, w := range list {
		out = append(out, c.file(w))
	}
	return out
}

// file translates a file. Its address is on another host, which never gets the
// token (REFERENCE.md "Attachments").
func (c *Client) file(w wireFile) api.Attachment {
	out := api.Attachment{Remote: w.id(), Name: string(w.Name), MIME: string(w.MIME), Size: int64(w.Size)}
	out.URL = c.FileURL(string(w.URL))
	if out.Name == "" {
		out.Name = "file"
		if u, err := url.Parse(string(w.URL)); err == nil && len(path.Base(u.Path)) > 1 {
			out.Name = path.Base(u.Path)
		}
	}
	return out
}

// Upload sends a file, which it reads on the calling goroutine (REFERENCE.md
// "Endpoints").
func (c *Client) Upload(ctx context.Context, up api.Upload) (api.Attachment, error) {
	const op = "upload file"
	switch {
	case up.URL != "" && up.Body == nil:
		return api.Attachment{}, &api.Error{Kind: api.ErrUnsupported, Platform: platform, Op: op, Said: "files are sent from this machine only"}
	case up.Body == nil || up.URL != "":
		return api.Attachment{}, refuse(op, "give one file to upload")
	}
	body, err := rest.File("file", up)
	if err != nil {
		return api.Attachment{}, refuse(op, "the file's name or kind cannot be sent")
	}
	w, err := one[wireFile](ctx, c, rest.Request{
		Op: op, Class: api.ClassSend, Effect: rest.Harmless, Method: "POST", Path: []string{"attachments"}, Body: body,
	})
	if err != nil {
		return api.Attachment{}, err
	}
	return api.Attachment{Remote: w.id(), Name: up.Name, MIME: up.MIME, URL: c.file(w).URL, Size: up.Size}, nil
}
