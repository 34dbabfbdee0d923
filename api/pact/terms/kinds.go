package terms

import (
	"strings"
	"time"

	"unibox/api"
	"unibox/api/rest"
)

// Rules are the rules per kind of channel (api/pact/REFERENCE.md "Rules per provider").
// Where nothing is known of captions, text and file are sent apart.
func Rules() map[api.ChannelKind]api.ChannelRules {
	out := map[api.ChannelKind]api.ChannelRules{"": {MaxFiles: 1}}
	for kind, name := range map[api.ChannelKind][2]string{
		"whatsapp":           {"WhatsApp", "WA"},
		"instagram":          {"Instagram", "IG"},
		"telegram":           {"Telegram", "TG"},
		"viber":              {"Viber", "VB"},
		"vkontakte":          {"VK", "VK"},
		"facebook":           {"Facebook", "FB"},
		"whatsapp_business":  {"WhatsApp Business", "WB"},
		"telegram_personal":  {"Telegram personal", "TG"},
		"instagram_business": {"Instagram Business", "IG"},
		"vkontakte_direct":   {"VK direct", "VK"},
		"avito":              {"Avito", "AV"},
		"max":                {"MAX", "MX"},
	} {
		out[kind] = rule(kind, name)
	}
	return out
}

// window is how long WhatsApp Business takes anything but a template after the
// customer's last message (api/pact/REFERENCE.md "Rules per provider").
const window = 24 * time.Hour

func rule(kind api.ChannelKind, name [2]string) api.ChannelRules {
	r := api.ChannelRules{Title: name[0], Code: name[1], MaxFiles: 1}
	limit(kind, &r)
	switch kind {
	case "whatsapp":
		r.Caption, r.First = api.CaptionImages, api.AddressPhone
	case "whatsapp_business":
		r.Caption, r.First, r.Window = api.CaptionImages, api.AddressPhone, window
	case "vkontakte":
		r.MaxFiles = 10
	}
	return r
}

// Kind reads a provider. The set is open; "vk" means vkontakte (api/pact/REFERENCE.md
// "Channels").
func Kind(provider rest.Text) api.ChannelKind {
	kind := strings.ToLower(strings.TrimSpace(string(provider)))
	if kind == "vk" {
		return "vkontakte"
	}
	return api.ChannelKind(kind)
}
