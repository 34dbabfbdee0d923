package p1

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"strings"
	"time"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// event is what the platform sends by itself (api/pact/REFERENCE.md "Webhook envelope").
type event struct {
	Type  text `json:"type"`
	Event text `json:"event"`
	// Data is an object, but a text, with a channel beside it, where a QR code is shown.
	Data    json.RawMessage `json:"data"`
	Channel ident           `json:"channel_id"`
}

type eventData struct {
	ExternalID   ident `json:"external_id"`
	ID           ident `json:"id"`
	Conversation ident `json:"conversation_id"`
	// Ack is how far a message has come (api/pact/REFERENCE.md "Acknowledgements").
	Ack     text                       `json:"ack"`
	Message text                       `json:"message"`
	Details terms.Lenient[eventEntity] `json:"details"`
}

// eventEntity is what a system event is about (api/pact/REFERENCE.md "System events").
type eventEntity struct {
	Entity text  `json:"entity"`
	ID     ident `json:"entity_id"`
}

// Hints reads an event (api/pact/REFERENCE.md "Webhook envelope"). It names a
// conversation that p1 does not list, such as a group's, all the same.
func Hints(account api.AccountID, body []byte) (h api.Hints, err error) {
	var e event
	if err := rest.Decode(body, &e); err != nil {
		return h, err
	}
	var data terms.Lenient[eventData]
	_ = data.UnmarshalJSON(e.Data) // which never fails
	in := ids{account}
	kind := strings.TrimPrefix(string(e.Type), "group_")
	switch d := data.V; {
	case kind == "conversation":
		h.List = true
		h.Conversations = in.conversations(terms.Either(d.ExternalID, d.ID))
	case kind == "conversation_contact":
		h.Conversations = in.conversations(string(d.Conversation))
	case kind == "message" && e.Event == "ack":
		h.Acks = in.acks(d)
	case kind == "message":
		h.Conversations = in.conversations(string(d.Conversation))
		h.List = len(h.Conversations) == 0
	case kind == "job":
		h.Jobs = true
	case kind == "system":
		h.Channels = in.channels(d)
		if strings.EqualFold(string(d.Message), "authorized") && len(h.Channels) > 0 { // the QR code was scanned
			h.Pairings = []api.Pairing{{Channel: h.Channels[0].Channel, Done: true}}
		}
	case kind == "qr_code":
		h.Pairings = in.pairings(e)
	case kind == "":
		return h, errors.New("the event has no type")
	}
	return h, nil
}

// ids makes ids of an account.
type ids struct{ account api.AccountID }

func (a ids) conversations(remote string) []api.ConversationID {
	if remote == "" {
		return nil
	}
	return []api.ConversationID{{Account: a.account, Remote: remote}}
}

// acks reads how far a message has come. What is less than delivered the job says
// too (api/pact/REFERENCE.md "Acknowledgements").
func (a ids) acks(d eventData) []api.Ack {
	to, known := map[text]api.Delivery{"2": api.DeliveryDelivered, "3": api.DeliveryRead}[d.Ack]
	in, message := a.conversations(string(d.Conversation)), terms.Either(d.ExternalID, d.ID)
	if !known || in == nil || message == "" {
		return nil
	}
	return []api.Ack{{Conversation: in[0], Message: api.MessageID{Account: a.account, Remote: message}, Delivery: to}}
}

// problems are the states of a channel in words; empty is no problem. Their severity
// does not tell good news from bad (api/pact/REFERENCE.md "System events").
var problems = map[string]string{
	"authorized":          "",
	"phone online":        "",
	"synchronized":        "",
	"phone offline":       "the phone is offline, so nothing arrives and nothing goes out: connect it to the internet",
	"unavailable":         "it was opened elsewhere, so nothing arrives here: close WhatsApp Web there",
	"unawailable":         "it was opened elsewhere, so nothing arrives here: close WhatsApp Web there",
	"disabled":            "it is disconnected, so nothing arrives and nothing goes out: connect it again",
	"trying_resume_work":  "it was opened elsewhere, and Pact is taking it back",
	"ig was set disabled": "it is disconnected, so nothing arrives and nothing goes out: connect it again",
}

// channels reads the state of a channel. A state that is not known says nothing.
func (a ids) channels(d eventData) []api.ChannelState {
	problem, known := problems[strings.ToLower(strings.TrimSpace(string(d.Message)))]
	if !known || d.Details.V.Entity != "channel" || d.Details.V.ID == "" {
		return nil
	}
	return []api.ChannelState{{Channel: api.ChannelID{Account: a.account, Remote: string(d.Details.V.ID)}, Problem: problem}}
}

// pairings reads a QR code (api/pact/REFERENCE.md "Connecting WhatsApp").
func (a ids) pairings(e event) []api.Pairing {
	var address text
	if rest.Into(e.Data, &address); terms.Picture(string(address)) == nil || e.Channel == "" {
		return nil
	}
	return []api.Pairing{{Channel: api.ChannelID{Account: a.account, Remote: string(e.Channel)}, QR: terms.Picture(string(address))}}
}

// codeLife is how long a QR code is shown that no other one replaces, mostHeard of how
// many channels one is remembered.
const (
	codeLife  = time.Minute
	mostHeard = 20
)

// Hear keeps what an event says of a channel until it is asked for: then somebody is
// connecting it. A code that nobody asks for is never shown.
func (c *Client) Hear(p api.Pairing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(c.heard, func(_ string, old api.Pairing) bool { return old.Expires.Before(now) })
	if _, again := c.heard[p.Channel.Remote]; !again && len(c.heard) >= mostHeard {
		return
	}
	p.Expires = now.Add(codeLife)
	c.heard[p.Channel.Remote] = p
}

// hear returns what an event said of a channel lately.
func (c *Client) hear(id api.ChannelID) (p api.Pairing, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok = c.heard[id.Remote]
	ok = ok && p.Expires.After(time.Now())
	p.Expires = time.Time{} // it is renewed as it changes
	return p, ok
}

// Subscriptions lists the address of the company. There is room for one
// (api/pact/REFERENCE.md "Companies").
func (c *Client) Subscriptions(ctx context.Context) ([]string, api.Room, error) {
	type company struct {
		named
		Webhook text `json:"webhook_url"`
	}
	list := listing{"list companies", api.ClassOther, []string{"companies"}, "companies", maxPage}
	found, err := all[company](ctx, c, list)
	if err != nil && api.KindOf(err) != api.ErrCursor {
		return nil, 0, err
	}
	for _, one := range found {
		switch {
		case one.id() != c.company:
		case one.Webhook == "":
			return nil, api.RoomFree, nil
		default:
			return []string{string(one.Webhook)}, api.RoomInPlace, nil
		}
	}
	return nil, 0, &api.Error{Kind: api.ErrNotFound, Platform: platform, Op: "read the address of events", Said: "the token does not list company " + c.company}
}

// Subscribe has events sent to an address. The platform tries it first, which must
// answer 200 (api/pact/REFERENCE.md "Companies"), and signs nothing.
func (c *Client) Subscribe(ctx context.Context, address string) (secrets []string, err error) {
	return nil, c.call(ctx, rest.Request{
		Op: "set the address of events", Class: api.ClassOther, Effect: rest.Harmless, Method: "PUT", Path: c.path(),
		Body: rest.Form(url.Values{"webhook_url": {address}}),
	}, nil)
}
