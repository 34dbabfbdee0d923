package p1

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// attempt is what a client knows of a channel that it began to connect. The platform
// tells nothing of that (api/pact/REFERENCE.md "Channels").
type attempt struct {
	// phone is set where the channel is connected by a code.
	phone string
	// shown is what the last request for a code brought.
	shown api.Pairing
	// password: the code was right, and Telegram wants the password too.
	password bool
}

// Pair begins to connect a channel of a kind. A QR code comes by webhook alone, so what
// can be shown is a code, on kinds that take a phone number
// (api/pact/REFERENCE.md "Connecting WhatsApp").
func (c *Client) Pair(ctx context.Context, kind api.ChannelKind, fields map[string]string) (api.Pairing, error) {
	id, err := c.Connect(ctx, kind, fields)
	if err != nil {
		return api.Pairing{}, err
	}
	if !c.waits(kind) {
		return api.Pairing{Channel: id, Done: true}, nil
	}
	digits, _ := rest.PhoneDigits(fields["phone"])
	c.mu.Lock()
	c.kinds[id.Remote] = kind
	c.attempts[id.Remote] = attempt{phone: digits}
	c.mu.Unlock()
	return c.pairing(ctx, id, kind)
}

func (c *Client) waits(kind api.ChannelKind) bool {
	for _, form := range c.ChannelForms() {
		if form.Kind == kind {
			return form.Waits
		}
	}
	return false
}

// Pairing returns what is to be shown now; a code that no longer works is asked for
// anew, unless it was right and the password is missing.
func (c *Client) Pairing(ctx context.Context, id api.ChannelID) (api.Pairing, error) {
	kind, err := c.readKind(ctx, id.Remote)
	if err != nil {
		return api.Pairing{}, err
	}
	return c.pairing(ctx, id, kind)
}

func (c *Client) pairing(ctx context.Context, id api.ChannelID, kind api.ChannelKind) (api.Pairing, error) {
	c.mu.Lock()
	at := c.attempts[id.Remote]
	c.mu.Unlock()
	heard, ok := c.hear(id)
	switch {
	case ok && heard.Done, ok && at.phone == "":
		return heard, nil
	case at.shown.Done, at.shown.AsksSecret, at.shown.Expires.After(time.Now()):
		return at.shown, nil
	case at.phone == "" || kind != "whatsapp" && kind != "telegram_personal":
		return api.Pairing{Channel: id, Blind: true}, nil
	}
	at, err := c.requestCode(ctx, id, kind, at)
	if err != nil {
		return api.Pairing{Channel: id}, err
	}
	c.keep(id, at)
	return at.shown, nil
}

func (c *Client) keep(id api.ChannelID, at attempt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.attempts[id.Remote] = at
}

// requestCode has a code shown, by us or by Telegram, each kind with an answer of its
// own (api/pact/REFERENCE.md "Connection codes").
func (c *Client) requestCode(ctx context.Context, id api.ChannelID, kind api.ChannelKind, at attempt) (attempt, error) {
	var answer struct {
		Code text       `json:"code"`
		TTL  text       `json:"ttl"`
		Life rest.Count `json:"expires_in"`
	}
	req := c.code("request code", "request_code", id, kind, nil)
	if err := c.plain(ctx, req, &answer); err != nil {
		return at, err
	}
	at.shown = api.Pairing{Channel: id}
	if kind == "telegram_personal" {
		at.shown.Asks = "the code that Telegram sent, or the password where Telegram wants one"
		at.shown.Expires = time.Now().Add(time.Duration(answer.Life) * time.Second)
		return at, nil
	}
	if answer.Code == "" {
		return at, c.HTTP.Garbled(req, errors.New("the answer holds no code"))
	}
	at.shown.Code, at.shown.Blind = string(answer.Code), true
	if life, err := time.ParseDuration(string(answer.TTL)); err == nil {
		at.shown.Expires = time.Now().Add(life)
	}
	return at, nil
}

// code is a request about a code.
func (c *Client) code(op, verb string, id api.ChannelID, kind api.ChannelKind, form url.Values) rest.Request {
	if form == nil {
		form = url.Values{}
	}
	form.Set("provider", string(kind))
	return rest.Request{Op: op, Class: api.ClassOther, Method: "POST", Path: c.path("channels", id.Remote, verb), Body: rest.Form(form)}
}

// plain carries out a request whose answer has no data of its own
// (api/pact/REFERENCE.md "Envelope").
func (c *Client) plain(ctx context.Context, req rest.Request, v any) error {
	resp, err := c.HTTP.Do(ctx, req)
	if err != nil {
		return err
	}
	var env envelope
	switch err := rest.Decode(resp.Body, &env); {
	case err != nil:
		return c.HTTP.Garbled(req, err)
	case env.errored():
		return c.HTTP.Error(req, api.ErrInvalid, resp, nil)
	}
	if err := rest.Decode(resp.Body, v); err != nil {
		return c.HTTP.Garbled(req, err)
	}
	return nil
}

// Confirm gives what Telegram wants: the code that it sent, or the password of its
// two-step verification
// (api/pact/REFERENCE.md "Connection codes").
func (c *Client) Confirm(ctx context.Context, id api.ChannelID, line string) (api.Pairing, error) {
	const op = "confirm channel"
	kind, err := c.readKind(ctx, id.Remote)
	switch {
	case err != nil:
		return api.Pairing{}, err
	case strings.TrimSpace(line) == "":
		return api.Pairing{}, terms.Refuse(op, "the code is empty")
	case kind != "telegram_personal":
		return api.Pairing{}, &api.Error{Kind: api.ErrUnsupported, Platform: platform, Op: op, Said: "this kind of channel is not connected by a code that you give"}
	}
	c.mu.Lock()
	at := c.attempts[id.Remote]
	c.mu.Unlock()
	var answer struct {
		State text                      `json:"state"`
		Data  terms.Lenient[unfinished] `json:"data"`
	}
	if err := c.plain(ctx, c.code(op, "confirm", id, kind, at.given(line)), &answer); err != nil {
		return api.Pairing{}, err
	}
	at.shown = api.Pairing{Channel: id, Done: !answer.Data.V.wantsMore() && (answer.State == "" || answer.State == "enabled")}
	switch {
	case answer.Data.V.wantsMore():
		at.password = true
		at.shown.Asks, at.shown.AsksSecret = "the password of Telegram's two-step verification", true
	case !at.shown.Done:
		at.shown.Blind = true
	}
	c.keep(id, at)
	return at.shown, nil
}

// unfinished says that more is wanted (api/pact/REFERENCE.md "Connection codes").
type unfinished struct {
	TwoFactor    flag `json:"two_factor_requires"`
	Confirmation flag `json:"confirmation_requires"`
}

func (u unfinished) wantsMore() bool {
	return u.TwoFactor.On || u.Confirmation.On
}

// given is a line as Telegram wants it. Digits are the code until the code was right;
// anything else is the password.
func (at attempt) given(line string) url.Values {
	if code := strings.TrimSpace(line); !at.password && strings.Trim(code, "0123456789") == "" {
		return url.Values{"confirmation_type": {"code"}, "code": {code}}
	}
	return url.Values{"confirmation_type": {"password"}, "password": {line}}
}
