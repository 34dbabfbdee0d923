package p1

import (
	"unibox/api"
	"unibox/api/pact/terms"
)

// Sizes of a page; the platform gives at most 100 (api/pact/REFERENCE.md "Pages of a
// list"). Lists of conversations have the lowest rate limit, so they ask for the
// largest pages.
const (
	headPage    = 20
	historyPage = 50
	listPage    = 100
	maxPage     = 100
)

func traits() api.Traits {
	return api.Traits{
		Platform:      platform,
		Label:         terms.Label,
		Conversations: api.OrderByCreation,
		HeadPage:      headPage,
		HistoryPage:   historyPage,
		Listed:        api.DeliveryDelivered, // a failed message never enters the history (api/pact/REFERENCE.md "Life of a message")
		FetchesFiles:  true,                  // api/pact/REFERENCE.md "Uploads"
		Rules:         rules(),
	}
}

// rules are the rules per kind of channel. On Telegram personal a first message makes
// the conversation (api/pact/REFERENCE.md "Rules per provider").
func rules() map[api.ChannelKind]api.ChannelRules {
	out := terms.Rules()
	telegram := out["telegram_personal"]
	telegram.First = api.AddressAccount
	out["telegram_personal"] = telegram
	return out
}
