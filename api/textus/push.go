package textus

import (
	"context"
	"errors"
	"slices"
	"strings"

	"unibox/api"
	"unibox/api/rest"
)

// Push is what TextUs sends by itself (REFERENCE.md "Webhooks").
func Push() api.Push { return api.Push{Signature: "X-TextUs-Signature", Read: hints} }

// hints reads an event. It shows the conversation as it is, but not as this agent
// sees it, so all of it is read again.
func hints(account api.AccountID, body []byte) (h api.Hints, err error) {
	var e struct {
		Type         text                  `json:"@type"`
		Action       text                  `json:"action"`
		Conversation ref[wireConversation] `json:"conversation"`
	}
	if err := rest.Decode(body, &e); err != nil {
		return h, err
	}
	if e.Action == "" && e.Type == "" {
		return h, errors.New("the event has no action")
	}
	slug := lastSegment(e.Conversation.link)
	if w := e.Conversation.value; w != nil {
		slug = w.slug()
	}
	if slug != "" {
		h.Conversations = []api.ConversationID{{Account: account, Remote: slug}}
	}
	h.List = slug == "" && e.Action != "contact.created"
	h.Jobs = strings.HasPrefix(string(e.Action), "message.") && e.Action != "message.received"
	return h, nil
}

// events are what an address is registered for (REFERENCE.md "Webhooks").
var events = []string{
	"message.received", "message.delivered", "message.failed", "message.unknown", "phone_call.completed",
	"contact.opted_out", "contact.opted_in",
}

// Subscriptions is empty: no call is known that lists addresses, and there is room
// for any number (REFERENCE.md "Webhooks").
func (c *Client) Subscriptions(context.Context) ([]string, api.Room, error) {
	return nil, api.RoomFree, nil
}

// Subscribe registers an address with each account of the login, and returns their
// secrets (REFERENCE.md "Webhooks"). Where one account is below another, its events
// come twice.
func (c *Client) Subscribe(ctx context.Context, address string) (secrets []string, err error) {
	secrets, _, err = c.SubscribeRest(ctx, address, nil)
	return secrets, err
}

// SubscribeRest registers an address with those accounts of the login that are not done:
// no call lists addresses, and one that is registered twice gets each event twice.
func (c *Client) SubscribeRest(ctx context.Context, address string, done []string) (secrets, did []string, err error) {
	const op = "register an address for events"
	list, err := c.listAccounts(ctx, op)
	if err != nil && !brokeOff(err) {
		return nil, nil, err
	}
	if len(list) == 0 {
		return nil, nil, &api.Error{Kind: api.ErrNotFound, Platform: platform, Op: op, Said: "the token sees no account"}
	}
	for _, a := range list {
		if slices.Contains(done, a.slug()) {
			continue
		}
		secret, err := c.register(ctx, op, a.slug(), address)
		if err != nil {
			return secrets, did, err
		}
		secrets, did = append(secrets, secret), append(did, a.slug())
	}
	return secrets, did, nil
}

func (c *Client) register(ctx context.Context, op, account, address string) (string, error) {
	actions := map[string]bool{}
	for _, e := range events {
		actions[e] = true
	}
	var made struct {
		Config struct {
			Secret text `json:"webhookSecret"`
		} `json:"config"`
	}
	req := rest.Request{
		Op: op, Class: api.ClassOther, Effect: rest.Writes, Method: "POST", Path: []string{account, "integrations"},
		Body: body(map[string]any{
			"provider": "webhook", "active": true,
			"config": map[string]string{"baseUrl": address}, "settings": map[string]any{"actions": actions},
		}),
	}
	if err := c.call(ctx, req, &made); err != nil {
		return "", err
	}
	if made.Config.Secret == "" {
		return "", c.HTTP.Garbled(req, errors.New("the answer has no secret"))
	}
	return string(made.Config.Secret), nil
}
