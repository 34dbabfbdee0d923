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
		Rules:         terms.Rules(),
	}
}
