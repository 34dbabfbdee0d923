package kit

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Params are the parameters of a request from wherever the client put them.
// An array has its values under its bare name, a field of an object is
// called "object[field]".
type Params struct {
	url.Values
	files []upload
}

// upload is a file that came in a multipart body.
type upload struct {
	field, Name, MIME string
	Size              int64
	Sum               string
	// Content is nil where the file was larger than keepUpload.
	Content []byte
}

const (
	// MaxBody is how large a body may be that is no upload, in bytes.
	MaxBody = 4 << 20
	// MaxUpload is how large an upload may be, in bytes. No platform states a limit.
	MaxUpload = 64 << 20
	// keepUpload is up to which size, in bytes, an upload can be downloaded again.
	keepUpload = 8 << 20
)

// Filled reports whether a parameter was given with a value.
func (p Params) Filled(name string) bool { return p.Get(name) != "" }

// ReadParams takes parameters in every spelling seen on the wire (pact.md
// §1.2). The body counts for more than the query. No file may exceed cap bytes.
func ReadParams(r *http.Request, cap int64) (Params, error) {
	p := Params{Values: url.Values{}}
	p.Merge(r.URL.Query())
	kind, attributes, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		return p, p.readParts(multipart.NewReader(r.Body, attributes["boundary"]), cap)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	switch {
	case err != nil:
		return p, fmt.Errorf("read body: %w", err)
	case len(body) > MaxBody:
		return p, fmt.Errorf("body: larger than %d bytes", MaxBody)
	}
	return p, p.readBody(body, kind)
}

// readBody reads JSON that is labelled so, and a form otherwise: one SDK
// labels a form as JSON.
func (p Params) readBody(body []byte, kind string) error {
	body = bytes.TrimSpace(body)
	if kind == "application/json" && len(body) > 0 && (body[0] == '{' || body[0] == '[' || body[0] == '"') {
		return p.ReadJSON(body)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return errors.New("body: not a form")
	}
	p.Merge(form)
	return nil
}

func (p Params) ReadJSON(body []byte) error {
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil {
		return errors.New("body: not a JSON object")
	}
	form := url.Values{}
	for name, value := range object {
		flatten(form, name, value)
	}
	p.Merge(form)
	return nil
}

// flatten writes a value as a form would. What is null or has no elements is
// there without a value.
func flatten(form url.Values, name string, value any) {
	if !form.Has(name) {
		form[name] = nil
	}
	switch v := value.(type) {
	case nil:
	case []any:
		for _, element := range v {
			flatten(form, name, element)
		}
	case map[string]any:
		for key, element := range v {
			flatten(form, name+"["+key+"]", element)
		}
	default:
		form.Add(name, fmt.Sprint(v))
	}
}

// index is the mark of an array: a[] or a[0].
var index = regexp.MustCompile(`\[\d*\]$`)

// Merge takes parameters over; the elements of a numbered array in their order.
func (p Params) Merge(from url.Values) {
	names := slices.SortedFunc(maps.Keys(from), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	clean := url.Values{}
	for _, name := range names {
		bare := index.ReplaceAllString(name, "")
		clean[bare] = append(clean[bare], from[name]...)
	}
	maps.Copy(p.Values, clean)
}

func (p *Params) readParts(reader *multipart.Reader, cap int64) error {
	form := url.Values{}
	defer func() { p.Merge(form) }()
	for {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return errors.New("body: broken multipart")
		}
		if err := p.readPart(part, form, cap); err != nil {
			return err
		}
	}
}

func (p *Params) readPart(part *multipart.Part, form url.Values, cap int64) error {
	if part.FileName() == "" {
		value, err := io.ReadAll(io.LimitReader(part, MaxBody))
		form.Add(part.FormName(), string(value))
		return err
	}
	up, err := receive(part, cap)
	p.files = append(p.files, up)
	return err
}

// receive reads a file as a stream and keeps it only if it is small.
func receive(part *multipart.Part, cap int64) (upload, error) {
	up := upload{field: part.FormName(), Name: path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))}
	sum, kept := sha256.New(), &head{}
	n, err := io.Copy(io.MultiWriter(sum, kept), io.LimitReader(part, cap+1))
	switch {
	case err != nil:
		return up, errors.New("body: broken multipart")
	case n > cap:
		return up, fmt.Errorf("%s: larger than %d bytes", up.field, cap)
	}
	up.Size, up.Sum = n, hex.EncodeToString(sum.Sum(nil))
	up.MIME = TypeOf(up.Name, part.Header.Get("Content-Type"), kept.Bytes())
	if n <= keepUpload {
		up.Content = append([]byte{}, kept.Bytes()...)
	}
	return up, nil
}

// head keeps the first keepUpload bytes of what is written to it.
type head struct{ bytes.Buffer }

func (h *head) Write(b []byte) (int, error) {
	h.Buffer.Write(b[:min(len(b), keepUpload-h.Len())])
	return len(b), nil
}

// Missing returns the first of the fields that was not given.
func (p Params) Missing(fields []string) (string, bool) {
	i := slices.IndexFunc(fields, func(f string) bool { return !p.Filled(f) })
	if i < 0 {
		return "", false
	}
	return fields[i], true
}

// File returns the file that came in a field.
func (p Params) File(field string) (upload, bool) {
	for _, up := range p.files {
		if up.field == field {
			return up, true
		}
	}
	return upload{}, false
}
