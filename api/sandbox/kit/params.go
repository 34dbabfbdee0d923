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
	"sync"
)

// Params are the parameters of a request, from its query and its body. An array
// has its values under its plain name, a field of an object is named
// "object[field]".
type Params struct {
	url.Values
	files []upload
}

// upload is a file of a multipart body. Sum is its SHA-256 in hexadecimal.
type upload struct {
	field, Name, MIME string
	Size              int64
	Sum               string
	// Content is nil if the file is larger than keepUpload.
	Content []byte
}

const (
	// MaxBody is the largest body without files, in bytes.
	MaxBody = 4 << 20
	// MaxUpload is the largest file, in bytes. No platform documents a limit.
	MaxUpload = 64 << 20
	// keepUpload is the largest file that can be downloaded again, in bytes.
	keepUpload = 8 << 20
)

// Filled reports whether a parameter has a value that is not empty.
func (p Params) Filled(name string) bool { return p.Get(name) != "" }

// HasObject reports whether a parameter is an object with a field.
func (p Params) HasObject(name string) bool {
	for key := range p.Values {
		if strings.HasPrefix(key, name+"[") {
			return true
		}
	}
	return false
}

// ReadParams reads the parameters of a request in every form that real clients
// send: query, form, JSON and multipart. The body overrides the query. No file may
// be larger than cap bytes.
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

// readBody reads JSON if the type says so and the body looks like it, else a form:
// one SDK sends a form with the type of JSON.
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

// ReadJSON reads a JSON object.
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

// flatten writes a JSON value as a form has it. null and an empty list give a
// parameter without a value.
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

// index matches the index of an array element: a[] or a[0].
var index = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\[\d*\]$`) })

// Merge sets parameters. Elements of a numbered array keep their order.
func (p Params) Merge(from url.Values) {
	names := slices.SortedFunc(maps.Keys(from), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	clean := url.Values{}
	for _, name := range names {
		bare := index().ReplaceAllString(name, "")
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

// receive reads a file as a stream and keeps it if it is small.
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

// head keeps the first keepUpload bytes that are written to it.
type head struct{ bytes.Buffer }

func (h *head) Write(b []byte) (int, error) {
	h.Buffer.Write(b[:min(len(b), keepUpload-h.Len())])
	return len(b), nil
}

// Missing returns the first of some fields that has no value, if one has none.
func (p Params) Missing(fields []string) (string, bool) {
	i := slices.IndexFunc(fields, func(f string) bool { return !p.Filled(f) })
	if i < 0 {
		return "", false
	}
	return fields[i], true
}

// File returns the file of a field, if there is one.
func (p Params) File(field string) (upload, bool) {
	for _, up := range p.files {
		if up.field == field {
			return up, true
		}
	}
	return upload{}, false
}
