package pact

import (
	"strings"
	"time"

	"unibox/api"
)

// Sizes of a page; the platform gives at most 100 (REFERENCE.md "Pages of a
// list"). Lists of conversations have the lowest rate limit, so they ask for the
// largest pages.
const (
	headPage    = 20
	historyPage = 50
	listPage    = 100
	maxPage     = 100
)

// budgets are the rate limits of p2. p1 publishes none, so it keeps to these
// (REFERENCE.md "Rate limits", "p2 rate limits").
func budgets() map[api.Class][]api.Budget {
	of := func(n int, per time.Duration) api.Budget { return api.Budget{Requests: n, Per: per} }
	return map[api.Class][]api.Budget{
		api.ClassConversations: {of(10, time.Minute)},
		api.ClassMessages:      {of(20, time.Minute)},
		api.ClassSend:          {of(30, time.Minute), of(5, time.Second)},
		api.ClassOther:         {of(60, time.Minute)},
	}
}

func traits() api.Traits {
	return api.Traits{
		Platform:      platform,
		Label:         "Pact",
		Conversations: api.OrderByCreation,
		HeadPage:      headPage,
		HistoryPage:   historyPage,
		Listed:        api.DeliveryDelivered, // a failed message never enters the history (REFERENCE.md "Life of a message")
		Rules:         rules(),
	}
}

// rules are the rules per kind of channel (REFERENCE.md "Rules per provider").
// Where nothing is known of captions, text and file are sent apart.
func rules() map[api.ChannelKind]api.ChannelRules {
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

func rule(kind api.ChannelKind, name [2]string) api.ChannelRules {
	r := api.ChannelRules{Title: name[0], Code: name[1], MaxFiles: 1}
	switch kind {
	case "whatsapp":
		r.Caption, r.First = api.CaptionImages, api.AddressPhone
	case "whatsapp_business":
		r.Caption = api.CaptionImages
	case "vkontakte":
		r.MaxFiles = 10
	}
	return r
}

// kindOf reads a provider. The set is open; "vk" means vkontakte (REFERENCE.md
// "Channels").
func kindOf(provider text) api.ChannelKind {
	kind := strings.ToLower(strings.TrimSpace(string(provider)))
	if kind == "vk" {
		return "vkontakte"
	}
	return api.ChannelKind(kind)
}
