package sqlite

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/query"
)

// playFilters are the saved views of a play: each kind of term, alone and with others.
var playFilters = []string{
	"is:waiting", "-is:unread", "is:starred,snoozed", "is:done -label:vip", "label:VIP,refund", "label:сроч*", "channel:whatsapp is:waiting", "account:shop", "-account:shop",
	"waiting>1m", "waiting<1m label:vip", "from:790000", "from:ольга", "заказ -ольга", `"где заказ 1"`, "is:muted", "is:mine", "is:unassigned", "is:waiting -is:unassigned", "-is:mine is:waiting", "-is:pinned is:draft", "is:unsent", "is:closing", "790000 label:refund",
}

// wants says plainly whether a filter wants an entry.
func (p plainly) wants(e *entry, text string) bool {
	q, err := query.Parse(text, query.Conversations())
	if err != nil {
		panic(err)
	}
	in := e.classify(p.now)
	f, m := e.facts(e.shownBits(p.now), p.now), e.shownBits(p.now)
	is := map[string]bool{"waiting": in&inWaiting != 0, "unread": in&inUnread != 0, "starred": in&inStarred != 0, "done": in&inDone != 0, "snoozed": in&inSnoozed != 0,
		"closing": in&inClosing != 0, "draft": in&inDrafts != 0, "unsent": in&inOutbox != 0, "pinned": m.or(pinned, e.flag.pinned), "muted": m.or(muted, e.flag.muted), "mine": m.or(mineBit, false), "unassigned": !m.or(assignedBit, true)}
	words := ""
	for _, t := range q.Terms {
		one := false
		for _, v := range t.Values {
			switch t.Key {
			case "is":
				one = one || is[v]
			case "label":
				one = one || slices.ContainsFunc(p.labels[e], func(l string) bool {
					begin, open := strings.CutSuffix(state.LabelKey(v), "*")
					return state.LabelKey(l) == state.LabelKey(v) || open && strings.HasPrefix(state.LabelKey(l), begin)
				})
			case "channel":
				kind := e.kind
				if !e.cached {
					kind = e.ours().provisional.kind
				}
				one = one || strings.Contains(kind, v)
			case "account":
				one = one || strings.Contains(string(e.id.Account), v)
			case "from":
				k := findableOf(e.text, e.ours())
				lines := strings.SplitN(k.words, "\n", 3)
				who := strings.Join(lines[:min(2, len(lines))], "\n")
				if r := e.ours().provisional.recipient; r != "" {
					who += "\n" + r
				}
				one = one || strings.Contains(who, strings.ToLower(v))
			case "":
				if t.Phrase || t.Not {
					one = strings.Contains(findableOf(e.text, e.ours()).words, strings.ToLower(v))
				} else {
					words, one = words+" "+v, true
				}
			}
		}
		if t.Key == "waiting" {
			since := f.Since()
			one = in&inWaiting != 0 && since != 0 && (p.now.UnixMicro()-since >= t.Age.Microseconds()) != t.Less
		}
		if one == t.Not {
			return false
		}
	}
	return parseWanted(words).says(e.text, e.ours())
}

// savedDiffer holds the counts of the saved views against the rules (N18).
func (p plainly) savedDiffer(side state.Sidebar) string {
	for i, f := range playFilters {
		want := 0
		for _, e := range p.all {
			if e.classify(p.now) != 0 && p.wants(e, f) {
				want++
			}
		}
		if got := side.Saved[i]; got != want && got != -1 {
			return fmt.Sprintf("%s counts %d, want %d", f, got, want)
		}
	}
	return ""
}

// N18: each kind of term finds what it names.
func TestFilterTerms(t *testing.T) {
	db := openIn(t, t.TempDir())
	ctx := t.Context()
	must(t, db.SaveIdentity(ctx, "shop", api.Identity{Label: "Bakery", Channels: []api.Channel{
		{ID: api.ChannelID{Account: "shop", Remote: "wa"}, Kind: "whatsapp", Name: "Orders"}, {ID: api.ChannelID{Account: "shop", Remote: "tg"}, Kind: "telegram"}}}))
	var all []api.Conversation
	for i, name := range []string{"Anna Петрова", "Boris", "Ann Boleyn"} {
		all = append(all, api.Conversation{ID: conv(i + 1), Kind: []api.ChannelKind{"whatsapp", "telegram", "whatsapp"}[i], Contact: api.Contact{Name: name, Handle: fmt.Sprint(79250000000 + i)},
			Channel: api.Known(api.ChannelID{Account: "shop", Remote: []string{"wa", "tg", "wa"}[i]})})
	}
	must(t, db.SaveConversations(ctx, all))
	must(t, db.SetLabels(ctx, conv(1), []string{"VIP", "big customer"}, nil))
	must(t, db.SetLabels(ctx, conv(2), []string{"vip"}, nil))
	must(t, db.SetFlags(ctx, conv(3), state.FlagChange{Starred: api.Known(true)}))
	_, err := db.SaveHead(ctx, conv(1), page("", says(conv(1), 1, "in", "where is my refund, Boris?", time.Now().Add(-time.Hour))), time.Now())
	must(t, err)
	db.SetCodes(func(account api.AccountID, kind api.ChannelKind) string {
		return map[api.ChannelKind]string{"whatsapp": "WA", "telegram": "TG"}[kind]
	})
	for filter, want := range map[string]string{
		"channel:WA": "1 3", "channel:tg": "2", "-channel:wa": "2", "channel:wb": "", "channel:w": "1 3", "": "1 2 3", "ann": "1 3", "label:vip": "1 2", "label:Vip -label:big*": "2", `label:"big customer"`: "1", "label:#vip channel:telegram": "2",
		"-label:vip": "3", "channel:orders": "1 3", "channel:tele,whats": "1 2 3", "account:bak": "1 2 3", "account:other": "", "is:starred": "3", "is:waiting": "1",
		"waiting>30m": "1", "waiting>2h": "", "waiting<2h ann": "1", "boris": "1 2", "from:boris": "2", "-from:boris boris": "1", `"my refund"`: "1", `"refund my"`: "",
		"ann -refund": "3", "name:+7(925)000-00-01": "2", "lable:vip": "", "is:starred,waiting": "1 3",
	} {
		list, err := db.List(ctx, state.ListQuery{View: state.ViewAll, Text: filter, Limit: 9})
		must(t, err)
		var got []string
		for _, row := range list.Rows {
			got = append(got, row.Conversation.ID.Remote)
		}
		slices.Sort(got)
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%s: %s, want %s", filter, g, want)
		}
	}
}
