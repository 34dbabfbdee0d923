package sandbox

import "strings"

// connectFields lists what connecting a provider asks for: one of the sets
// has to be there whole (pact.md §2.2).
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
}

// updateFields lists what new credentials of a provider consist of.
func updateFields(kind string) []string {
	switch kind {
	case "instagram", "avito":
		return []string{"login", "password"}
	case "facebook", "vkontakte", "vkontakte_direct", "telegram", "viber", "instagram_business":
		return []string{"token"}
	}
	return nil
}

func (p *pact) listChannels(c *call) (any, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, err
	}
	w, err := windowOf(c.params)
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

func (p *pact) connect(c *call) (any, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, err
	}
	kind := c.params.Get("provider")
	if err := checkConnect(kind, c.params); err != nil {
		return nil, err
	}
	if h := company.carrying(kind); h != nil && !h.disabled {
		return nil, bad("provider: there is a channel for " + kind + " already")
	}
	p.channelID++
	company.channels = append(company.channels, &pactChannel{id: p.channelID, kind: kind})
	return wireEnvelope{"created", wireID{p.channelID}}, nil
}

func checkConnect(kind string, given params) error {
	sets, known := connectFields[kind]
	if !known {
		return bad("provider: must be a known messenger")
	}
	var name string
	for _, set := range sets {
		first, lacks := given.missing(set)
		if !lacks {
			return nil
		}
		name = first
	}
	return bad(name + ": is required to connect " + strings.ReplaceAll(kind, "_", " "))
}

func (p *pact) updateChannel(c *call) (any, error) {
	_, h, err := p.channel(c, false)
	if err != nil {
		return nil, err
	}
	if name, lacks := c.params.missing(updateFields(h.kind)); lacks {
		return nil, bad(name + ": is required")
	}
	return wireEnvelope{"updated", wireID{h.id}}, nil
}

// disconnect disables a channel; its conversations stay.
func (p *pact) disconnect(c *call) (any, error) {
	_, h, err := p.channel(c, false)
	if err != nil {
		return nil, err
	}
	h.disabled = true
	return wireEnvelope{Status: "deleted"}, nil
}

// userExists is for WhatsApp alone (pact.md §2.9).
func (p *pact) userExists(c *call) (any, error) {
	_, h, err := p.channel(c, false)
	if err != nil {
		return nil, err
	}
	if h.kind != "whatsapp" {
		return nil, bad("user_exists is for whatsapp channels")
	}
	phone, err := phoneOf(c.params)
	if err != nil {
		return nil, err
	}
	return map[string]any{"status": "ok", "exists": phone != nobody}, nil
}

// phoneOf returns the phone parameter: digits only, country code first.
func phoneOf(p params) (string, error) {
	phone := p.Get("phone")
	switch {
	case phone == "":
		return "", bad("phone: is required")
	case strings.Trim(phone, "0123456789") != "":
		return "", bad("phone: must be digits only")
	case len(phone) < 8 || len(phone) > 15:
		return "", bad("phone: must have 8 to 15 digits")
	}
	return phone, nil
}
