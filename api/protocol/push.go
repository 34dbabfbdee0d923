package protocol

import (
	"errors"
	"strings"

	"unibox/api"
	"unibox/api/rest"
)

// Push is what Protocol sends by itself. No call sets the address (REFERENCE.md
// "Webhooks").
func Push() api.Push {
	return api.Push{Signature: "x-protocol-signature", Read: hints, Where: "Protocol's dashboard, under webhooks, for all events"}
}

// hints reads an event. What is about a contact or a group, and a message that was
// deleted, does not name its conversation.
func hints(account api.AccountID, body []byte) (h api.Hints, err error) {
	var e struct {
		Type    text `json:"type"`
		Payload struct {
			ID           ident `json:"id"`
			Conversation ident `json:"conversation_id"`
		} `json:"payload"`
	}
	if err := rest.Decode(body, &e); err != nil {
		return h, err
	}
	resource, _, named := strings.Cut(string(e.Type), ".")
	if !named {
		return h, errors.New("the event has no type")
	}
	id := e.Payload.Conversation
	if resource == "conversation" {
		id, h.List = e.Payload.ID, true
	}
	if id != "" {
		h.Conversations = []api.ConversationID{{Account: account, Remote: string(id)}}
	}
	h.List = h.List || id == "" && resource != "attachment"
	return h, nil
}
