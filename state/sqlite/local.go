package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// local is what state.db says of a conversation besides its flags, as far as the
// list needs it.
type local struct {
	drafted bool
	draft   string
	// pending, failed, uncertain and held count messages of the outbox, timed those of
	// pending that wait here for their time.
	pending, failed, uncertain, held, timed int
	// answered is when the newest message that is on its way was submitted, sent
	// when the newest one that went out in the last hour was.
	answered, sent int64
	// notOut is when the oldest that waits for a person was submitted.
	notOut int64
	// whenSent is what is to happen when they are sent.
	whenSent    state.WhenSent
	provisional provisional
	// changes are the pending ones, oldest first.
	changes []storedChange
	// own are what agents put off for themselves, mine that of who reads here. The stored
	// list is the same for all, so an entry is in it without those.
	own  []snooze
	mine snooze
}

// provisional is the address of a conversation that a first message is to make.
type provisional struct {
	channel, kind, recipient string
	created                  int64
}

// holds reports whether there is something of ours that has to be listed, even
// where the conversation itself is unknown.
func (l *local) holds(now time.Time) bool {
	return l.drafted || l.unsent() > 0 || l.answeredAt(now) != 0 && l.provisional.created != 0
}

// answeredAt is when the newest message was submitted that answers the conversation,
// 0 if none does.
func (l *local) answeredAt(now time.Time) int64 {
	if l.sent >= stamp(now.Add(-recent)) {
		return max(l.answered, l.sent)
	}
	return l.answered
}

// nothing is what state.db says of a conversation that it has nothing of; it is never
// written.
var nothing = &local{}

// ours is what state.db says of the entry.
func (e *entry) ours() *local {
	if e.local == nil {
		return nothing
	}
	return e.local
}

// empty reports whether nothing is said.
func (l *local) empty() bool {
	return !l.drafted && l.unsent() == 0 && l.answered == 0 && l.sent == 0 && l.notOut == 0 && !l.whenSent.Pending() &&
		l.provisional == (provisional{}) && len(l.changes) == 0 && len(l.own) == 0
}

// unsent counts the messages that are not out, or not known to be.
func (l *local) unsent() int { return l.pending + l.failed + l.uncertain + l.held }

// stuck counts the changes that an agent should know of.
func (l *local) stuck() (n int) {
	for _, w := range l.changes {
		if stuck(w.Change) {
			n++
		}
	}
	return n
}

// conversation is a conversation with the little that is known of one that no
// list has named.
func (o provisional) conversation(id api.ConversationID) api.Conversation {
	c := api.Conversation{ID: id, Kind: api.ChannelKind(o.kind), Contact: api.Contact{Name: o.recipient, Handle: o.recipient}}
	if o.created == 0 {
		c.Contact.Name = id.Remote
		return c
	}
	c.Channel = api.Known(api.ChannelID{Account: id.Account, Remote: o.channel})
	c.Created = api.Known(moment(o.created))
	return c
}

// add counts a message of the outbox. One that is to go out later answers
// nobody yet.
func (l *local) add(status state.Status, left bool, submitted, at, notBefore int64) {
	if status == state.Queued && at != 0 && at == notBefore { // as Outbound.Timed
		l.timed++
	}
	if status.Waits() && !left && (l.notOut == 0 || submitted < l.notOut) {
		l.notOut = max(submitted, 1)
	}
	switch {
	case status == state.Failed:
		l.failed++
	case status == state.Uncertain && !left:
		l.uncertain++
	case status == state.Held:
		l.held++
	case status.Moving():
		l.pending++
	}
	switch {
	case at != 0:
	case status.Moving():
		l.answered = max(l.answered, submitted)
	case status == state.Done:
		l.sent = max(l.sent, submitted)
	}
}

// draftBeginning is how much of a draft the list shows, in characters.
const draftBeginning = 120

// recent is how long a message that went out answers its conversation although
// the platform's history does not show it yet.
const recent = time.Hour

// mine is what state.db says of a conversation.
type mine struct {
	flag   flag
	labels []string
	local
}

// refreshLocal reads what changed in state.db, conversation by conversation, and
// what the stored list did not hold of it.
func (db *DB) refreshLocal(ctx context.Context, now revision) error {
	b := &db.inbox
	if now == b.state && len(b.partly) == 0 {
		return nil
	}
	fresh, err := db.localsSince(ctx, b.state.rev, b.partly)
	if err != nil {
		return err
	}
	b.state, b.partly = now, nil
	for id, m := range fresh {
		e := b.at(id)
		e.flag = m.flag
		b.labels.set(e.n, m.labels)
		l := &m.local
		if m.empty() && m.flag.comeback == (comeback{}) {
			l = nil
		}
		b.setLocal(e, l)
	}
	return nil
}

// localsSince reads what is known of the conversations of which something changed
// after a revision, and of some more.
func (df *durableFile) localsSince(ctx context.Context, rev int64, more []api.ConversationID) (fresh map[api.ConversationID]*mine, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		fresh = map[api.ConversationID]*mine{}
		touched, err := touchedSince(ctx, l, rev)
		if err != nil {
			return err
		}
		if err := loadLocals(ctx, l, sinceRevision, rev, touched, fresh); err != nil {
			return err
		}
		return loadLocals(ctx, l, namedOnes, pairs(more), more, fresh)
	})
	return fresh, err
}

