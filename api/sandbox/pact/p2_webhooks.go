package pact

import (
	"slices"
	"time"

	"unibox/api/sandbox/kit"
)

// hook is an address that gets p2's events while it is active.
type hook struct {
	id      int64
	url     string
	active  bool
	created time.Time
}

// mostHooks is how many addresses a company can have. See
// api/pact/REFERENCE.md "p2 endpoints".
const mostHooks = 5

// post sends an event of p2 to the addresses of a company.
func (a p2) post(c *company, change, kind string, of func() object) {
	for _, h := range c.hooks {
		if h.active {
			a.world.hooks.Post(kit.Hook{URL: h.url, Repeats: repeatsOfP2, Strict: true}, object{"event": change, "type": kind, "object": of()})
		}
	}
}

// eventMessage is a message as events show it. See api/pact/REFERENCE.md "p2
// webhooks".
func (a p2) eventMessage(v *conversation, m message) object {
	w := a.wireMessage(v, m, a.world.origin)
	w["delivery"], w["reactions"] = nil, nil
	w["conversation"] = a.wireConversation(v, a.world.origin)
	w["contact"] = object{"internal_id": v.contactID()}
	if m.income {
		w["contact"] = object{"external_id": v.sender, "external_public_id": v.publicID()}
	}
	return w
}

func (h *hook) wire(c *company) object {
	return object{"id": h.id, "company_id": c.id, "url": h.url, "active": h.active, "created_at": wireTime(h.created)}
}

func (a p2) listHooks(c *kit.Call) (any, error) {
	company, err := a.world.company(c)
	if err != nil {
		return nil, err
	}
	w, err := pageOf(c.Params, 25)
	if err != nil {
		return nil, err
	}
	out := []object{}
	lo, hi := w.of(len(company.hooks))
	for _, h := range company.hooks[lo:hi] {
		out = append(out, h.wire(company))
	}
	return w.list("webhooks", out), nil
}

// createHook adds an address, which gets nothing before it is active.
func (a p2) createHook(c *kit.Call) (any, error) {
	company, err := a.world.company(c)
	switch {
	case err != nil:
		return nil, err
	case !isURL(c.Params.Get("url")):
		return nil, kit.BadRequest("url: must be a valid URL")
	case len(company.hooks) >= mostHooks:
		return nil, kit.BadRequest("url: a company can have 5 webhooks")
	}
	a.world.uploadID++
	h := &hook{id: a.world.uploadID, url: c.Params.Get("url"), created: c.Now}
	company.hooks = append(company.hooks, h)
	return object{"webhook": h.wire(company)}, nil
}

// probeHook refuses a new address, or one that is activated, that does not answer
// 200.
func (a p2) probeHook(c *kit.Call) error {
	a.world.mu.Lock()
	_, h, err := a.hook(c)
	a.world.mu.Unlock()
	address := c.Params.Get("url")
	switch {
	case err != nil:
		return err
	case address == "" && c.Params.Get("active") == "true":
		address = h.url
	case address == "":
		return nil
	}
	if err := a.world.hooks.Probe(kit.Hook{URL: address, Strict: true}, probe); err != nil {
		return kit.BadRequest("url: " + err.Error())
	}
	return nil
}

// hook returns the webhook of a path.
func (a p2) hook(c *kit.Call) (*company, *hook, error) {
	company, err := a.world.company(c)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(company.hooks, func(h *hook) bool { return h.id == c.IDs[1] })
	if i < 0 {
		return nil, nil, kit.ErrNotFound
	}
	return company, company.hooks[i], nil
}

func (a p2) updateHook(c *kit.Call) (any, error) {
	company, h, err := a.hook(c)
	if err != nil {
		return nil, err
	}
	if c.Params.Filled("url") {
		if !isURL(c.Params.Get("url")) {
			return nil, kit.BadRequest("url: must be a valid URL")
		}
		h.url = c.Params.Get("url")
	}
	switch c.Params.Get("active") {
	case "":
	case "true":
		h.active = true
	case "false":
		h.active = false
	default:
		return nil, kit.BadRequest("active: must be true or false")
	}
	return object{"webhook": h.wire(company)}, nil
}

func (a p2) deleteHook(c *kit.Call) (any, error) {
	company, gone, err := a.hook(c)
	if err != nil {
		return nil, err
	}
	company.hooks = slices.DeleteFunc(company.hooks, func(h *hook) bool { return h == gone })
	return nil, nil
}
