package rest

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"

	"unibox/api"
)

// File returns the body of an upload: a multipart form with the file as its only
// part, under the name part. The file is streamed, up.Size must be its exact size,
// and up.Progress is called as it is sent.
func File(part string, up api.Upload) (Body, error) {
	var frame bytes.Buffer
	w := multipart.NewWriter(&frame)
	kind := "application/octet-stream"
	if name, params, err := mime.ParseMediaType(up.MIME); err == nil {
		kind = cmp.Or(mime.FormatMediaType(name, params), kind) // written anew: a header is made of it
	}
	if _, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition(part, up.Name)},
		"Content-Type":        {kind},
	}); err != nil {
		return Body{}, err
	}
	cut := frame.Len()
	if err := w.Close(); err != nil {
		return Body{}, err
	}
	head, tail := frame.Bytes()[:cut], frame.Bytes()[cut:]
	file := &sizedReader{from: up.Body, left: up.Size, size: up.Size, report: up.Progress}
	whole := io.MultiReader(bytes.NewReader(head), file, bytes.NewReader(tail))
	return Stream(w.FormDataContentType(), int64(frame.Len())+up.Size, whole), nil
}

var errChanged = errors.New("the file changed while it was being sent")

// sizedReader reads a file of a known size and reports how much of it is sent: what
// was read before, when more is asked for.
type sizedReader struct {
	from       io.Reader
	left, size int64
	report     func(int64)
}

func (e *sizedReader) Read(p []byte) (int, error) {
	if e.report != nil {
		e.report(e.size - e.left)
	}
	n, err := e.from.Read(p)
	e.left -= int64(n)
	if e.left < 0 || err == io.EOF && e.left > 0 {
		return 0, errChanged
	}
	return n, err
}
