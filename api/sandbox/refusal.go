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

func bad(text string) error { return refusal{status: http.StatusBadRequest, text: text} }

var errMissing = refusal{status: http.StatusNotFound, text: "no such resource"}

// errUnknown means that the control side named something that is not there.
var errUnknown = errors.New("unknown")

// refusalOf returns the refusal in an error; any other error is a bad request.
func refusalOf(err error) refusal {
	var refused refusal
	if errors.As(err, &refused) {
		return refused
	}
	return refusal{status: http.StatusBadRequest, text: err.Error()}
}

// refuse answers an error as JSON, in the shape that body gives it.
func refuse(w http.ResponseWriter, found match, err error, body func(status int, text string) any) {
	refused := refusalOf(err)
	found.allowed(w, refused.status)
	answer(w, refused.status, body(refused.status, err.Error()))
}
