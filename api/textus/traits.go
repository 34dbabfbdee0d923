package textus

import (
	"time"

	"unibox/api"
)

// kind is what every channel carries.
const kind api.ChannelKind = "sms"

// Sizes of a page, for showing progress: the platform alone decides how many
// entries a page has (REFERENCE.md "Lists").
const (
	headPage    = 20
	historyPage = 40
)

// listsPerLook is how many lists, more or less, are read for one look at the
// conversations: one for each account, more where none holds everything.
const listsPerLook = 5

// budgets divide the published limit of 1,000 requests in 5 minutes per token
// over the classes of request (REFERENCE.md "Rate limit").
func budgets() map[api.Class][]api.Budget {
	of := func(n int) []api.Budget {
		return []api.Budget{{Requests: n, Per: 5 * time.Minute}}
	}
	return map[api.Class][]api.Budget{
		api.ClassConversations: of(300),
		api.ClassMessages:      of(400),
		api.ClassSend:          of(100),
		api.ClassOther:         of(200),
	}
}

// perLook counts looks at the conversations where the budget counts requests.
func perLook(t api.Traits) api.Traits {
	looks := t.Budgets[api.ClassConversations]
	looks.Requests = max(1, looks.Requests/listsPerLook)
	t.Budgets[api.ClassConversations] = looks
	return t
}

func traits() api.Traits {
	return api.Traits{
		Platform:      platform,
		Label:         "TextUs",
		Conversations: api.OrderByActivity,
		HeadPage:      headPage,
		HistoryPage:   historyPage,
		Listed:        api.DeliveryAccepted, // a message is listed before it goes out, and when it failed
		Rules: map[api.ChannelKind]api.ChannelRules{
			"":   {},
			kind: {Title: "SMS", Code: "SMS", Caption: api.CaptionNever, Parts: true, First: api.AddressPhone},
		},
	}
}
