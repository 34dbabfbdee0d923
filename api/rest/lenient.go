package rest

import (
	"bytes"
	"encoding/json"
	"strings"

	"unibox/api"
)

// The types of answers that are read as far as they can be read: a platform
// that writes a number where it wrote text yesterday costs no list.

// Text is a string, or a number as it was written; empty for anything else.
type Text string

// UnmarshalJSON never fails.
func (t *Text) UnmarshalJSON(b []byte) error {
	*t = Text(Scalar(b))
	return nil
}

// Flag is a boolean in any spelling. Said is false for anything else.
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

// Opt is the flag as package api has it.
func (f Flag) Opt() api.Opt[bool] {
	if !f.Said {
		return api.Opt[bool]{}
	}
	return api.Known(f.On)
}

// Scalar is a JSON value as text: a string's content, a number or a boolean as
// it is written, "" for null, objects and lists.
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
