package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// List returns a stretch of a view. Waiting is sorted by who waits longest,
// the others by pinned and latest activity.
func (db *DB) List(ctx context.Context, q state.ListQuery) (out state.List, err error) {
	err = db.withList(ctx, func(all []*entry, now time.Time) error {
		found := choose(all, q, now)
		out = stretch(found, q)
		for _, e := range found[out.Offset:min(out.Offset+q.Limit, len(found))] {
			out.Rows = append(out.Rows, e.stateRow(now))
		}
		return nil
	})
	return out, err
}

// choose returns the entries of the query in their order.
func choose(all []*entry, q state.ListQuery, now time.Time) []*entry {
	want := parseWanted(q.Text)
	view := viewOf(q.View)
	found := make([]*entry, 0, len(all))
	for _, e := range all {
		if e.id == q.Keep && e.listed() && e.on(q) || e.views(now)&view != 0 && e.on(q) && e.says(want) {
			found = append(found, e)
		}
	}
	if q.View == state.ViewWaiting {
		slices.SortStableFunc(found, func(x, y *entry) int { return cmp.Compare(x.sortTime(), y.sortTime()) })
		return found
	}
	return pinnedFirst(found, now)
}

// pinnedFirst keeps the order of the pinned, and of the others.
func pinnedFirst(found []*entry, now time.Time) []*entry {
	var top, rest []*entry
	for i, e := range found {
		switch {
		case e.shownBits(now).or(pinned, e.local.flag.pinned):
			if top == nil {
				rest = append(rest, found[:i]...)
			}
			top = append(top, e)
		case top != nil:
			rest = append(rest, e)
		}
	}
	if top == nil {
		return found
	}
	return append(top, rest...)
}

// sortTime is what the waiting view sorts by: also of a row that is kept in it
// after its customer got an answer.
func (e *entry) sortTime() int64 {
	if e.lastWait == 0 {
		return e.lastActive
	}
	return e.lastWait
}

// on reports whether the entry is of the account and channel asked for.
func (e *entry) on(q state.ListQuery) bool {
	if q.Channel != (api.ChannelID{}) && (e.id.Account != q.Channel.Account || e.channelRemote() != q.Channel.Remote) {
		return false
	}
	return q.Account == "" || e.id.Account == q.Account
}

func (e *entry) channelRemote() string {
	if !e.cached {
		return e.local.provisional.channel
	}
	return e.channel.V
}

// fold makes letters that differ by case or accent the same. й keeps its
// breve: to its readers it is another letter, while ё is written as е.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFC.String(s) {
		switch r = unicode.ToLower(r); {
		case r < 0x80 || r == 'й':
			b.WriteRune(r)
		case r == 'ё':
			b.WriteRune('е')
		case r == 'ß':
			b.WriteString("ss")
		case 'а' <= r && r <= 'я':
			b.WriteRune(r)
		default:
			writeBase(&b, r)
		}
	}
	return b.String()
}

// writeBase writes r without its accents.
func writeBase(b *strings.Builder, r rune) {
	for _, part := range norm.NFKD.String(string(r)) {
		if !unicode.Is(unicode.Mn, part) {
			b.WriteRune(unicode.ToLower(part))
		}
	}
}

// stretch finds where the rows of a list begin.
func stretch(found []*entry, q state.ListQuery) state.List {
	at := q.Offset
	if i := slices.IndexFunc(found, func(e *entry) bool { return e.id == q.Around }); i >= 0 {
		at = i - q.Limit/2
	}
	return state.List{Offset: max(min(at, len(found)-q.Limit), 0), Total: len(found)}
}

// Row returns one conversation, as fresh as any session knows it;
// state.ErrNoSuch if nobody does.
func (db *DB) Row(ctx context.Context, id api.ConversationID) (row state.Row, err error) {
	err = db.withList(ctx, func(_ []*entry, now time.Time) error {
		e, ok := db.inbox.byID[id]
		if !ok || !e.listed() {
			return fmt.Errorf("conversation %s: %w", id.Remote, state.ErrNoSuch)
		}
		row = e.stateRow(now)
		return nil
	})
	if err != nil || row.Provisional {
		return row, err
	}
	t, err := db.thread(ctx, id)
	if checked := moment(t.checked); err == nil && checked.After(row.Checked) {
		row.Checked = checked
	}
	return row, err
}

