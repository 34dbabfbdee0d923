package pact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"unibox/api/sandbox/kit"
)

// How far the sign-in of an Instagram login goes depends on its name: one with
// "challenge" has to choose where a code is sent to, one with "2fa" has to give a
// second code.
const (
	challenged = "challenge"
	twoFactor  = "2fa"
)

// requestCode asks for the code that ends a connecting. See api/pact/REFERENCE.md
// "Connection codes".
func (p *Server) requestCode(c *kit.Call) (any, error) {
	_, h, err := p.connecting(c)
	if err != nil {
		return nil, err
	}
	switch h.kind {
	case "instagram":
		if !c.Params.Filled("challenge_variant") && c.Params.Get("challenge_type") != "two_factor" {
			return nil, kit.BadRequest("challenge_variant: is required")
		}
		return object{"result": "ok"}, nil
	case "telegram_personal":
		return object{"status": "ok", "code_length": len(signInCode), "code_type": "app", "expires_in": 60, "next_type": "app", "session_id": h.id}, nil
	case "whatsapp":
		h.created = c.Now
		return object{"sessionId": strconv.FormatInt(h.id, 10), "code": pairingCode(h.id), "ttl": "160s"}, nil
	}
	return nil, kit.BadRequest("provider: " + h.kind + " has no codes")
}

// connecting returns the channel of a path, whose provider the request has to name.
func (p *Server) connecting(c *kit.Call) (*company, *channel, error) {
	company, h, err := p.channel(c, false)
	if err == nil && c.Params.Get("provider") != h.kind {
		err = kit.BadRequest("provider: must be " + h.kind)
	}
	return company, h, err
}

// confirm takes the code, or the password. The answer of a sign-in that goes on has
// the status of a success.
func (p *Server) confirm(c *kit.Call) (any, error) {
	company, h, err := p.connecting(c)
	if err != nil {
		return nil, err
	}
	switch h.kind {
	case "instagram":
		return h.confirmInstagram(c.Params)
	case "telegram_personal":
		code, password := c.Params.Get("code"), c.Params.Get("password")
		switch kind := c.Params.Get("confirmation_type"); {
		case kind != "code" && kind != "password":
			return nil, kit.BadRequest("confirmation_type: must be code or password")
		case kind == "code" && code != signInCode:
			return nil, kit.BadRequest("code: is wrong")
		case kind == "password" && password == "":
			return nil, kit.BadRequest("password: is required")
		}
		h.initial, h.updated = false, c.Now
		p.announceChannel(company, h, "update", c.Now)
		return object{"result": "ok", "state": "enabled"}, nil
	}
	return nil, kit.BadRequest("provider: " + h.kind + " has no codes")
}

func (h *channel) confirmInstagram(given kit.Params) (any, error) {
	second := given.Get("confirmation_type") == "two_factor"
	_, err := strconv.Atoi(given.Get("confirmation_variant"))
	switch {
	case given.Get("confirmation_code") != signInCode:
		return nil, kit.BadRequest("confirmation_code: is wrong")
	case second && err != nil:
		return nil, kit.BadRequest("confirmation_variant: must be a number")
	case !second && strings.Contains(h.login, twoFactor):
		return unfinished("two_factor_requires", object{"value": 1, "key": "sms"}, object{"value": 2, "key": "recovery_code"}, object{"value": 3, "key": "totp"}), nil
	case !second && strings.Contains(h.login, challenged) && !given.Filled("confirmation_variant"):
		return unfinished("confirmation_requires", object{"value": 1, "label": "m***@example.org"}, object{"value": 0, "label": "+0 *** **-00"}), nil
	}
	h.initial = false
	return object{"result": "ok"}, nil
}

// unfinished is the answer of a sign-in that wants something more.
func unfinished(what string, details ...object) object {
	return object{"result": "ok", "data": object{what: true, "details": details}}
}

// enablePage ends the connecting of Instagram Business with the choice of a page. Its
// method is not published. See api/pact/REFERENCE.md "Channels".
func (p *Server) enablePage(c *kit.Call) (any, error) {
	_, h, err := p.channel(c, false)
	switch {
	case err != nil:
		return nil, err
	case h.kind != "instagram_business":
		return nil, kit.BadRequest(h.kind + " has no pages")
	case !c.Params.Filled("page_id"):
		return nil, kit.BadRequest("page_id: is required")
	case !slices.Contains([]string{"day", "week", "month", "all"}, c.Params.Get("sync_period")):
		return nil, kit.BadRequest("sync_period: must be day, week, month or all")
	}
	h.initial, h.updated = false, c.Now
	return wireEnvelope{"updated", wireID{h.id}}, nil
}

// billing is what the channels of all companies cost this month. See
// api/pact/REFERENCE.md "Billing and service messages".
func (p *Server) billing(c *kit.Call) (any, error) {
	details, total := []object{}, 0
	for _, one := range p.companies {
		for _, h := range one.enabled() {
			cost := 10_000 + int(h.id)
			total += cost
			details = append(details, object{
				"channel": object{"id": h.id, "type": h.kind, "created": p.madeChannel(h).Unix()},
				"company": object{"id": one.id, "name": one.name, "created": p.start.Add(-760 * kit.Day).Unix()},
				"cost":    cost,
			})
		}
	}
	return ok(object{"date": c.Now.Unix(), "details": details, "total_cost": total}), nil
}

// begins returns the text of a first message over a channel: of a template for
// WhatsApp Business, otherwise the parameter message, or else text. See
// api/pact/REFERENCE.md "First message".
func (p *Server) begins(c *company, h *channel, given kit.Params) (text string, err error) {
	if h.kind == "whatsapp_business" {
		name, language := given.Get("template[id]"), given.Get("template[language_code]")
		if t := p.template(c, name); t != nil && language != t.language {
			return "", kit.BadRequest(fmt.Sprintf("template[language_code]: there is no %s in %q", name, language))
		}
		return p.filled(c, "template", name, given.Values["template[parameters]"])
	}
	if text = given.Get("message"); text == "" {
		text = given.Get("text")
	}
	if strings.TrimSpace(text) == "" {
		return "", kit.BadRequest("message: is required")
	}
	return text, nil
}
