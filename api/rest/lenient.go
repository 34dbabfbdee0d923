package rest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"

	"unibox/api"
)

// Types for fields of answers whose JSON type varies. What they read never fails,
// so an odd value costs its own field and none beside it. A type of a client's own
// keeps to that with [Into].

// Text is a string, or a number as it was written; empty for anything else.
type Text string

// UnmarshalJSON never fails.
func (t *Text) UnmarshalJSON(b []byte) error {
	*t = ""
	if s := Scalar(b); string(b) != "true" && string(b) != "false" {
		*t = Text(s)
	}
	return nil
}

// ID is an id: text, or a number, of which 22 and 22.0 are the same. It is empty
// for the number 0, for true and false, and for what cannot be an id.
type ID string

// UnmarshalJSON never fails.
func (i *ID) UnmarshalJSON(b []byte) error {
	s := strings.TrimSpace(Scalar(b))
	switch text := len(b) > 0 && b[0] == '"'; {
	case text && strings.Trim(s, "0123456789.") == "":
		s = whole(s)
	case text:
	case s == "true", s == "false", whole(s) == "0":
		s = ""
	default:
		s = whole(s)
	}
	*i = ID(s)
	return nil
}

// whole writes a number without a fraction of zeros and without an exponent. One
// with more digits than a float holds stays as it is, and so does any other text.
func whole(s string) string {
	if strings.Trim(s, "0123456789") == "" {
		return s
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n != math.Trunc(n) || math.Abs(n) >= 1<<53 {
		return s
	}
	return strconv.FormatInt(int64(n), 10)
}

// Count is a number of bytes or of things; 0 for anything that is none.
type Count int64

// UnmarshalJSON never fails.
func (n *Count) UnmarshalJSON(b []byte) error {
	*n = 0
	if v, err := strconv.ParseInt(whole(strings.TrimSpace(Scalar(b))), 10, 64); err == nil && v > 0 {
		*n = Count(v)
	}
	return nil
}

// List is a list inside an object: a member that cannot be read is skipped, one
// that stands alone is a list of one, and anything else is an empty list.
type List[T any] []T

// UnmarshalJSON never fails.
func (l *List[T]) UnmarshalJSON(b []byte) error {
	*l = nil
	var raw []json.RawMessage
	if json.Unmarshal(b, &raw) != nil && string(b) != "{}" && string(b) != `""` {
		raw = []json.RawMessage{b}
	}
	*l = readable[T](raw)
	return nil
}

// readable reads the members of a list that can be read; a null cannot.
func readable[T any](raw []json.RawMessage) []T {
	var out []T
	for _, r := range raw {
		if v := *new(T); string(r) != "null" && Into(r, &v) {
			out = append(out, v)
		}
	}
	return out
}

// Into decodes b into v, a pointer to a struct. A field of another type costs that
// field alone. It reports whether b is an object at all.
func Into(b []byte, v any) bool {
	err := json.Unmarshal(b, v)
	var odd *json.UnmarshalTypeError
	return err == nil || errors.As(err, &odd) && odd.Field != ""
}

var (
	errNoList     = errors.New("the answer holds no list")
	errUnreadable = errors.New("nothing in the list can be read")
)

// Members reads the list that an answer was asked for. Unlike [List], which is about
// the inside of an object, it fails on anything but a list, and on a list of which
// nothing can be read: neither is an empty one. A null is no list.
func Members[T any](b json.RawMessage) ([]T, error) {
	var raw []json.RawMessage
	if json.Unmarshal(b, &raw) != nil || raw == nil {
		return nil, errNoList
	}
	out := readable[T](raw)
	if len(out) == 0 && len(raw) > 0 {
		return nil, errUnreadable
	}
	return out, nil
}

// Following reads what names the next page of a list: a token, an address, or an
// object with it. It is "" at the end of the list: where nothing, null, false or 0
// stands. For anything else it fails, since such a list has no known end.
func Following(b json.RawMessage) (string, error) {
	switch s := Scalar(b); {
	case s == "false", s == "0":
		return "", nil
	case s != "true" && s != "":
		return s, nil
	case len(b) == 0, string(b) == "null", string(b) == `""`:
		return "", nil
	}
	var link struct {
		ID   Text `json:"id"`
		At   Text `json:"@id"`
		Href Text `json:"href"`
	}
	if Into(b, &link) && link.ID+link.At+link.Href != "" {
		return string(cmp.Or(link.ID, link.At, link.Href)), nil
	}
	return "", errors.New("what names the next page makes no sense")
}

// Flag is a boolean, written as true, 1, "true" or "1". Said is false for anything
// else.
type Flag struct{ On, Said bool }

// UnmarshalJSON never fails.
func (f *Flag) UnmarshalJSON(b []byte) error {
	switch strings.ToLower(Scalar(b)) {
	case "true", "1":
		*f = Flag{true, true}
	case "false", "0":
		*f = Flag{false, true}
	}
	return nil
}

// Opt returns the flag as an api.Opt.
func (f Flag) Opt() api.Opt[bool] {
	if !f.Said {
		return api.Opt[bool]{}
	}
	return api.Known(f.On)
}

// Scalar returns a JSON value as text: the content of a string, a number or boolean
// as it is written, "" for null, objects and lists.
func Scalar(b []byte) string {
	if len(b) == 0 || bytes.Equal(b, []byte("null")) || b[0] == '{' || b[0] == '[' {
		return ""
	}
	var s string
	if json.Unmarshal(b, &s) == nil {
		return s
	}
	return string(b)
}

// PhoneDigits returns a phone number as people write it without its spaces and
// signs, and whether the rest is digits only.
func PhoneDigits(written string) (digits string, ok bool) {
	digits = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" +-()./\u00a0", r) {
			return -1
		}
		return r
	}, written)
	return digits, strings.Trim(digits, "0123456789") == ""
}
