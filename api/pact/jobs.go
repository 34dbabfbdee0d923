package pact

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"unibox/api"
	"unibox/api/rest"
)

// job is a delivery (REFERENCE.md "Delivery jobs").
type job struct {
	ID         ident          `json:"id"`
	ExternalID ident          `json:"external_id"`
	Channel    lenient[named] `json:"channel"`
	ChannelID  ident          `json:"channel_id"`
	// Conversation and Message are empty while they are not known.
	Conversation ident   `json:"conversation_id"`
	State        text    `json:"state"`
	Message      ident   `json:"message_id"`
	Details      details `json:"details"`
}

// details say how a job ended: an object, a word, or nothing (REFERENCE.md
// "Delivery jobs").
type details struct {
	Result text `json:"result"`
	Reason text `json:"reason"`
	// note is a word that is no known result.
	note string
}

// UnmarshalJSON never fails.
func (d *details) UnmarshalJSON(b []byte) error {
	type object details
	var o object
	if json.Unmarshal(b, &o) == nil {
		*d = details(o)
		return nil
	}
	switch s := rest.Scalar(b); normalized(text(s)) {
	case "delivered", "not delivered":
		d.Result = text(s)
	default:
		d.note = s
	}
	return nil
}

// normalized returns one spelling for all spellings of a state.
func normalized(t text) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(string(t)), func(r rune) bool {
		return r == '_' || r == '-' || r == ' '
	}), " ")
}

// delivered reports whether the state or the result of the job says so.
func (j job) delivered() bool {
	return normalized(j.State) == "delivered" || normalized(j.Details.Result) == "delivered"
}

// delivery reads the state of a job (REFERENCE.md "Delivery jobs"). The word for
// failure is documented nowhere, so every unknown word means failed. A job that
// says nothing is still at work.
func (j job) delivery() api.Delivery {
	state := normalized(j.State)
	switch {
	case j.delivered() || j.Message != "":
		return api.DeliveryDelivered
	case j.Details.Result != "" || j.Details.Reason != "" || state != "" && state != "trying deliver":
		return api.DeliveryFailed
	}
	return api.DeliveryAccepted
}

// reason is why the job failed, as the platform says it.
func (j job) reason() string {
	return string(or(j.Details.Reason, text(j.Details.note), j.Details.Result, j.State))
}

// name is the channel and the id by which the job can be read, empty if they are
// not known. channel is set for first messages only.
func (j job) name(channel string) string {
	id := either(j.ID, j.ExternalID)
	at := either(j.Channel.v.ID, j.Channel.v.ExternalID, j.ChannelID, ident(channel))
	if id == "" || at == "" {
		return ""
	}
	return at + "/" + id
}

// fill adds what j says to r.
func (c *Client) fill(r api.Receipt, j job) api.Receipt {
	if j.Conversation != "" {
		r.Conversation = c.ConversationID(string(j.Conversation))
	}
	if j.Message != "" {
		r.Message = c.MessageID(string(j.Message))
	}
	r.Delivery, r.Reason = j.delivery(), ""
	if r.Delivery == api.DeliveryFailed {
		r.Reason = j.reason()
	}
	return r
}

// Track reads the state of a job. It learns delivered or not, never "read"
// (REFERENCE.md "What p1 lacks").
func (c *Client) Track(ctx context.Context, r api.Receipt) (api.Receipt, error) {
	const op = "ask about delivery"
	channel, id, ok := strings.Cut(r.Job, "/")
	if !ok {
		return r, refuse(op, "the receipt names no job of ours")
	}
	req := rest.Request{
		Op: op, Class: api.ClassOther, Effect: rest.Reads,
		Method: "GET", Path: c.path("channels", channel, "jobs", id),
	}
	var j job
	if err := c.call(ctx, req, &j); err != nil {
		return r, err
	}
	if j.ID == "" && j.State == "" && j.Message == "" {
		return r, c.HTTP.Garbled(req, errors.New("the answer holds no job"))
	}
	return c.fill(r, j), nil
}
