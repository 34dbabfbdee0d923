package p1

import (
	"encoding/json"
	"errors"
	"strings"

	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// envelope wraps every answer (api/pact/REFERENCE.md "Envelope").
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
// (api/pact/REFERENCE.md "Envelope").
func (e envelope) errored() bool {
	status := strings.ToLower(string(e.Status))
	return strings.HasPrefix(status, "error") || strings.HasPrefix(status, "fail")
}

// What both versions read alike.
type (
	ident       = terms.ID
	attachments = terms.Files
)

// What any client reads leniently.
type (
	text = rest.Text
	flag = rest.Flag
	// moment reads all of the platform's formats (api/pact/REFERENCE.md "Ids and times").
	moment = rest.Moment
)
