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
	"unibox/state/query"
	"unibox/state/sqlite/dbfile"
)

// List returns a stretch of a view. Waiting is sorted by who is next ([rules.Place]), Closing by
// whose window ends first, the others by pinned and latest activity.
func (db *DB) List(ctx context.Context, q state.ListQuery) (out state.List, err error) {
	err = db.withList(ctx, func(b *inbox, now time.Time) error {
		found, err := db.choose(ctx, q, now)
		if err != nil {
			return err
		}
		out = b.stretch(found, q)
		var part []*entry
		for _, n := range found[out.Offset:min(out.Offset+q.Limit, len(found))] {
			part = append(part, b.entryOf(n))
		}
		if err := db.loadShown(ctx, part); err != nil {
			return err
		}
		out.Rows = make([]state.Row, 0, len(part))
		for _, e := range part {
			out.Rows = append(out.Rows, b.rowOf(e, now))
		}
		return nil
	})
	if err == nil {
		err = db.Mark(ctx, out.Rows)
	}
	return out, err
}

// Chosen returns the rows of some conversations, as far as they are in the list asked
// for, in its order, whatever its stretch.
func (db *DB) Chosen(ctx context.Context, q state.ListQuery, ids []api.ConversationID) (rows []state.Row, err error) {
	err = db.withList(ctx, func(b *inbox, now time.Time) error {
		wanted := map[no]bool{}
		for _, id := range ids {
			if e, ok := b.find(id); ok {
				wanted[e.n] = true
			}
		}
		found, err := db.choose(ctx, q, now)
		if err != nil {
			return err
		}
		var some []*entry
		for _, n := range found {
			if wanted[n] {
				some = append(some, b.entryOf(n))
			}
		}
		if err := db.loadShown(ctx, some); err != nil {
			return err
		}
		for _, e := range some {
			rows = append(rows, b.rowOf(e, now))
		}
		return nil
	})
	return rows, err
}

// IDs names the conversations of a whole list, Limit of them at most.
func (db *DB) IDs(ctx context.Context, q state.ListQuery) (ids []api.ConversationID, err error) {
	err = db.withList(ctx, func(b *inbox, now time.Time) error {
		found, err := db.choose(ctx, q, now)
		if err != nil {
			return err
		}
		for _, n := range found[:min(q.Limit, len(found))] {
			ids = append(ids, b.idOf(n))
		}
		return nil
	})
	return ids, err
}

// choose returns the entries of the query in their order. It must not be changed, and is
// good until the next call.
func (db *DB) choose(ctx context.Context, q state.ListQuery, now time.Time) ([]no, error) {
	b := &db.inbox
	view, found := b.sorted.of(q.View)
	m, err := db.matcherOf(ctx, q.Text, now)
	if err != nil {
		return nil, err
	}
	own := false
	if !m.nothing() || q.Account != "" || q.Channel != (api.ChannelID{}) {
		if m.needsTexts() {
			if err := db.readTexts(ctx); err != nil {
				return nil, err
			}
		}
		if found, err = b.filtered(ctx, found, q, m); err != nil {
			return nil, err
		}
		own = true
	}
	kept, ok := b.find(q.Keep)
	if !ok || !kept.listed(now) || !on(kept.id.Account, kept.channelRemote(), q) {
		return found, nil
	}
	at, has := b.sorted.find(view, found, kept)
	switch {
	case has:
		return found, nil
	case !own:
		found = slices.Clone(found)
	}
	return slices.Insert(found, at, kept.n), nil
}

// matcherOf reads a text as a filter; one that is not understood is words.
func (db *DB) matcherOf(ctx context.Context, text string, now time.Time) (*matcher, error) {
	q, err := query.Parse(text, query.Conversations())
	if err != nil {
		q = query.Words(text)
	}
	var side state.Sidebar
	if err = nil; slices.ContainsFunc(q.Terms, func(t query.Term) bool { return t.Key == "channel" || t.Key == "account" }) {
		side, err = db.channels(ctx)
	}
	return db.inbox.match(q, side.Accounts, now), err
}

// on reports whether a conversation is of the account and channel asked for.
func on(account api.AccountID, channel string, q state.ListQuery) bool {
	if q.Channel != (api.ChannelID{}) && (account != q.Channel.Account || channel != q.Channel.Remote) {
		return false
	}
	return q.Account == "" || account == q.Account
}

// on reports whether an entry is of the account and channel asked for.
func (b *inbox) on(n no, q state.ListQuery) bool {
	if q.Account == "" && q.Channel == (api.ChannelID{}) {
		return true
	}
	if e := b.entries[n]; e != nil {
		return on(e.id.Account, e.channelRemote(), q)
	}
	account, _, channel, _ := b.stock.names(n)
	return on(api.AccountID(account), channel, q)
}

