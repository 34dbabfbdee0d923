package notify

import (
	"context"
	"maps"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
)

// Store is what is read to know who wrote.
type Store interface {
	List(ctx context.Context, q state.ListQuery) (state.List, error)
	Chosen(ctx context.Context, q state.ListQuery, ids []api.ConversationID) ([]state.Row, error)
}

// one is a customer who wrote; rule is the number of the rule that fits, -1 for none.
type one struct {
	row  state.Row
	rule int
}

// news knows of which messages one was told, or which were there before.
type news struct {
	// began is when the program began, by its own clock.
	began time.Time
	// accounts are those whose first answer since then is in.
	accounts map[api.AccountID]*mark
	// told are the newest messages of conversations that were seen lately.
	told map[api.ConversationID]seen
}

// mark is the time, by the clock of an account, up to which nothing is new. It follows the
// newest message slowly, because one may be read later than another that was sent later.
type mark struct {
	// noted: what was there at the first answer is known.
	noted      bool
	upTo, next time.Time
	since      time.Time
}

type seen struct {
	pos state.Pos
	at  time.Time
}

func newNews(now time.Time) news {
	return news{began: now, accounts: map[api.AccountID]*mark{}, told: map[api.ConversationID]seen{}}
}

// clone is a copy that may be changed on another goroutine.
func (n news) clone() news {
	accounts := make(map[api.AccountID]*mark, len(n.accounts))
	for id, m := range n.accounts {
		copied := *m
		accounts[id] = &copied
	}
	return news{began: n.began, accounts: accounts, told: maps.Clone(n.told)}
}

// begin lets the messages of accounts count from their first answer on, and moves the
// marks.
func (n news) begin(health []state.Health, now time.Time) {
	for _, h := range health {
		if m := n.accounts[h.Account]; m == nil && h.State == state.HealthLive && h.LastOK.After(n.began) {
			n.accounts[h.Account] = &mark{since: now}
		} else if m != nil && now.Sub(m.since) >= late {
			m.upTo, m.since = m.next, now
		}
	}
	for id, s := range n.told {
		if m := n.accounts[id.Account]; m != nil && s.at.Before(m.upTo) {
			delete(n.told, id)
		}
	}
}

// page is how many rows are read at once; mostRows is the most that are looked at.
const page, mostRows = 60, 600

// read returns who wrote since the last time, the newest first. The first time that an
// account counts, what is there is only noted.
func (n news) read(ctx context.Context, store Store, rules []env.ToldRule) (all []one, err error) {
	for id, m := range n.accounts {
		if m.noted {
			continue
		}
		list, err := store.List(ctx, state.ListQuery{View: state.ViewAll, Account: id, Limit: page})
		if err != nil {
			return nil, err
		}
		n.note(m, list.Rows)
	}
	for offset := 0; offset < mostRows; offset += page {
		list, err := store.List(ctx, state.ListQuery{View: state.ViewAll, Offset: offset, Limit: page})
		if err != nil {
			return nil, err
		}
		more := false // of what is recent, below this page: the newest come first, behind what is pinned
		for _, row := range list.Rows {
			if n.isNew(row) {
				all = append(all, one{row, -1})
			}
			more = row.Flags.Pinned || n.recent(row)
		}
		if !more || len(list.Rows) < page {
			break
		}
	}
	return all, n.match(ctx, store, rules, all)
}

// note takes the rows of an account for what was there before.
func (n news) note(m *mark, rows []state.Row) {
	m.noted = true
	for _, row := range rows {
		p := row.Preview.Or(state.Preview{})
		if p.At.After(m.upTo) {
			m.upTo = p.At
		}
		n.told[row.Conversation.ID] = seen{row.Newest, p.At}
	}
	m.next = m.upTo
}

// recent reports whether the newest message of a row is later than its account's mark.
func (n news) recent(row state.Row) bool {
	m := n.accounts[row.Conversation.ID.Account]
	return m != nil && row.Preview.Or(state.Preview{}).At.After(m.upTo)
}

// isNew notes a row, and reports whether its customer wrote since the program began and was not
// told of. While an account is read in, rows come that are later than its mark, and older than
// the program.
func (n news) isNew(row state.Row) bool {
	id, p := row.Conversation.ID, row.Preview.Or(state.Preview{})
	if !n.recent(row) || row.Newest <= n.told[id].pos {
		return false
	}
	if m := n.accounts[id.Account]; p.At.After(m.next) {
		m.next = p.At
	}
	n.told[id] = seen{row.Newest, p.At}
	return p.Direction == api.Inbound && !p.At.Before(n.began) && !row.WaitingSince.IsZero() && !row.Flags.Muted && row.Flags.Snoozed.IsZero()
}

// match finds the first rule that fits each.
func (n news) match(ctx context.Context, store Store, rules []env.ToldRule, all []one) error {
	if len(all) == 0 {
		return nil
	}
	ids := make([]api.ConversationID, len(all))
	for i, o := range all {
		ids[i] = o.row.Conversation.ID
	}
	for r, rule := range rules {
		rows, err := store.Chosen(ctx, state.ListQuery{View: state.ViewAll, Text: rule.Filter, Limit: len(ids)}, ids)
		if err != nil {
			return err
		}
		for i := range all {
			for _, row := range rows {
				if all[i].rule < 0 && row.Conversation.ID == ids[i] {
					all[i].rule = r
				}
			}
		}
	}
	return nil
}
