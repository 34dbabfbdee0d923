package protocol

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"path"

	"unibox/api"
	"unibox/api/rest"
)

func (c *Client) files(list []wireFile) []api.Attachment {
	var out []api.Attachment
	for _, w := range list {
		out = append(out, c.file(w))
	}
	return out
}

func (c *Client) file(w wireFile) api.Attachment {
	out := api.Attachment{Remote: w.id(), Name: string(w.Name), MIME: string(w.MIME), Size: int64(w.Size)}
	u, err := url.Parse(string(w.URL))
	if err == nil && w.URL != "" {
		if u = c.host.ResolveReference(u); u.Scheme == "https" || u.Scheme == "http" {
			out.URL = u.String()
		}
	}
	if out.Name == "" {
		out.Name = "file"
		if u != nil && len(path.Base(u.Path)) > 1 {
			out.Name = path.Base(u.Path)
		}
	}
	return out
}

// Upload hands over a file, read on the calling goroutine (protocol.md §2).
func (c *Client) Upload(ctx context.Context, up api.Upload) (api.Attachment, error) {
	const op = "upload file"
	switch {
	case up.URL != "" && up.Body == nil:
		return api.Attachment{}, &api.Error{Kind: api.ErrUnsupported, Platform: platform, Op: op, Said: "files are sent from this machine only"}
	case up.Body == nil || up.URL != "":
		return api.Attachment{}, refuse(op, "there is no file to upload, or two of them")
	}
	body, err := multipartBody(up)
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

// multipartBody wraps the file as the part named file, without holding it.
func multipartBody(up api.Upload) (rest.Body, error) {
	var frame bytes.Buffer
	w := multipart.NewWriter(&frame)
	kind := up.MIME
	if _, _, err := mime.ParseMediaType(kind); err != nil {
		kind = "application/octet-stream"
	}
	if _, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition("file", up.Name)},
		"Content-Type":        {kind},
	}); err != nil {
		return rest.Body{}, err
	}
	cut := frame.Len()
	if err := w.Close(); err != nil {
		return rest.Body{}, err
	}
	head, tail := frame.Bytes()[:cut], frame.Bytes()[cut:]
	file := &exactly{from: up.Body, left: up.Size, size: up.Size, tell: up.Progress}
	whole := io.MultiReader(bytes.NewReader(head), file, bytes.NewReader(tail))
	return rest.Stream(w.FormDataContentType(), int64(frame.Len())+up.Size, whole), nil
}

var errChanged = errors.New("the file changed while it was being sent")

// exactly reads a file of a known size and tells how much of it is sent: what
// was read before is, when more is asked for.
type exactly struct {
	from       io.Reader
	left, size int64
	tell       func(int64)
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.tell != nil {
		e.tell(e.size - e.left)
	}
	n, err := e.from.Read(p)
	e.left -= int64(n)
	if e.left < 0 || err == io.EOF && e.left > 0 {
		return 0, errChanged
	}
	return n, err
}
