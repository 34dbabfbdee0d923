package p2

import (
	"unibox/api"
	"unibox/api/pact/terms"
)

// Sizes of a page. No maximum is stated; larger pages than those that the platform
// gives by itself are not asked for (api/pact/REFERENCE.md "p2 pages").
const (
	headPage    = 25
	historyPage = 100
	listPage    = 100
	maxPage     = 150
)

func traits() api.Traits {
	return api.Traits{
		Platform:      platform,
		Label:         terms.Label,
		Conversations: api.OrderByActivity,
		HeadPage:      headPage,
		HistoryPage:   historyPage,
		Listed:        api.DeliveryAccepted, // the history holds what is on its way and what failed (api/pact/REFERENCE.md "p2 objects")
		FetchesFiles:  true,                 // api/pact/REFERENCE.md "p2 endpoints"
		Rules:         rules(),
	}
}

// rules are the rules per kind of channel: one file in a message, and a first message
// on more kinds than in p1 (api/pact/REFERENCE.md "From p1 to p2", "Rules per provider").
func rules() map[api.ChannelKind]api.ChannelRules {
	out := terms.Rules()
	for kind, r := range out {
		r.MaxFiles = 1
		switch kind {
		case "max":
			r.First = api.AddressPhone
		case "telegram_personal", "vkontakte_direct":
			r.First = api.AddressAccount
		}
		out[kind] = r
	}
	return out
}
