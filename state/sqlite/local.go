package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// local is what state.db says of a conversation, as far as the list needs it.
type local struct {
	flag    flag
	drafted bool
	draft   string
	// pending, failed, uncertain and held count messages of the outbox.
	pending, failed, uncertain, held int
	// answered is when the newest message that is on its way, or went out in
	// the last hour, was submitted.
	answered int64
	// notOut is when the oldest that waits for a person was submitted.
	notOut int64
	// whenSent is what is to happen when they are sent.
	whenSent    state.WhenSent
	provisional provisional
	// changes are the pending ones, oldest first.
	changes []storedChange
}

// provisional is the address of a conversation that a first message is to make.
type provisional struct {
	channel, kind, recipient string
	created                  int64
}

// holds reports whether there is something of ours that has to be listed, even
// where the conversation itself is unknown.
func (l *local) holds() bool {
	return l.drafted || l.unsent() > 0 || l.answered != 0 && l.provisional.created != 0
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
func (l *local) add(status state.Status, left bool, submitted, at int64) {
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
	if at == 0 && (status.Moving() || status == state.Done) {
		l.answered = max(l.answered, submitted)
	}
}

// draftBeginning is how much of a draft the list shows, in characters.
const draftBeginning = 120

// recent is how long a message that went out answers its conversation although
// the platform's history does not show it yet.
const recent = time.Hour

// refreshLocal reads what changed in state.db, conversation by conversation.
func (db *DB) refreshLocal(ctx context.Context) error {
	b := &db.inbox
	fresh, last, err := db.localsSince(ctx, b.stateRev)
	if err != nil {
		return err
	}
	b.stateRev = last
	for id, l := range fresh {
		b.at(id).local = *l
	}
	return nil
}

// localsSince reads what is known of the conversations of which something changed
// after a revision, and the newest revision.
func (df *durableFile) localsSince(ctx context.Context, rev int64) (fresh map[api.ConversationID]*local, last int64, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) (err error) {
		if fresh, last, err = touchedSince(ctx, l, rev); err != nil || len(fresh) == 0 {
			return err
		}
		return loadLocals(ctx, l, rev, fresh)
	})
	return fresh, last, err
}

// touchedSince lists the conversations whose local state changed after a
// revision, and the newest revision.
func touchedSince(ctx context.Context, l *dbfile.Conn, rev int64) (map[api.ConversationID]*local, int64, error) {
	touched := map[api.ConversationID]*local{}
	last := rev
	err := l.Each(ctx, func(rows *sql.Rows) error {
		var id api.ConversationID
		var r int64
		err := rows.Scan(&id.Account, &id.Remote, &r)
		touched[id] = &local{}
		last = max(last, r)
		return err
	}, "SELECT account, conv, rev FROM touched WHERE rev > ?", rev)
	return touched, last, err
}

// loadLocals fills in what the tables of state.db say of the touched.
func loadLocals(ctx context.Context, l *dbfile.Conn, rev int64, into map[api.ConversationID]*local) error {
	load := func(columns, table, where string, scan func(rows *sql.Rows, id *api.ConversationID) (func(*local), error)) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var id api.ConversationID
			apply, err := scan(rows, &id)
			if at, ok := into[id]; err == nil && ok {
				apply(at)
			}
			return err
		}, "SELECT x.account, x.conv, "+columns+" FROM touched t JOIN "+table+" x ON x.account = t.account AND x.conv = t.conv WHERE t.rev > ?"+where, rev)
	}
	if err := load("x.body, x.files <> ''", "draft", " AND (x.body <> '' OR x.files <> '')", scanDraft); err != nil {
		return err
	}
	if err := load(flagColumns, "flag", "", scanFlag); err != nil {
		return err
	}
	if err := load("x.channel, x.kind, x.recipient, x.created", "provisional", "", scanProvisional); err != nil {
		return err
	}
	if err := load(changeColumns, "change", " ORDER BY x.id", scanLocalChange); err != nil {
		return err
	}
	since := stamp(time.Now().Add(-recent))
	return load("x.status, x.leave, x.submitted, x.at, x.when_sent", "outbox", "", func(rows *sql.Rows, id *api.ConversationID) (func(*local), error) {
		var status state.Status
		var left bool
		var submitted, at int64
		var text string
		err := rows.Scan(&id.Account, &id.Remote, &status, &left, &submitted, &at, &text)
		whenSent, bad := parseWhenSent(text)
		return func(l *local) {
			if whenSent.Pending() {
				l.whenSent = whenSent
			}
			if status != state.Done || submitted >= since {
				l.add(status, left, submitted, at)
			}
		}, errors.Join(err, bad)
	})
}

func scanDraft(rows *sql.Rows, id *api.ConversationID) (func(*local), error) {
	var body string
	var files bool
	err := rows.Scan(&id.Account, &id.Remote, &body, &files)
	return func(l *local) { l.drafted, l.draft = true, clip(body, draftBeginning) }, err
}

func scanFlag(rows *sql.Rows, id *api.ConversationID) (func(*local), error) {
	var f flag
	err := rows.Scan(append([]any{&id.Account, &id.Remote}, f.fields()...)...)
	return func(l *local) { l.flag = f }, err
}

func scanLocalChange(rows *sql.Rows, id *api.ConversationID) (func(*local), error) {
	w, err := scanChange(rows, &id.Account, &id.Remote)
	return func(l *local) { l.changes = append(l.changes, w) }, err
}

func scanProvisional(rows *sql.Rows, id *api.ConversationID) (func(*local), error) {
	var o provisional
	err := rows.Scan(&id.Account, &id.Remote, &o.channel, &o.kind, &o.recipient, &o.created)
	return func(l *local) { l.provisional = o }, err
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
