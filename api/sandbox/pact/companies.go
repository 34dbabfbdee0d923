package pact

import (
	"net/url"
	"unicode/utf8"

	"unibox/api/sandbox/kit"
)

func (p *Server) listCompanies(c *kit.Call) (any, error) {
	w, err := windowOf(c.Params)
	if err != nil {
		return nil, err
	}
	all := listing{"companies", len(p.companies), func(i int) int64 { return p.companies[i].id }}
	page, next := all.cut(p.options.Seed, w)
	out := []wireCompany{}
	for _, i := range page {
		one := p.companies[i]
		out = append(out, wireCompany{one.id, one.name, one.phone, one.description, one.webhook})
	}
	return list("companies", out, next), nil
}

// createCompany makes a company without channels and conversations.
func (p *Server) createCompany(c *kit.Call) (any, error) {
	if !c.Params.Filled("name") {
		return nil, kit.BadRequest("name: is required")
	}
	last := p.companies[len(p.companies)-1]
	one := &company{id: last.id + 1, first: last.first + 1_000_000, kinds: []string{"whatsapp"}}
	if err := one.update(c.Params); err != nil {
		return nil, err
	}
	p.companies = append(p.companies, one)
	return wireEnvelope{"created", wireID{one.id}}, nil
}

func (p *Server) updateCompany(c *kit.Call) (any, error) {
	one, err := p.company(c)
	if err != nil {
		return nil, err
	}
	if err := one.update(c.Params); err != nil {
		return nil, err
	}
	return wireEnvelope{"updated", wireID{one.id}}, nil
}

// update sets the given fields, or none if one is wrong. See
// api/pact/REFERENCE.md "Companies".
func (one *company) update(fields kit.Params) error {
	if utf8.RuneCountInString(fields.Get("name")) > 255 {
		return kit.BadRequest("name: must not be longer than 255 symbols")
	}
	if hook := fields.Get("webhook_url"); hook != "" && !isURL(hook) {
		return kit.BadRequest("webhook_url: must be a valid URL")
	}
	if fields.Filled("name") {
		one.name = fields.Get("name")
	}
	for name, field := range map[string]**string{"phone": &one.phone, "description": &one.description, "webhook_url": &one.webhook} {
		if value := fields.Get(name); value != "" {
			*field = &value
		}
	}
	return nil
}

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
