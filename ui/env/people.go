package env

import (
	"context"
	"regexp"
	"strings"
	"sync"

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
	before, ends := strings.CutSuffix(b, a)
	before = strings.TrimLeft(before, "0")
	return len(a) >= national && ends && (before == "" || countryCode().MatchString(before))
}

// countryCode is the code of a country as ITU-T E.164 assigns it, or that of Mexico or
// Argentina with the digit that stands before mobile numbers there.
var countryCode = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|(2[1-689]|3[578]|42|5[09]|6[7-9]|8[03578]|9[679])\d|521|549)$`)
})
