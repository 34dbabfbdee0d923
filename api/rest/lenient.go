package rest

import (
	"bytes"
	"encoding/json"
	"strings"

	"unibox/api"
)

// Types for fields of answers whose JSON type varies: an odd value must not make a
// whole list unreadable.

// Text is a string, or a number as it was written; empty for anything else.
type Text string

// UnmarshalJSON never fails.
func (t *Text) UnmarshalJSON(b []byte) error {
	*t = Text(Scalar(b))
	return nil
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
