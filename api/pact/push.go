package pact

import (
	"encoding/json"
	"errors"

	"unibox/api"
	"unibox/api/pact/p1"
	"unibox/api/pact/p2"
)

// Push is what Pact sends by itself. It does not sign (REFERENCE.md "Webhook
// delivery"). An account may get the events of either version, whichever it speaks:
// the ids are the same (REFERENCE.md "From p1 to p2").
func Push() api.Push { return api.Push{Read: hints} }

func hints(account api.AccountID, body []byte) (api.Hints, error) {
	var e struct {
		Operation    string `json:"operation"`
		Object, Data json.RawMessage
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return api.Hints{}, errors.New("the event is no JSON object")
	}
	switch {
	case e.Operation == "test": // REFERENCE.md "Companies"
		return api.Hints{Test: true}, nil
	case e.Object != nil:
		return p2.Hints(account, body)
	}
	return p1.Hints(account, body)
}
