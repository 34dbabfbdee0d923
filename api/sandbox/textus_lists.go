package sandbox

import (
	"cmp"
	"iter"
	"math"
	"net/url"
	"slices"
	"strings"
)

// textusPage is how many entries a page has. The service lets nobody choose.
const textusPage = 10

// entry is an element of a paged list and its place, which falls from the
// first to the last and never changes while the element stands still.
type entry[T any] struct {
	place int64
	of    T
}

// entries is a list from below a place on.
type entries[T any] func(below int64) iter.Seq[entry[T]]

// paged cuts a page out of a list: what lies below the cursor, and the link
// to go on with. Cursors belong to one list and are told from made-up ones.
func paged[T any](p *textus, c *call, path string, from entries[T]) (page []T, next any, err error) {
	list := cursors{seed: p.options.Seed, list: "textus " + path + c.params.Get("q")}
	below := int64(math.MaxInt64)
	if cursor := c.params.Get("cursor"); cursor != "" {
		var ok bool
		if below, ok = list.key(cursor); !ok {
			return nil, nil, unprocessable("cursor: is not valid")
		}
	}
	last := int64(0)
	for e := range from(below) {
		if len(page) == textusPage {
			query := url.Values{"cursor": {list.token(last)}}
			if q := c.params.Get("q"); q != "" {
				query.Set("q", q)
			}
			return page, path + "?" + query.Encode(), nil
		}
		page, last = append(page, e.of), e.place
	}
	return page, nil, nil
}

// list is a page as a collection. Its total counts everything, and is wrong
// now and then (textus.md §8).
func pageOf(kind, path string, members []object, total int, next any) object {
	o := collection(kind, path, members)
	o["totalItems"] = total
	o["view"] = viewOf(path, path, next)
	return o
}

func (p *textus) pathAccount(c *call) (*textusAccount, error) {
	if a := p.account(c.words[0]); a != nil {
		return a, nil
	}
	return nil, errMissing
}

func (p *textus) listAccounts(*call) (any, error) {
	var all []object
	for _, a := range p.tree {
		all = append(all, a.wire())
	}
	return collection("AccountCollection", "/accounts", all), nil
}

func (p *textus) showAccount(c *call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	return a.wire(), nil
}

func (p *textus) listFilters(c *call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	path := "/" + a.slug + "/conversation_filters"
	var all []object
	for _, f := range a.filters {
		o := typed("ConversationFilter", path+"/"+f.slug)
		o["slug"], o["title"] = f.slug, f.title
		o["totalCount"], o["unreadCount"] = a.base+len(a.made), 0
		o["searchConversations"] = path + "/" + f.slug + "/conversations"
		all = append(all, o)
	}
	return collection("ConversationFilterCollection", path, all), nil
}

// listConversations lists those of a filter, the newest message first.
func (p *textus) listConversations(c *call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(a.filters, func(f textusFilter) bool { return f.slug == c.words[1] })
	if at < 0 {
		return nil, errMissing
	}
	path := "/" + a.slug + "/conversation_filters/" + c.words[1] + "/conversations"
	keep := func(v *textusConversation) bool {
		return a.filters[at].keeps(p.state(v, c.now)) && v.contains(c.params.Get("q"))
	}
	page, next, err := paged(p, c, path, p.byActivity(a, keep))
	if err != nil {
		return nil, err
	}
	var members []object
	for _, v := range page {
		members = append(members, p.wireConversation(v, c, inFilter))
	}
	return pageOf("ConversationCollection", path, members, a.base+len(a.made)+at, next), nil
}

// byActivity walks an account's conversations, those with the newest message
// first: what moved since the start stands before what did not.
func (p *textus) byActivity(a *textusAccount, keep func(*textusConversation) bool) entries[*textusConversation] {
	return func(below int64) iter.Seq[entry[*textusConversation]] {
		return func(yield func(entry[*textusConversation]) bool) {
			for _, v := range p.movedOf(a) {
				if place := accountSpace + p.threads[v.id].seq; place < below && keep(v) && !yield(entry[*textusConversation]{place, v}) {
					return
				}
			}
			for i := max(0, accountSpace-below+1); i < int64(a.base); i++ {
				v := p.conversation(a, int(i))
				if p.moved[v.id] == nil && keep(v) && !yield(entry[*textusConversation]{accountSpace - i, v}) {
					return
				}
			}
		}
	}
}

// countdown lists numbers from n-1 to 0, each at its own place.
func countdown(n int) entries[int] {
	return func(below int64) iter.Seq[entry[int]] {
		return func(yield func(entry[int]) bool) {
			for k := min(int64(n), below) - 1; k >= 0; k-- {
				if !yield(entry[int]{k, int(k)}) {
					return
				}
			}
		}
	}
}

func (p *textus) movedOf(a *textusAccount) []*textusConversation {
	var moved []*textusConversation
	for _, v := range p.moved {
		if v.account == a {
			moved = append(moved, v)
		}
	}
	slices.SortFunc(moved, func(v, w *textusConversation) int { return cmp.Compare(p.threads[w.id].seq, p.threads[v.id].seq) })
	return moved
}

func (v *textusConversation) contains(q string) bool {
	q = strings.ToLower(q)
	return strings.Contains(strings.ToLower(strings.Join(v.names, "\n")), q) || strings.Contains(v.phone, q)
}

// timeline lists messages and events, the newest first.
func (p *textus) timeline(c *call) (any, error) {
	v, err := p.pathTextus(c)
	if err != nil {
		return nil, err
	}
	path := p.path(v) + "/timeline"
	n := p.timelineLen(v)
	places, next, err := paged(p, c, path, countdown(n))
	if err != nil {
		return nil, err
	}
	members := []object{}
	if len(places) > 0 {
		lo := places[len(places)-1]
		for _, m := range p.items(v, lo, places[0]+1) {
			members = slices.Insert(members, 0, p.wireItem(v, m, c))
		}
	}
	o := pageOf("Timeline", path, members, n+v.index%2, next)
	o["latestPosition"] = stampOrNull(p.lastAt(v))
	return o, nil
}
