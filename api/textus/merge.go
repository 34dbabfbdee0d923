package textus

import (
	"slices"

	"unibox/api"
)

// merger merges pages of several lists, each newest first, into one list.
type merger struct {
	at     cursor
	queues []queue
}

// queue is the rest of the page of one list.
type queue struct {
	listCursor
	rest []row
	// floor is the time with which the page ends, following the link to the next
	// page.
	floor     int64
	following string
}

// row is a conversation with its sort key, a time in Unix nanoseconds.
type row struct {
	conv   api.Conversation
	moment int64
}

// merger takes in a page of each list. A list that cannot be read on ends there and
// is noted in the cursor: it costs no other list its rows.
func (c *Client) merger(at cursor, pages []result) merger {
	m := merger{at: at}
	for i, l := range at.Lists {
		p := pages[i]
		q := queue{listCursor: l, following: p.Next}
		switch {
		case p.err != nil:
			m.at.Cut = api.Explain(p.err)
		case p.cut != nil:
			m.at.Cut = p.cut.Error()
		case p.Next == l.Link:
			q.following, m.at.Cut = "", "the next page is the same page again"
		}
		if !q.fill(c, p.page, at.Moment) {
			q.rest, q.following, m.at.Cut = nil, "", "the list started again from its beginning"
		}
		m.queues = append(m.queues, q)
	}
	return m
}

// fill adds a page, without the conversations that were returned before. A
// conversation without a time, or with one out of order, keeps its position in the
// list. False means that the page has only newer conversations than the one
// before it.
func (q *queue) fill(c *Client, p page[wireConversation], passed int64) bool {
	q.floor = q.Floor
	fresh, older := false, false
	for _, w := range p.Members {
		if w.slug() == "" {
			continue
		}
		conv := c.conversation(w, q.Account)
		own := q.floor
		if at, ok := conv.Active.Get(); ok {
			own = at.UnixNano()
			fresh, older = true, older || own <= q.Floor
		}
		q.floor = min(q.floor, own)
		if q.After == conv.ID.Remote {
			q.rest, q.After = nil, ""
			continue
		}
		q.rest = append(q.rest, row{conv, q.floor})
	}
	if q.After != "" { // it has moved: what is newer was returned before, or has moved too
		q.rest = slices.DeleteFunc(q.rest, func(r row) bool { return r.moment > passed })
	}
	q.After = ""
	return !fresh || older
}

// take returns the rows whose position is certain: the next page of no list can hold
// one that belongs before them.
func (m *merger) take() []api.Conversation {
	var out []api.Conversation
	for m.at.Limit == 0 || len(out) < m.at.Limit {
		i := m.first()
		if i < 0 {
			break
		}
		r := m.queues[i].rest[0]
		for k := range m.queues {
			m.queues[k].drop(r.conv.ID)
		}
		m.at.Moment = r.moment
		out = append(out, r.conv)
	}
	return out
}

// first is the list with the newest row, or -1 if that needs the next page of a
// list.
func (m *merger) first() int {
	best, bound := -1, int64(-1)
	for i, q := range m.queues {
		switch {
		case len(q.rest) > 0 && (best < 0 || q.rest[0].moment > m.queues[best].rest[0].moment):
			best = i
		case len(q.rest) == 0 && q.following != "":
			bound = max(bound, q.floor)
		}
	}
	if best >= 0 && m.queues[best].rest[0].moment < bound {
		return -1
	}
	return best
}

// drop removes a conversation from the head of a queue.
func (q *queue) drop(id api.ConversationID) {
	if len(q.rest) > 0 && q.rest[0].conv.ID == id {
		q.rest, q.After = q.rest[1:], id.Remote
	}
}

// next is the cursor after the rows that were taken.
func (m *merger) next() cursor {
	cursors := []listCursor{}
	for i, q := range m.queues {
		switch {
		case len(q.rest) > 0:
			l := q.listCursor
			if l.After == "" {
				l.After = m.at.Lists[i].After
			}
			cursors = append(cursors, l)
		case q.following != "":
			cursors = append(cursors, listCursor{Account: q.Account, Link: q.following, Floor: q.floor})
		}
	}
	return cursor{cursors, m.at.Moment, m.at.Limit, m.at.Cut}
}