func (e *entry) channelRemote() string {
	if !e.cached {
		return e.ours().provisional.channel
	}
	return e.channel
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
func (b *inbox) stretch(found []no, q state.ListQuery) state.List {
	at := q.Offset
	if e, ok := b.find(q.Around); ok {
		view, _ := b.sorted.of(q.View)
		if i, ok := b.sorted.find(view, found, e); ok {
			at = i - q.Limit/2
		}
	}
	return state.List{Offset: max(min(at, len(found)-q.Limit), 0), Total: len(found)}
}

// Row returns one conversation, as fresh as any session knows it;
// state.ErrNoSuch if nobody does.
func (db *DB) Row(ctx context.Context, id api.ConversationID) (row state.Row, err error) {
	err = db.withList(ctx, func(b *inbox, now time.Time) error {
		e, ok := b.find(id)
		if !ok || !e.listed(now) {
			return fmt.Errorf("conversation %s: %w", id.Remote, state.ErrNoSuch)
		}
		if err := db.loadShown(ctx, []*entry{e}); err != nil {
			return err
		}
		row = b.rowOf(e, now)
		return nil
	})
	if err != nil {
		return row, err
	}
	rows := []state.Row{row}
	if err := db.Mark(ctx, rows); err != nil || row.Provisional {
		return rows[0], err
	}
	row = rows[0]
	t, err := db.thread(ctx, id)
	if checked := moment(t.checked); err == nil && checked.After(row.Checked) {
		row.Checked = checked
	}
	return row, err
}

// rowOf is an entry as the list shows it. What it shows has been read.
func (b *inbox) rowOf(e *entry, now time.Time) state.Row {
	row := e.stateRow(now)
	row.Labels = b.labels.of[e.n]
	return row
}

// stateRow is rowOf without what is kept beside the entry.
func (e *entry) stateRow(now time.Time) state.Row {
	l, facts := e.ours(), e.facts(e.shownBits(now), now)
	row := state.Row{
		Conversation: e.conversationNow(now), Flags: e.flags(now),
		Newest: e.newest, Unread: facts.UnreadNow(), Active: moment(e.lastActive), FreeUntil: moment(e.freeUntil), Checked: moment(e.checked),
		Draft: l.drafted, DraftText: l.draft,
		Pending: l.pending, Timed: l.timed, Failed: l.failed, Uncertain: l.uncertain, Held: l.held, WhenSent: l.whenSent,
		Changes: openChanges(l.changes),
		Back:    e.back(facts, now), PutOff: e.putOff(facts), Skips: e.skips(facts),
		Provisional: !e.cached && state.Provisional(e.id),
	}
	if facts.Waits() {
		row.WaitingSince = moment(e.since)
	}
	if e.newest != 0 || e.previewAt != 0 {
		p := e.shown.preview
		row.Preview = api.Known(state.Preview{Direction: p.dir, Kind: p.kind, Body: p.body, Attachments: max(p.files, 0), Expired: p.files < 0, At: moment(p.at)})
	}
	return row
}

// Sidebar counts the views, and what waits on each channel.
func (db *DB) Sidebar(ctx context.Context) (state.Sidebar, error) {
	side, err := db.channels(ctx)
	if err != nil {
		return side, err
	}
	err = db.withList(ctx, func(b *inbox, now time.Time) error {
		side.Closing = b.sorted.closing(stamp(now))
		for i, v := range state.Views {
			side.Views[v] = len(b.sorted.views[i])
		}
		for a := range side.Accounts {
			for c := range side.Accounts[a].Channels {
				channel := &side.Accounts[a].Channels[c]
				n := b.sorted.channels[channel.Channel.ID]
				channel.Total, channel.Waiting = n.total, n.waiting
			}
		}
		side.Saved, err = db.countSaved(ctx, side.Accounts, now)
		return err
	})
	return side, err
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
	err = db.withList(ctx, func(b *inbox, now time.Time) error {
		known := q.known(b)
		if err := db.loadShown(ctx, known); err != nil {
			return err
		}
		q.name(known, now)
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

// known are the conversations that the list has.
func (q *queue) known(b *inbox) (known []*entry) {
	for id := range q.at {
		if e, ok := b.find(id); ok {
			known = append(known, e)
		}
	}
	return known
}

// name fills in what is known of the conversations.
func (q *queue) name(known []*entry, now time.Time) {
	for _, e := range known {
		group, c := q.groups[q.at[e.id]], e.conversationNow(now)
		for k := range group {
			group[k].Conversation = c
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
