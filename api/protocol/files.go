package protocol

import (
	"context"
	"net/url"
	"path"
	"slices"
	"strings"

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

// Files lists the files of a conversation (REFERENCE.md "Endpoints").
func (c *Client) Files(ctx context.Context, id api.ConversationID) ([]api.StoredFile, error) {
	list, err := all[wireFile](ctx, c, listing{op: "list files", class: api.ClassOther, resource: "attachments", query: url.Values{"conversation_id": {id.Remote}}})
	slices.SortStableFunc(list, func(a, b wireFile) int { return b.at().Compare(a.at()) })
	out := make([]api.StoredFile, len(list))
	for i, w := range list {
		out[i] = c.stored(w)
	}
	return out, err
}

func (c *Client) stored(w wireFile) api.StoredFile {
	out := api.StoredFile{Attachment: c.file(w), At: w.at()}
	if w.Message != "" {
		out.Message = c.MessageID(string(w.Message))
	}
	return out
}

// RenameFile gives a file another name; what comes back is shown (REFERENCE.md "Errors in
// the samples").
func (c *Client) RenameFile(ctx context.Context, file api.StoredFile, name string) (api.StoredFile, error) {
	const op = "rename file"
	if name = strings.TrimSpace(name); name == "" || file.Remote == "" {
		return api.StoredFile{}, refuse(op, "give the file a name")
	}
	w, err := put[wireFile](ctx, c, op, "attachments", file.Remote, rest.Form(url.Values{"filename": {name}}))
	if err != nil {
		return api.StoredFile{}, err
	}
	return c.stored(w), nil
}

// DeleteFile deletes a file for good (REFERENCE.md "Endpoints").
func (c *Client) DeleteFile(ctx context.Context, file api.StoredFile) error {
	const op = "delete file"
	if file.Remote == "" {
		return refuse(op, "the platform does not say which file it is")
	}
	return c.remove(ctx, op, "attachments", file.Remote)
}
