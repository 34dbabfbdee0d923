package textus

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// integration is an address that gets the events of an account and of those below
// it.
type integration struct {
	account     *account
	slug        string
	url, secret string
	active      bool
	actions     map[string]bool
}

// actionsOfHooks are the events that there are. See api/textus/REFERENCE.md "Webhooks".
var actionsOfHooks = []string{
	"message.received", "message.delivered", "message.failed", "message.unknown", "phone_call.completed",
	"contact.opted_out", "contact.opted_in", "contact.created",
}

// hookRepeats is how often an event that was not accepted is repeated. TextUs says
// nothing of it.
const hookRepeats = 3

// Webhooks returns what delivers TextUs' events.
func (p *Server) Webhooks() *kit.Webhooks { return p.hooks }

// createIntegration registers an address. Its answer alone has the secret.
func (p *Server) createIntegration(c *kit.Call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	base := c.Params.Get("config[baseUrl]")
	u, broken := url.Parse(base)
	switch {
	case c.Params.Get("provider") != "webhook":
		return nil, unprocessable("provider: must be webhook")
	case broken != nil || u.Host == "":
		return nil, unprocessable("config.baseUrl: must be an address")
	}
	d := kit.Roll(p.options.Seed, p.run, int64(len(p.integrations)), 31)
	one := &integration{
		account: a, slug: fmt.Sprintf("w%06x", d.Next()&0xffffff), url: base, secret: fmt.Sprintf("%016x%016x", d.Next(), d.Next()),
		active: c.Params.Get("active") != "false", actions: map[string]bool{},
	}
	for _, name := range actionsOfHooks {
		one.actions[name] = c.Params.Get("settings[actions]["+name+"]") == "true"
	}
	p.integrations = append(p.integrations, one)
	return created{one.wire()}, nil
}

func (i *integration) wire() object {
	o := typed("Integration", "/integrations/"+i.slug)
	o["provider"], o["active"], o["account"] = "webhook", i.active, "/accounts/"+i.account.slug
	o["config"] = object{"baseUrl": i.url, "webhookSecret": i.secret}
	o["settings"], o["isHealthy"], o["ipaas"], o["category"] = object{"actions": i.actions}, true, nil, "webhooks"
	return o
}

// emit sends an event of an account to those who want it. fill adds what the event is
// about to its envelope.
func (p *Server) emit(a *account, action string, now time.Time, fill func(o object, c *kit.Call)) {
	for _, i := range p.integrations {
		if !i.active || !i.actions[action] || i.account != a && a.parent != i.account.slug {
			continue
		}
		p.delivered++
		o := typed("WebhookDelivery", fmt.Sprintf("/webhook_deliveries/%d-%d", p.run, p.delivered))
		o["timestamp"], o["action"], o["webHook"] = now.UTC().Format("2006-01-02T15:04:05.000000-07:00"), action, "/integrations/"+i.slug
		fill(o, &kit.Call{Now: now, Origin: p.origin})
		p.hooks.Post(kit.Hook{URL: i.url, Secret: i.secret, Header: "X-TextUs-Signature", Repeats: hookRepeats}, o)
	}
}

// emitMessage tells of a message that was received, or whose delivery has ended.
func (p *Server) emitMessage(v *conversation, m *item, now time.Time) {
	action := "message." + m.state
	if m.state == "failed_transient" {
		action = "message.failed"
	}
	if slices.Contains(actionsOfHooks, action) {
		p.emit(v.account, action, now, func(o object, c *kit.Call) {
			o["conversation"], o["message"] = p.wireConversation(v, c, inFilter), p.wireItem(v, m, c)
		})
	}
}

// emitOptOut tells that a contact opted out, or in again.
func (p *Server) emitOptOut(v *conversation, out bool, now time.Time) {
	action, kind := "contact.opted_in", "opt-in"
	if out {
		action, kind = "contact.opted_out", "opt-out"
	}
	p.emit(v.account, action, now, func(o object, _ *kit.Call) {
		o["@type"], o["@context"] = "OptOutWebhookDelivery", "/contexts/OptOutWebhookDelivery.jsonld"
		about := optOut(v.account, v.phone)
		about["type"] = kind
		o["optOut"] = about
	})
}

// ChannelEvent lets a call end with the first contact of an account, if the event is
// "phone call".
func (p *Server) ChannelEvent(channel, event string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.account(strings.TrimPrefix(channel, "/accounts/"))
	if a == nil || a.base == 0 || event != "phone call" {
		return fmt.Errorf("%s of %s: %w", event, channel, kit.ErrUnknown)
	}
	now := p.options.Now().UTC()
	p.emit(a, "phone_call.completed", now, func(o object, c *kit.Call) {
		call := typed("PhoneCall", fmt.Sprintf("/phone_calls/%d", p.delivered))
		call["timelinePosition"], call["direction"] = stampOf(now), "in"
		o["conversation"], o["message"] = p.wireConversation(p.conversation(a, 0), c, inFilter), call
	})
	return nil
}
