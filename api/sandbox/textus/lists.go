package textus

import (
	"cmp"
	"iter"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// pageSize is the number of entries in a page. A client cannot choose it.
const pageSize = 10

// entry is an element of a list with its position. Positions decrease from the
// first entry to the last, and an entry keeps its position while it is not moved.
type entry[T any] struct {
	position int64
	of       T
}

// entries returns the entries of a list below a position.
type entries[T any] func(below int64) iter.Seq[entry[T]]

// paged returns the page below the request's cursor, and the link to the next page
// or nil.
func paged[T any](p *Server, c *kit.Call, path string, from entries[T]) (page []T, next any, err error) {
	list := kit.Cursors{Seed: p.options.Seed, List: "textus " + path + c.Params.Get("q")}
	below := int64(math.MaxInt64)
	if cursor := c.Params.Get("cursor"); cursor != "" {
		var ok bool
		if below, ok = list.Key(cursor); !ok {
			return nil, nil, unprocessable("cursor: is not valid")
		}
	}
	last := int64(0)
	for e := range from(below) {
		if len(page) == pageSize {
			query := url.Values{"cursor": {list.Token(last)}}
			if q := c.Params.Get("q"); q != "" {
				query.Set("q", q)
			}
			return page, path + "?" + query.Encode(), nil
		}
		page, last = append(page, e.of), e.position
	}
	return page, nil, nil
}

// pageOf returns a page as a collection. Its total counts the whole list, and that
// of a timeline is sometimes wrong. See api/textus/REFERENCE.md "Lists".
func pageOf(kind, path string, members []object, total int, next any) object {
	o := collection(kind, path, members)
	o["totalItems"] = total
	o["view"] = viewOf(path, path, next)
	return o
}

func (p *Server) pathAccount(c *kit.Call) (*account, error) {
	if a := p.account(c.Segments[0]); a != nil {
		return a, nil
	}
	return nil, kit.ErrNotFound
}

func (p *Server) listAccounts(*kit.Call) (any, error) {
	var all []object
	for _, a := range p.tree {
		all = append(all, a.wire())
	}
	return collection("AccountCollection", "/accounts", all), nil
}

func (p *Server) showAccount(c *kit.Call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	return a.wire(), nil
}

func (p *Server) listFilters(c *kit.Call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	path := "/" + a.slug + "/conversation_filters"
	var all []object
	for _, f := range a.filters {
		o := typed("ConversationFilter", path+"/"+f.slug)
		o["slug"], o["title"] = f.slug, f.title
		n := p.count(a, f, c.Now)
		o["totalCount"], o["unreadCount"] = n.total, n.unread
		o["searchConversations"] = path + "/" + f.slug + "/conversations"
		all = append(all, o)
	}
	return collection("ConversationFilterCollection", path, all), nil
}

// listConversations lists the conversations of a filter, the newest message first.
func (p *Server) listConversations(c *kit.Call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(a.filters, func(f filter) bool { return f.slug == c.Segments[1] })
	if at < 0 {
		return nil, kit.ErrNotFound
	}
	path := "/" + a.slug + "/conversation_filters/" + c.Segments[1] + "/conversations"
	keep := func(v *conversation) bool {
		return a.filters[at].keeps(p.state(v, c.Now)) && v.contains(c.Params.Get("q"))
	}
	page, next, err := paged(p, c, path, p.byActivity(a, keep))
	if err != nil {
		return nil, err
	}
	var members []object
	for _, v := range page {
		members = append(members, p.wireConversation(v, c, inFilter))
	}
	total := p.count(a, a.filters[at], c.Now).total
	if c.Params.Filled("q") {
		total = 0
		for range p.byActivity(a, keep)(math.MaxInt64) {
			total++
		}
	}
	return pageOf("ConversationCollection", path, members, total, next), nil
}

// counted is how many conversations a filter has, and how many are unread. It holds
// for a minute, unless something changes: conversations also close by themselves.
type counted struct {
	total, unread int
	changes       int64
	minute        time.Time
}

// count counts the conversations of a filter.
func (p *Server) count(a *account, f filter, now time.Time) counted {
	key, minute := a.slug+"/"+f.slug, now.Truncate(time.Minute)
	if n, known := p.counted[key]; known && n.changes == p.changes && n.minute.Equal(minute) {
		return n
	}
	n := counted{changes: p.changes, minute: minute}
	for e := range p.byActivity(a, func(v *conversation) bool { return f.keeps(p.state(v, now)) })(math.MaxInt64) {
		n.total++
		if !p.state(e.of, now).read {
			n.unread++
		}
	}
	p.counted[key] = n
	return n
}

// byActivity lists an account's conversations, the newest message first: those with
// messages since the start, then the others.
func (p *Server) byActivity(a *account, keep func(*conversation) bool) entries[*conversation] {
	return func(below int64) iter.Seq[entry[*conversation]] {
		return func(yield func(entry[*conversation]) bool) {
			for _, v := range p.movedOf(a) {
				if place := accountSpace + p.threads[v.id].seq; place < below && keep(v) && !yield(entry[*conversation]{place, v}) {
					return
				}
			}
			for i := max(0, accountSpace-below+1); i < int64(a.base); i++ {
				v := p.conversation(a, int(i))
				if p.moved[v.id] == nil && keep(v) && !yield(entry[*conversation]{accountSpace - i, v}) {
					return
				}
			}
		}
	}
}

// countdown lists the numbers from n-1 to 0, each with itself as its position.
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

func (p *Server) movedOf(a *account) []*conversation {
	var moved []*conversation
	for _, v := range p.moved {
		if v.account == a {
			moved = append(moved, v)
		}
	}
	slices.SortFunc(moved, func(v, w *conversation) int { return cmp.Compare(p.threads[w.id].seq, p.threads[v.id].seq) })
	return moved
}

func (v *conversation) contains(q string) bool {
	q = strings.ToLower(q)
	return strings.Contains(strings.ToLower(strings.Join(v.names, "\n")), q) || strings.Contains(v.phone, q)
}

// timeline lists messages and events, the newest first.
func (p *Server) timeline(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
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
