package p1

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"unicode"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// job is a delivery (api/pact/REFERENCE.md "Delivery jobs").
type job struct {
	ID         ident                `json:"id"`
	ExternalID ident                `json:"external_id"`
	Channel    terms.Lenient[named] `json:"channel"`
	ChannelID  ident                `json:"channel_id"`
	// Conversation and Message are empty while they are not known.
	Conversation ident   `json:"conversation_id"`
	State        text    `json:"state"`
	Message      ident   `json:"message_id"`
	Details      details `json:"details"`
}

// details say how a job ended: an object, a word, or nothing (api/pact/REFERENCE.md
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
	if rest.Into(b, &o) {
		*d = details(o)
		return nil
	}
	switch s := rest.Scalar(b); outcomeOf(text(s)) {
	case delivered, failed:
		d.Result = text(s)
	default:
		d.note = s
	}
	return nil
}

// outcome is what a word of a job says of its delivery.
type outcome uint8

const (
	unsaid outcome = iota
	working
	delivered
	failed
	unknown
)

// outcomeOf reads a state or a result, in any spelling. Only "trying_deliver",
// "delivered" and "NOT DELIVERED" are documented. A word for failure is documented
// nowhere, so the plain ones are taken; any other word says nothing (api/pact/REFERENCE.md
// "Delivery jobs").
func outcomeOf(t text) outcome {
	switch normalized(t) {
	case "":
		return unsaid
	case "trying deliver":
		return working
	case "delivered":
		return delivered
	case "not delivered", "undelivered", "error", "errored", "failed", "failure", "rejected":
		return failed
	}
	return unknown
}

// normalized returns one spelling for all spellings of a word.
func normalized(t text) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(string(t)), func(r rune) bool {
		return r == '_' || r == '-' || unicode.IsSpace(r)
	}), " ")
}

// delivered reports whether the state or the result of the job says so, and neither
// says the opposite.
func (j job) delivered() bool { return j.says(delivered) && !j.says(failed) }

func (j job) says(o outcome) bool {
	return outcomeOf(j.State) == o || outcomeOf(j.Details.Result) == o
}

// delivery reads the state of a job (api/pact/REFERENCE.md "Delivery jobs"). A word for
// failure outweighs all others, and a job whose words are not known is still at work.
func (j job) delivery() api.Delivery {
	switch {
	case j.says(failed):
		return api.DeliveryFailed
	case j.delivered(), j.Message != "" && !j.says(unknown):
		return api.DeliveryDelivered
	}
	return api.DeliveryAccepted
}

// reason is why the job failed, as the platform says it.
func (j job) reason() string {
	return string(cmp.Or(j.Details.Reason, text(j.Details.note), j.Details.Result, j.State))
}

// name is the channel and the id by which the job can be read, empty if they are
// not known. channel is set for first messages only.
func (j job) name(channel string) string {
	id := terms.Either(j.ID, j.ExternalID)
	at := terms.Either(j.Channel.V.ID, j.Channel.V.ExternalID, j.ChannelID, ident(channel))
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
// (api/pact/REFERENCE.md "What p1 lacks").
func (c *Client) Track(ctx context.Context, r api.Receipt) (api.Receipt, error) {
	const op = "ask about delivery"
	channel, id, ok := strings.Cut(r.Job, "/")
	if !ok {
		return r, terms.Refuse(op, "the receipt names no job of ours")
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
