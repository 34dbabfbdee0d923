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

// File is the body of an upload: a multipart form whose one part, named part,
// is the file. The file is not held in memory; up.Size has to be its size, and
// up.Progress hears how much of it is sent.
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
	file := &exactly{from: up.Body, left: up.Size, size: up.Size, tell: up.Progress}
	whole := io.MultiReader(bytes.NewReader(head), file, bytes.NewReader(tail))
	return Stream(w.FormDataContentType(), int64(frame.Len())+up.Size, whole), nil
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
