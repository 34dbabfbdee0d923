package pact

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"unibox/api/sandbox/kit"
)

// connectFields lists what connecting a provider needs: all fields of one of the
// sets. See api/pact/REFERENCE.md "Channels".
var connectFields = map[string][][]string{
	"whatsapp":          {{}},
	"max":               {{}},
	"instagram":         {{"login", "password"}},
	"avito":             {{"login", "password"}},
	"facebook":          {{"token"}},
	"vkontakte":         {{"token"}},
	"vkontakte_direct":  {{"token"}},
	"telegram":          {{"token"}},
	"viber":             {{"token"}},
	"whatsapp_business": {{"hosting_type", "token"}, {"hosting_type", "dialog360_channel_id"}},
	"telegram_personal": {{"via_qr_code"}, {"phone"}},
	// And data, an object, and a phone number with its plus.
	"instagram_business": {{"token", "phone", "private_api_token"}},
}

// plusPhone matches a phone number with its plus.
var plusPhone = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\+[0-9]{8,15}$`) })

// updateFields returns the fields of new credentials of a provider.
func updateFields(kind string) []string {
	switch kind {
	case "instagram", "avito":
		return []string{"login", "password"}
	case "facebook", "vkontakte", "vkontakte_direct", "telegram", "viber", "instagram_business":
		return []string{"token"}
	}
	return nil
}

func (p *Server) listChannels(c *kit.Call) (any, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, err
	}
	w, err := windowOf(c.Params)
	if err != nil {
		return nil, err
	}
	on := company.enabled()
	all := listing{"channels of " + company.name, len(on), func(i int) int64 { return on[i].id }}
	page, next := all.cut(p.options.Seed, w)
	out := []wireChannel{}
	for _, i := range page {
		out = append(out, wireChannel{on[i].id, on[i].kind})
	}
	return list("channels", out, next), nil
}

func (p *Server) connect(c *kit.Call) (any, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, err
	}
	kind := c.Params.Get("provider")
	if err := checkConnect(kind, c.Params); err != nil {
		return nil, err
	}
	h := &channel{kind: kind, phone: c.Params.Get("phone"), created: c.Now, updated: c.Now}
	if login := c.Params.Get("login"); strings.Contains(login, challenged) || strings.Contains(login, twoFactor) {
		h.login = login
	}
	h.initial = slices.Contains(byQR, kind) || kind == "instagram_business" || h.login != ""
	if err := p.addChannel(company, h); err != nil {
		return nil, err
	}
	p.announceChannel(company, h, "create", c.Now)
	return wireEnvelope{"created", wireID{h.id}}, nil
}

func checkConnect(kind string, given kit.Params) error {
	sets, known := connectFields[kind]
	if !known {
		return kit.BadRequest("provider: must be a known messenger")
	}
	if kind == "instagram_business" && (!plusPhone().MatchString(given.Get("phone")) || !given.Has("data") && !given.HasObject("data")) {
		return kit.BadRequest("phone, data: are required, the number with its plus")
	}
	var name string
	for _, set := range sets {
		first, lacks := given.Missing(set)
		if !lacks {
			return nil
		}
		name = first
	}
	return kit.BadRequest(name + ": is required to connect " + strings.ReplaceAll(kind, "_", " "))
}

func (p *Server) updateChannel(c *kit.Call) (any, error) {
	_, h, err := p.channel(c, false)
	if err != nil {
		return nil, err
	}
	if name, lacks := c.Params.Missing(updateFields(h.kind)); lacks {
		return nil, kit.BadRequest(name + ": is required")
	}
	return wireEnvelope{"updated", wireID{h.id}}, nil
}

// disconnect disables a channel. Its conversations stay.
func (p *Server) disconnect(c *kit.Call) (any, error) {
	company, h, err := p.channel(c, false)
	if err != nil {
		return nil, err
	}
	h.disabled, h.updated = true, c.Now
	p.announceChannel(company, h, "update", c.Now)
	return wireEnvelope{Status: "deleted"}, nil
}

// userExists works for WhatsApp only. See api/pact/REFERENCE.md "Account check".
func (p *Server) userExists(c *kit.Call) (any, error) {
	_, h, err := p.channel(c, false)
	if err != nil {
		return nil, err
	}
	if h.kind != "whatsapp" {
		return nil, kit.BadRequest("user_exists is for whatsapp channels")
	}
	phone, err := phoneOf(c.Params)
	if err != nil {
		return nil, err
	}
	return map[string]any{"status": "ok", "exists": phone != nobody}, nil
}

// phoneOf returns the parameter phone: digits only, with the country code.
func phoneOf(p kit.Params) (string, error) {
	phone := p.Get("phone")
	switch {
	case phone == "":
		return "", kit.BadRequest("phone: is required")
	case strings.Trim(phone, "0123456789") != "":
		return "", kit.BadRequest("phone: must be digits only")
	case len(phone) < 8 || len(phone) > 15:
		return "", kit.BadRequest("phone: must have 8 to 15 digits")
	}
	return phone, nil
}
