package pact

import (
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
		return env, err // not an object
	}
	if env.Status == "" && env.Data == nil {
		return env, errors.New("the answer has neither status nor data")
	}
	return env, nil
}

// errored reports a failure, which can come with the HTTP status of a success
// (REFERENCE.md "Envelope").
func (e envelope) errored() bool {
	status := strings.ToLower(string(e.Status))
	return strings.HasPrefix(status, "error") || strings.HasPrefix(status, "fail")
}

// ident is an id: an integer of 64 bits, also as text; empty for null, 0 and anything
// else that cannot be one (REFERENCE.md "Ids and times").
type ident string

// UnmarshalJSON never fails.
func (i *ident) UnmarshalJSON(b []byte) error {
	var id rest.ID
	_ = id.UnmarshalJSON(b) // which never fails
	if *i = ident(id); id == "0" {
		*i = ""
	}
	return nil
}

// What any client reads leniently.
type (
	text  = rest.Text
	flag  = rest.Flag
	count = rest.Count
	// moment reads all of the platform's formats (REFERENCE.md "Ids and times").
	moment = rest.Moment
)

// lenient decodes an object, and anything else as the zero value.
type lenient[T any] struct{ v T }

// UnmarshalJSON never fails.
func (l *lenient[T]) UnmarshalJSON(b []byte) error {
	var v T
	if rest.Into(b, &v) {
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
