package sandbox

import (
	"errors"
	"net/http"
)

// refusal is an error with the status it is answered with (pact.md §1.4).
type refusal struct {
	status int
	text   string
}

func (r refusal) Error() string { return r.text }

func bad(text string) error { return refusal{http.StatusBadRequest, text} }

var errMissing = refusal{http.StatusNotFound, "no such resource"}

// errUnknown means that the control side named something that is not there.
var errUnknown = errors.New("unknown")
