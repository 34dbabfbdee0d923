package pact

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"net/url"

	"unibox/api"
	"unibox/api/rest"
)

// Upload hands over a file, as a stream or as an address to fetch it from. The
// file is read on the calling goroutine (pact.md §2.7).
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
		return api.Attachment{}, explained(err, api.ErrNotFound, "the conversation is no longer there")
	}
	if data.id() == "" {
		return api.Attachment{}, c.http.Garbled(req, errors.New("the answer names no file"))
	}
	return api.Attachment{Remote: data.id(), Name: up.Name, MIME: up.MIME, URL: up.URL, Size: up.Size}, nil
}

func uploadBody(op string, up api.Upload) (rest.Body, error) {
	if (up.Body == nil) == (up.URL == "") {
		return rest.Body{}, refuse(op, "a file is either read here or fetched from an address")
	}
	if up.Body != nil {
		return multipartBody(up)
	}
	u, err := url.Parse(up.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return rest.Body{}, refuse(op, "the address of a file begins with http:// or https://")
	}
	return rest.Form(url.Values{"file_url": {up.URL}}), nil
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