// Which conversations loadLocals reads: those that changed after a revision, or those of
// a list of pairs in JSON.
const (
	sinceRevision = "(SELECT account, conv FROM touched WHERE rev > ?)"
	namedOnes     = "(SELECT value ->> 0 AS account, value ->> 1 AS conv FROM json_each(?))"
)

// touchedSince lists the conversations whose local state changed after a revision.
func touchedSince(ctx context.Context, l *dbfile.Conn, rev int64) (ids []api.ConversationID, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var id api.ConversationID
		err := rows.Scan(&id.Account, &id.Remote)
		ids = append(ids, id)
		return err
	}, "SELECT account, conv FROM touched WHERE rev > ?", rev)
	return ids, err
}

// pairs writes ids as namedOnes reads them.
func pairs(ids []api.ConversationID) string {
	all := make([][2]string, len(ids))
	for i, id := range ids {
		all[i] = [2]string{string(id.Account), id.Remote}
	}
	text, err := json.Marshal(all)
	if err != nil { // plain text
		panic(err)
	}
	return string(text)
}

// loadLocals reads what the tables of state.db say of the conversations ids, which
// are those that from names with arg.
func loadLocals(ctx context.Context, l *dbfile.Conn, from string, arg any, ids []api.ConversationID, into map[api.ConversationID]*mine) error {
	if len(ids) == 0 {
		return nil
	}
	for _, id := range ids {
		into[id] = &mine{}
	}
	load := func(columns, table, where string, scan func(rows *sql.Rows, id *api.ConversationID) (func(*mine), error)) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var id api.ConversationID
			apply, err := scan(rows, &id)
			if at, ok := into[id]; err == nil && ok {
				apply(at)
			}
			return err
		}, "SELECT x.account, x.conv, "+columns+" FROM "+from+" t JOIN "+table+" x ON x.account = t.account AND x.conv = t.conv"+where, arg)
	}
	if err := load("x.body, x.files <> ''", "draft", " WHERE (x.body <> '' OR x.files <> '')", scanDraft); err != nil {
		return err
	}
	if err := load(flagColumns, "flag", "", scanFlag); err != nil {
		return err
	}
	if err := load(snoozeColumns, "snooze", "", scanSnooze); err != nil {
		return err
	}
	if err := load("x.name", "label", " ORDER BY x.key", scanLabel); err != nil {
		return err
	}
	if err := load("x.channel, x.kind, x.recipient, x.created", "provisional", "", scanProvisional); err != nil {
		return err
	}
	if err := load(changeColumns, "change", " ORDER BY x.id", scanLocalChange); err != nil {
		return err
	}
	since := stamp(time.Now().Add(-recent))
	return load("x.status, x.leave, x.submitted, x.at, x.not_before, x.when_sent", "outbox", "", func(rows *sql.Rows, id *api.ConversationID) (func(*mine), error) {
		var status state.Status
		var left bool
		var submitted, at, notBefore int64
		var text string
		err := rows.Scan(&id.Account, &id.Remote, &status, &left, &submitted, &at, &notBefore, &text)
		whenSent, bad := parseWhenSent(text)
		return func(l *mine) {
			if whenSent.Pending() {
				l.whenSent = whenSent
			}
			if status != state.Done || submitted >= since {
				l.add(status, left, submitted, at, notBefore)
			}
		}, errors.Join(err, bad)
	})
}

func scanDraft(rows *sql.Rows, id *api.ConversationID) (func(*mine), error) {
	var body string
	var files bool
	err := rows.Scan(&id.Account, &id.Remote, &body, &files)
	return func(l *mine) { l.drafted, l.draft = true, clip(body, draftBeginning) }, err
}

func scanFlag(rows *sql.Rows, id *api.ConversationID) (func(*mine), error) {
	var f flag
	err := rows.Scan(append([]any{&id.Account, &id.Remote}, f.fields()...)...)
	return func(l *mine) { l.flag = f }, err
}

func scanLabel(rows *sql.Rows, id *api.ConversationID) (func(*mine), error) {
	var name string
	err := rows.Scan(&id.Account, &id.Remote, &name)
	return func(l *mine) { l.labels = append(l.labels, name) }, err
}

func scanLocalChange(rows *sql.Rows, id *api.ConversationID) (func(*mine), error) {
	w, err := scanChange(rows, &id.Account, &id.Remote)
	return func(l *mine) { l.changes = append(l.changes, w) }, err
}

func scanProvisional(rows *sql.Rows, id *api.ConversationID) (func(*mine), error) {
	var o provisional
	err := rows.Scan(&id.Account, &id.Remote, &o.channel, &o.kind, &o.recipient, &o.created)
	return func(l *mine) { l.provisional = o }, err
}

// touch notes that something of a conversation changed in this transaction.
func touch(ctx context.Context, l *dbfile.Conn, id api.ConversationID, rev int64) error {
	_, err := l.Exec(ctx, "INSERT INTO touched (account, conv, rev) VALUES (?, ?, ?) ON CONFLICT (account, conv) DO UPDATE SET rev = excluded.rev", id.Account, id.Remote, rev)
	return err
}

// change is a commit of state.db that touches a conversation; more topics than
// its own and the inbox may go stale with it.
func (df *durableFile) change(ctx context.Context, id api.ConversationID, fn func(l *dbfile.Conn, rev int64) error, more ...state.Topic) error {
	done := false
	err := df.file.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		if err := fn(l, rev); err != nil {
			return err
		}
		done = true
		return touch(ctx, l, id, rev)
	})
	if err == nil && done {
		df.feed.Mark(append(more, state.Inbox, state.Thread(id))...)
	}
	return err
}