// Sidebar counts the views, and what waits on each channel.
func (db *DB) Sidebar(ctx context.Context) (state.Sidebar, error) {
	side, err := db.channels(ctx)
	if err != nil {
		return side, err
	}
	counts := make([]int, len(state.Views))
	err = db.withList(ctx, func(all []*entry, now time.Time) error {
		at := channelsOf(side)
		for _, e := range all {
			in := e.views(now)
			if in == 0 {
				continue
			}
			for i := range counts {
				counts[i] += int(in >> i & 1)
			}
			if c := at[api.ChannelID{Account: e.id.Account, Remote: e.channelRemote()}]; c != nil {
				c.Total++
				c.Waiting += int(bit(in&inWaiting != 0))
			}
		}
		return nil
	})
	for i, v := range state.Views {
		side.Views[v] = counts[i]
	}
	return side, err
}

// channelsOf finds the counters of a sidebar by channel.
func channelsOf(side state.Sidebar) map[api.ChannelID]*state.SidebarChannel {
	at := map[api.ChannelID]*state.SidebarChannel{}
	for _, a := range side.Accounts {
		for i := range a.Channels {
			at[a.Channels[i].Channel.ID] = &a.Channels[i]
		}
	}
	return at
}

// channels reads the accounts and channels of the sidebar, without counts.
func (db *DB) channels(ctx context.Context) (state.Sidebar, error) {
	side := state.Sidebar{Views: map[state.View]int{}}
	err := db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var a state.SidebarAccount
			var remote, kind, name sql.Null[string]
			if err := rows.Scan(&a.ID, &a.Label, &remote, &kind, &name); err != nil {
				return err
			}
			a.Label = cmp.Or(a.Label, string(a.ID))
			if n := len(side.Accounts); n == 0 || side.Accounts[n-1].ID != a.ID {
				side.Accounts = append(side.Accounts, a)
			}
			if remote.Valid {
				last := &side.Accounts[len(side.Accounts)-1]
				c := api.Channel{ID: api.ChannelID{Account: a.ID, Remote: remote.V}, Kind: api.ChannelKind(kind.V), Name: name.V}
				last.Channels = append(last.Channels, state.SidebarChannel{Channel: c})
			}
			return nil
		}, `SELECT a.name, a.label, c.remote, c.kind, c.name FROM account a LEFT JOIN channel c ON c.account = a.name ORDER BY a.id, c.place`)
	})
	return side, err
}

// Queue lists what is not out, not known to be, or was refused: conversation
// by conversation, the one that waits longest first, in each the messages in
// their order and then the changes. Changes that have only just been submitted are
// left out: they are carried out in a moment, and shown as if they were.
func (db *DB) Queue(ctx context.Context) ([]state.Unsent, error) {
	rows, err := db.Unsent(ctx)
	if err != nil {
		return nil, err
	}
	changes, err := db.Changes(ctx, "")
	if err != nil {
		return nil, err
	}
	q := queue{at: map[api.ConversationID]int{}}
	for i := range rows {
		q.add(rows[i].Conversation, state.Unsent{Message: &rows[i]})
	}
	for i, ch := range changes {
		if stuck(ch) {
			q.add(ch.Conversation, state.Unsent{Change: &changes[i]})
		}
	}
	err = db.withList(ctx, func(_ []*entry, now time.Time) error {
		q.name(db.inbox.byID, now)
		return nil
	})
	return q.list(), err
}

// stuck reports whether an agent should know of a change: it was refused, or it
// waits after a try that failed.
func stuck(ch state.Change) bool { return ch.Refused || ch.Waits() && ch.Reason != "" }

// queue groups by conversation.
type queue struct {
	at     map[api.ConversationID]int
	groups [][]state.Unsent
}

func (q *queue) add(id api.ConversationID, u state.Unsent) {
	i, ok := q.at[id]
	if !ok {
		i = len(q.groups)
		q.at[id] = i
		q.groups = append(q.groups, nil)
	}
	u.Conversation.ID = id
	q.groups[i] = append(q.groups[i], u)
}

// name fills in what is known of the conversations.
func (q *queue) name(known map[api.ConversationID]*entry, now time.Time) {
	for id, i := range q.at {
		e, ok := known[id]
		if !ok {
			continue
		}
		c := e.stateRow(now).Conversation
		for k := range q.groups[i] {
			q.groups[i][k].Conversation = c
		}
	}
}

func (q *queue) list() []state.Unsent {
	var all []state.Unsent
	for _, g := range q.groups {
		all = append(all, g...)
	}
	return all
}
