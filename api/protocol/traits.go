package protocol

import (
	"time"

	"unibox/api"
)

// Sizes of a page; the platform gives at most 100 (REFERENCE.md "Lists"). Fewer
// than minPage entries do not show how a list is ordered (REFERENCE.md "Order of
// lists").
const (
	headPage    = 20
	historyPage = 50
	maxPage     = 100
	minPage     = 20
)

// budgets are modest: the platform publishes no limits (REFERENCE.md "Requests").
func budgets() map[api.Class][]api.Budget {
	out := map[api.Class][]api.Budget{}
	for _, class := range []api.Class{api.ClassConversations, api.ClassMessages, api.ClassSend, api.ClassOther} {
		out[class] = []api.Budget{{Requests: 120, Per: time.Minute}}
	}
	return out
}

func traits() api.Traits {
	chat := api.ChannelRules{Title: "Chat", Code: "CHAT", Caption: api.CaptionAlways, MaxFiles: 10, First: api.AddressContact}
	return api.Traits{
		Platform:      platform,
		Label:         "Protocol",
		Conversations: api.OrderByActivity,
		HeadPage:      headPage,
		HistoryPage:   historyPage,
		Listed:        api.DeliverySent, // nothing is known between sent and read (REFERENCE.md "Delivery")
		Rules:         map[api.ChannelKind]api.ChannelRules{"": chat, kind: chat},
	}
}
