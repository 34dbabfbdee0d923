package env

import (
	"context"
	"strings"

	"unibox/api"
	"unibox/state"
	"unibox/state/query"
)

// Others finds the other conversations of one person, on every channel and account: those
// with the same number, however it is written, and those of the same contact of the
// account. They are shown side by side, never merged.
func Others(ctx context.Context, store Store, row state.Row) (others []state.Row, err error) {
	c := row.Conversation
	asked := []state.ListQuery{}
	if number := Digits(c.Contact.Handle); number != "" {
		asked = append(asked, state.ListQuery{Text: number})
	}
	if c.Contact.Remote != "" && strings.TrimSpace(c.Contact.Name) != "" {
		asked = append(asked, state.ListQuery{Text: "from:" + query.Quote(c.Contact.Name), Account: c.ID.Account})
	}
	seen := map[api.ConversationID]bool{c.ID: true}
	for _, q := range asked {
		q.View, q.Limit = state.ViewAll, 40
		list, err := store.List(ctx, q)
		if err != nil {
			return others, err
		}
		for _, other := range list.Rows {
			o := other.Conversation
			if seen[o.ID] || !SameNumber(o.Contact.Handle, c.Contact.Handle) && (o.ID.Account != c.ID.Account || o.Contact.Remote == "" || o.Contact.Remote != c.Contact.Remote) {
				continue
			}
			seen[o.ID] = true
			others = append(others, other)
		}
	}
	return others, nil
}

// national is how many digits two numbers have in common of which one is without the code
// of its country.
const national = 9

// SameNumber reports whether two texts are one phone number, with its country's code or
// without.
func SameNumber(a, b string) bool {
	a, b = Digits(a), Digits(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	if a == "" || a == b {
		return a != ""
	}
	a = strings.TrimLeft(a, "0")
	return len(a) >= national && strings.HasSuffix(b, a)
}
