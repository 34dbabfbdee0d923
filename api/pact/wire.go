package pact

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"unibox/api/rest"
)

// envelope wraps every answer (REFERENCE.md "Envelope").
type envelope struct {
	Status text            `json:"status"`
	Data   json.RawMessage `json:"data"`
}

func open(body []byte) (envelope, error) {
	var env envelope
	if err := rest.Decode(body, &env); err != nil {
		return env, err
	}
	if env.Status == "" && env.Data == nil {
		return env, errors.New("the answer has neither status nor data")
	}
	return env, nil
}

// errored reports a failure, which can come with the HTTP status of a success
// (REFERENCE.md "Envelope").
func (e envelope) errored() bool {
	return strings.HasPrefix(strings.ToLower(string(e.Status)), "error")
}

var null = []byte("null")

// ident is an id: an integer of 64 bits, or a string; empty for null, 0 and
// anything else that cannot be one (REFERENCE.md "Ids and times").
type ident string

// UnmarshalJSON never fails.
func (i *ident) UnmarshalJSON(b []byte) error {
	*i = ident(strings.TrimSpace(rest.Scalar(b)))
	if *i == "0" || *i == "true" || *i == "false" {
		*i = ""
	}
	return nil
}

// What any client reads leniently.
type (
	text = rest.Text
	flag = rest.Flag
)

// items is a list in an answer; null is an empty one. A member of another type is
// skipped.
type items[T any] []T

// UnmarshalJSON fails if it is not a list.
func (l *items[T]) UnmarshalJSON(b []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	for _, r := range raw {
		var v T
		if !bytes.Equal(r, null) && json.Unmarshal(r, &v) == nil {
			*l = append(*l, v)
		}
	}
	return nil
}

// lenient decodes an object, and anything else as the zero value.
type lenient[T any] struct{ v T }

// UnmarshalJSON never fails.
func (l *lenient[T]) UnmarshalJSON(b []byte) error {
	var v T
	if json.Unmarshal(b, &v) == nil {
		l.v = v
	}
	return nil
}

// either returns the first id that is set.
func either(ids ...ident) string {
	for _, id := range ids {
		if id != "" {
			return string(id)
		}
	}
	return ""
}
