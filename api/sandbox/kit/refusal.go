package kit

import (
	"errors"
	"net/http"
)

// Refusal is an error with the status it is answered with (pact.md §1.4).
type Refusal struct {
	Status int
	Text   string
}

func (r Refusal) Error() string { return r.Text }

func BadRequest(text string) error { return Refusal{Status: http.StatusBadRequest, Text: text} }

var ErrNotFound = Refusal{Status: http.StatusNotFound, Text: "no such resource"}

// ErrUnknown means that the control side named something that is not there.
var ErrUnknown = errors.New("unknown")

// RefusalOf returns the refusal in an error; any other error is a bad request.
func RefusalOf(err error) Refusal {
	var refused Refusal
	if errors.As(err, &refused) {
		return refused
	}
	return Refusal{Status: http.StatusBadRequest, Text: err.Error()}
}

// WriteError answers an error as JSON, in the shape that body gives it.
func WriteError(w http.ResponseWriter, found Match, err error, body func(status int, text string) any) {
	refused := RefusalOf(err)
	found.SetAllow(w, refused.Status)
	WriteJSON(w, refused.Status, body(refused.Status, err.Error()))
}
