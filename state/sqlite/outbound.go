package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/copied"
	"unibox/state/sqlite/dbfile"
)

// Conditions on rows of the outbox. They are constants in the query, not
// parameters, so that the indexes with the same conditions serve.
var (
	done    = fmt.Sprintf("status = %d", state.Done)
	notDone = fmt.Sprintf("status <> %d", state.Done)
)

const outboxColumns = `id, key, account, conv, first, body, files, part, parts, status, attempts, checks, not_before, submitted, sent,
	r_conv, r_message, r_job, r_delivery, r_reason, reason, refused, leave, at, seen, when_sent, quote, template, writer`

// scanOutbound reads outboxColumns, and more columns behind them into more.
func scanOutbound(scan func(...any) error, more ...any) (o state.Outbound, err error) {
	var first, files, whenSent, quote, template string
	var notBefore, submitted, sent, at int64
	var seen sql.Null[state.Pos]
	r := &o.Receipt
	err = scan(append([]any{&o.ID, &o.Key, &o.Conversation.Account, &o.Conversation.Remote, &first, &o.Body, &files, &o.Part, &o.Parts,
		&o.Status, &o.Attempts, &o.Checks, &notBefore, &submitted, &sent,
		&r.Conversation.Remote, &r.Message.Remote, &r.Job, &r.Delivery, &r.Reason, &o.Reason, &o.Refused, &o.Left, &at, &seen, &whenSent, &quote, &template, &o.By}, more...)...)
	if err != nil {
		return o, err
	}
	o.NotBefore, o.Submitted, o.SentAt, o.At = moment(notBefore), moment(submitted), moment(sent), moment(at)
	o.Seen = said(seen, same[state.Pos])
	if r.Conversation.Remote != "" {
		r.Conversation.Account = o.Conversation.Account
	}
	if r.Message.Remote != "" {
		r.Message.Account = o.Conversation.Account
	}
	if first != "" {
		o.First = &state.First{}
		if err := json.Unmarshal([]byte(first), o.First); err != nil {
			return o, err
		}
	}
	if o.Quote, err = fromJSON[state.Quote](quote); err != nil {
		return o, err
	}
	if o.Template, err = fromJSON[*state.FilledTemplate](template); err != nil {
		return o, err
	}
	if o.WhenSent, err = parseWhenSent(whenSent); err != nil {
		return o, err
	}
	o.Files, err = unlist[state.File](files)
	return o, err
}

func outbounds(ctx context.Context, l *dbfile.Conn, q string, args ...any) (rows []state.Outbound, err error) {
	err = l.Each(ctx, func(r *sql.Rows) error {
		o, err := scanOutbound(r.Scan)
		rows = append(rows, o)
		return err
	}, "SELECT "+outboxColumns+" FROM outbox "+q, args...)
	return rows, err
}

func loadOutbound(ctx context.Context, l *dbfile.Conn, id int64) (state.Outbound, error) {
	o, err := scanOutbound(l.Row(ctx, "SELECT "+outboxColumns+" FROM outbox WHERE id = ?", id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("message %d of the outbox: %w", id, state.ErrNoSuch)
	}
	return o, err
}

// Outbound reads one row; state.ErrNoSuch if it is gone.
func (df *durableFile) Outbound(ctx context.Context, id int64) (o state.Outbound, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		o, err = loadOutbound(ctx, l, id)
		return err
	})
	return o, err
}

// OutboundOf reads the row of a key; state.ErrNoSuch if it is gone.
func (df *durableFile) OutboundOf(ctx context.Context, key string) (o state.Outbound, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		o, err = scanOutbound(l.Row(ctx, "SELECT "+outboxColumns+" FROM outbox WHERE key = ?", key).Scan)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = state.ErrNoSuch
	}
	return o, err
}

// Which rows Unsettled and Unsent list. By a plain id, SQLite would read the whole table in that
// order: all that was sent in a month.
var (
	whereUnsettled = "WHERE account = ? AND id > 0 AND " + notDone + " ORDER BY id"
	whereUnsent    = "WHERE " + notDone + " ORDER BY +id"
)

// Unsettled lists the rows of an account that are not Done, oldest first, but for those that
// wait for the fleet.
func (df *durableFile) Unsettled(ctx context.Context, account api.AccountID) (rows []state.Outbound, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		rows, err = outbounds(ctx, l, whereUnsettled, account)
		return err
	})
	return rows, err
}

// Unsent lists the rows of every account that are not Done, oldest first.
func (df *durableFile) Unsent(ctx context.Context) (rows []state.Outbound, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		rows, err = outbounds(ctx, l, whereUnsent)
		return err
	})
	return rows, err
}

// mostSubmitted is how many rows Submitted returns at most.
const mostSubmitted = 500

// Submitted lists the rows behind one of the outbox, whatever became of them, oldest first:
// the newest 500 of them.
func (db *DB) Submitted(ctx context.Context, after int64) (rows []state.Outbound, err error) {
	err = db.state.Read(ctx, func(l *dbfile.Conn) error {
		rows, err = outbounds(ctx, l, "WHERE id > ? ORDER BY id DESC LIMIT ? + 0", after, mostSubmitted)
		return err
	})
	slices.Reverse(rows)
	return rows, err
}

// FilesInUse lists the files of every message that is not Done, and of every
// draft.
func (df *durableFile) FilesInUse(ctx context.Context) (files []state.File, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		files, err = filesInUse(ctx, l, "")
		return err
	})
	return files, err
}

func filesInUse(ctx context.Context, l *dbfile.Conn, account api.AccountID) (files []state.File, err error) {
	lists, err := dbfile.Values[string](ctx, l, `SELECT files FROM outbox WHERE `+notDone+` AND ?1 IN ('', account)
		UNION ALL SELECT files FROM draft WHERE ?1 IN ('', account)`, account)
	for _, text := range lists {
		some, bad := unlist[state.File](text)
		files, err = append(files, some...), errors.Join(err, bad)
	}
	return files, err
}

// Submit turns a draft into rows of the outbox and empties the draft, in one
// transaction: the revision that the agent had seen, or the same text. A draft that
// another session changed is refused with state.ErrDraftMoved, one that it sent with
// state.ErrDraftSent. For a first message the provisional conversation is made too;
// what follows one whose conversation was adopted meanwhile is refused with
// state.ErrNoSuch. An error that is state.ErrFleetUnsure says that the rows may come all the same.
func (df *durableFile) Submit(ctx context.Context, draft state.Draft, rows []state.Outbound) ([]state.Outbound, error) {
	out := make([]state.Outbound, len(rows))
	err := df.change(ctx, draft.Conversation, func(l *dbfile.Conn, rev int64) error {
		for _, o := range rows {
			if err := checkProvisional(ctx, l, o); err != nil {
				return err
			}
		}
		if err := takeDraft(ctx, l, draft, firstKey(rows)); err != nil {
			return err
		}
		for i, o := range rows {
			id, err := insertOutbound(ctx, l, o)
			if err != nil {
				return err
			}
			out[i], out[i].ID = o, id
			if err := touch(ctx, l, o.Conversation, rev); err != nil {
				return err
			}
		}
		return nil
	}, state.Outbox)
	if errors.Is(err, state.ErrFleetUnsure) {
		if there := df.submitted(context.WithoutCancel(ctx), rows); len(there) == len(rows) {
			out, err = there, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("submit the reply: %w", err)
	}
	for _, o := range rows {
		df.feed.Mark(state.Thread(o.Conversation))
	}
	return out, nil
}

// submitted reads rows that are there by their keys, though the answer of their commit was lost:
// the fleet had it, and the copy has followed.
func (df *durableFile) submitted(ctx context.Context, rows []state.Outbound) (there []state.Outbound) {
	var keys []string
	for _, o := range rows {
		keys = append(keys, o.Key)
	}
	_ = df.file.Read(context.WithoutCancel(ctx), func(l *dbfile.Conn) (err error) { // else it is not known to be there
		there, err = outbounds(ctx, l, "WHERE key IN (SELECT value FROM json_each(?)) ORDER BY part", list(keys))
		return err
	})
	return there
}

// firstKey names what was submitted as a whole, empty where that is nothing.
func firstKey(rows []state.Outbound) string {
	if len(rows) == 0 {
		return ""
	}
	return rows[0].Key
}

// checkProvisional refuses a message to a provisional conversation that is no more.
func checkProvisional(ctx context.Context, l *dbfile.Conn, o state.Outbound) error {
	if o.First != nil || !state.Provisional(o.Conversation) {
		return nil
	}
	var there bool
	err := l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM provisional WHERE account = ? AND conv = ?)", o.Conversation.Account, o.Conversation.Remote).Scan(&there)
	if err == nil && !there {
		err = state.ErrNoSuch
	}
	return err
}

func insertOutbound(ctx context.Context, l *dbfile.Conn, o state.Outbound) (id int64, err error) {
	first := ""
	if o.First != nil {
		b, err := json.Marshal(o.First)
		if err != nil {
			return 0, err
		}
		first = string(b)
		if err := insertProvisional(ctx, l, o); err != nil {
			return 0, err
		}
	}
	number, err := l.NewID(ctx, "outbox")
	if err != nil {
		return 0, err
	}
	r := o.Receipt
	err = l.Row(ctx, `INSERT INTO outbox (id, key, account, conv, first, body, files, part, parts,
		status, attempts, checks, not_before, submitted, sent, settled,
		r_conv, r_message, r_job, r_delivery, r_reason, reason, refused, leave, at, seen, when_sent, quote, template, writer)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		number, o.Key, o.Conversation.Account, o.Conversation.Remote, first, o.Body, list(o.Files), o.Part, o.Parts,
		o.Status, o.Attempts, o.Checks, stamp(o.NotBefore), stamp(o.Submitted), stamp(o.SentAt),
		r.Conversation.Remote, r.Message.Remote, r.Job, r.Delivery, r.Reason, o.Reason, o.Refused, o.Left, stamp(o.At), column(o.Seen, same[state.Pos]), formatWhenSent(o.WhenSent), toJSON(o.Quote), toJSON(o.Template), o.By).Scan(&id)
	return id, err
}

// insertProvisional makes the provisional conversation of a first message.
func insertProvisional(ctx context.Context, l *dbfile.Conn, o state.Outbound) error {
	id := o.Conversation
	_, err := l.Exec(ctx, "INSERT INTO provisional (account, conv, channel, kind, recipient, created) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account, conv) DO NOTHING",
		id.Account, id.Remote, o.First.Channel.Remote, o.First.Kind, o.First.To, stamp(o.Submitted))
	return err
}

// SaveOutbound stores o if its row is still in the status given and this
// handle holds the lease, state.ErrNoLease if it does not. A row that has got a time in the
// future since it was read goes on waiting. Text and
// files are those still to be sent. What else was submitted stays as it is,
// also the conversation, which Adopt may have replaced meanwhile.
func (df *durableFile) SaveOutbound(ctx context.Context, o state.Outbound, was state.Status) (bool, error) {
	return df.swap(ctx, o, was, func(l *dbfile.Conn, now state.Outbound) error {
		if err := df.lease.Owns(ctx, l); err != nil {
			return err
		}
		worked := o.Status == state.Uploading || o.Status == state.InFlight || o.Status == state.Held
		if worked && now.Timed() && now.At.After(df.now()) { // it was given another time meanwhile
			return dbfile.ErrNothing
		}
		return updateOutbound(ctx, l, o)
	})
}

// Postpone says of rows that are still Queued until when they wait and why, in
// one transaction and with the lease. Nothing else of them changes.
func (df *durableFile) Postpone(ctx context.Context, ids []int64, until time.Time, why string) error {
	chosen, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	var topics []state.Topic
	err = df.file.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		if err := df.lease.Owns(ctx, l); err != nil {
			return err
		}
		const those = " FROM outbox WHERE status = ?1 AND id IN (SELECT value FROM json_each(?2))"
		if _, err := l.Exec(ctx, "INSERT INTO touched (account, conv, rev) SELECT DISTINCT account, conv, ?3"+those+" ON CONFLICT (account, conv) DO UPDATE SET rev = excluded.rev", state.Queued, string(chosen), rev); err != nil {
			return err
		}
		if _, err := l.Exec(ctx, "UPDATE outbox SET not_before = ?3, reason = ?4 WHERE id IN (SELECT id"+those+")", state.Queued, string(chosen), stamp(until), why); err != nil {
			return err
		}
		topics, err = touchedTopics(ctx, l, rev-1)
		return err
	})
	if err != nil {
		return fmt.Errorf("put messages of the outbox off: %w", err)
	}
	df.feed.Mark(topics...)
	return nil
}

// Decided stores what no engine has to be asked for, from any session, if the
// row is still in the status given and was not tried again since.
func (df *durableFile) Decided(ctx context.Context, o state.Outbound, was state.Status) (bool, error) {
	return df.swap(ctx, o, was, func(l *dbfile.Conn, now state.Outbound) error {
		if now.Attempts != o.Attempts {
			return dbfile.ErrNothing
		}
		return updateOutbound(ctx, l, o)
	})
}

// DeleteOutbound removes a row that is in the status given. Its customer is not done
// or snoozed any more.
func (df *durableFile) DeleteOutbound(ctx context.Context, o state.Outbound, was state.Status) (bool, error) {
	return df.swap(ctx, o, was, func(l *dbfile.Conn, o state.Outbound) error { return removeUnsent(ctx, l, o) })
}

// removeUnsent removes a message that did not go out.
func removeUnsent(ctx context.Context, l *dbfile.Conn, o state.Outbound) error {
	return errors.Join(dropWhenSent(ctx, l, o.Conversation), unhide(ctx, l, o.Conversation), deleteOutbound(ctx, l, o.ID))
}

// Takeback removes a row that is in the status given, and puts its text and
// files in front of the conversation's draft, in one transaction.
func (df *durableFile) Takeback(ctx context.Context, o state.Outbound, was state.Status) (d state.Draft, ok bool, err error) {
	ok, err = df.swap(ctx, o, was, func(l *dbfile.Conn, o state.Outbound) error {
		if err := removeUnsent(ctx, l, o); err != nil {
			return err
		}
		old, err := loadDraft(ctx, l, o.Conversation)
		if err != nil {
			return err
		}
		d = inFront(old, o.Body, o.Files, o.At, o.Quote)
		d.Edited = time.Now()
		if d, err = putDraft(ctx, l, d); err != nil {
			return err
		}
		return noteTakenBack(ctx, l, o)
	})
	return d, ok, err
}

// noteTakenBack notes at a draft that a message, which is removed, was not sent off of it.
func noteTakenBack(ctx context.Context, l *dbfile.Conn, o state.Outbound) error {
	var sent string
	var more bool
	err := l.Row(ctx, "SELECT sent FROM draft WHERE account = ? AND conv = ?", o.Conversation.Account, o.Conversation.Remote).Scan(&sent)
	if err == nil {
		err = l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM outbox WHERE account = ? AND conv = ? AND substr(key, 1, length(?3) + 1) = ?3 || '-')",
			o.Conversation.Account, o.Conversation.Remote, o.Reply()).Scan(&more)
	}
	if back := copied.TakenBack(sent, o.Reply(), !more, []string{o.Body}, []string{list(o.Files)}); err == nil && back != sent {
		_, err = l.Exec(ctx, "UPDATE draft SET sent = ? WHERE account = ? AND conv = ?", back, o.Conversation.Account, o.Conversation.Remote)
	}
	return err
}

// swap runs fn on the row of a message that is in the status given, and reports whether it was.
// What was to happen when the messages of the conversation are sent follows. The number alone does
// not say which message is meant: where the database of several boxes has lost a commit, it may have
// given the number to another one.
func (df *durableFile) swap(ctx context.Context, read state.Outbound, was state.Status, fn func(l *dbfile.Conn, o state.Outbound) error) (bool, error) {
	o, follows, err := df.beforeSwap(ctx, read.ID)
	if errors.Is(err, state.ErrNoSuch) {
		return false, nil
	}
	var k known
	if err == nil && follows {
		k, err = df.known(ctx, o.Conversation)
	}
	if err != nil {
		return false, err
	}
	done, acts := false, false
	err = df.change(ctx, o.Conversation, func(l *dbfile.Conn, rev int64) error {
		done, acts = false, false // it may run again
		now, err := loadOutbound(ctx, l, read.ID)
		if errors.Is(err, state.ErrNoSuch) || err == nil && (now.Status != was || now.Key != read.Key) {
			return dbfile.ErrNothing
		}
		if err != nil {
			return err
		}
		if err := fn(l, now); err != nil {
			return err
		}
		done = true
		if err := endBack(ctx, l, read.ID); err != nil {
			return err
		}
		if follows {
			if acts, err = followSent(ctx, l, now.Conversation, k); err != nil {
				return err
			}
		}
		return touch(ctx, l, now.Conversation, rev)
	}, state.Outbox)
	if err != nil {
		return false, fmt.Errorf("change message %d of the outbox: %w", read.ID, err)
	}
	if acts {
		df.feed.Mark(state.Changes)
	}
	return done, nil
}

// beforeSwap reads a row, and whether something is to happen when the messages of its
// conversation are sent, or did not happen.
func (df *durableFile) beforeSwap(ctx context.Context, id int64) (o state.Outbound, follows bool, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		if o, err = loadOutbound(ctx, l, id); err != nil {
			return err
		}
		c := o.Conversation
		return l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM outbox WHERE account = ? AND conv = ? AND when_sent <> '')", c.Account, c.Remote).Scan(&follows)
	})
	return o, follows, err
}

func updateOutbound(ctx context.Context, l *dbfile.Conn, o state.Outbound) error {
	r := o.Receipt
	var settled int64
	if o.Status == state.Done {
		settled = stamp(time.Now())
	}
	_, err := l.Exec(ctx, `UPDATE outbox SET body = ?, files = ?, status = ?, attempts = ?, checks = ?, not_before = ?, sent = ?, settled = ?,
		r_conv = ?, r_message = ?, r_job = ?, r_delivery = ?, r_reason = ?, reason = ?, refused = ?, leave = ?, seen = ?, at = ?,
		when_sent = CASE WHEN ? AND status IN (?, ?, ?) THEN '' ELSE when_sent END WHERE id = ?`,
		o.Body, list(o.Files), o.Status, o.Attempts, o.Checks, stamp(o.NotBefore), stamp(o.SentAt), settled,
		r.Conversation.Remote, r.Message.Remote, r.Job, r.Delivery, r.Reason, o.Reason, o.Refused, o.Left, column(o.Seen, same[state.Pos]), stamp(o.At),
		o.Status == state.Queued, state.Failed, state.Uncertain, state.Held, o.ID) // sent again, it carries nothing
	return err
}

// doneRetention is how long a message that went out stays in the outbox, where its
// delivery is known better than by the platform's history.
const doneRetention = 30 * 24 * time.Hour

// mostPruned is how many messages are dropped at once.
const mostPruned = 500

// pruneDone drops some messages that went out long ago, unless the team's time of day is not known.
// EnforceRetention drops the others.
func (db *DB) pruneDone(ctx context.Context) {
	if db.Followed() {
		_, _ = db.prune(ctx, "", doneRetention)
	}
}

// pruneAllDone drops all messages that went out long ago, unless the team's time of day is not known.
func (db *DB) pruneAllDone(ctx context.Context) error {
	if !db.Followed() {
		return nil
	}
	return db.pruneAll(ctx, "", doneRetention)
}

// pruneAll drops what prune does, batch by batch.
func (db *DB) pruneAll(ctx context.Context, account api.AccountID, kept time.Duration) error {
	for {
		n, err := db.prune(ctx, account, kept)
		if err == nil && n == mostPruned {
			err = pause(ctx, batchPause)
		}
		if err != nil || n < mostPruned {
			return err
		}
	}
}

// prune drops messages that went out longer ago than kept, of one account or,
// without a name, of all, after their delivery and what they answer have been copied to
// the message that they became. It returns how many, mostPruned at most.
func (db *DB) prune(ctx context.Context, account api.AccountID, kept time.Duration) (n int, err error) {
	old, err := db.doneBefore(ctx, account, db.Now().Add(-kept))
	if err != nil || len(old) == 0 {
		return 0, err
	}
	err = db.cache.Commit(ctx, func(l *dbfile.Conn, _ int64) error {
		for _, o := range old {
			if _, err := l.Exec(ctx, `UPDATE message SET delivery = MAX(delivery, ?), quotes = CASE WHEN quotes = '' THEN ? ELSE quotes END WHERE remote = ?
				AND conv = (SELECT id FROM conversation WHERE account = ? AND remote = ?)`,
				o.Receipt.Delivery, o.Quote.Message, o.Receipt.Message.Remote, o.Conversation.Account, o.Conversation.Remote); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(old), db.dropDone(ctx, old)
}

// doneBefore lists messages that went out before a time, oldest first, some at a
// time. One that a platform has taken to send it later is done with and not out: until its
// time, and as long after that, it may exist nowhere else.
func (df *durableFile) doneBefore(ctx context.Context, account api.AccountID, before time.Time) (old []state.Outbound, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) (err error) {
		old, err = outbounds(ctx, l, "WHERE "+done+" AND submitted < ?1 AND at < ?1 AND ?2 IN ('', account) ORDER BY submitted LIMIT ?3 + 0", stamp(before), account, mostPruned)
		return err
	})
	return old, err
}

// dropDone forgets messages that went out, and the provisional conversations that
// nothing is left in.
func (df *durableFile) dropDone(ctx context.Context, old []state.Outbound) error {
	return df.file.Write(ctx, func(l *dbfile.Conn) error {
		for _, o := range old {
			if err := deleteOutbound(ctx, l, o.ID); err != nil {
				return err
			}
		}
		_, err := l.Exec(ctx, `DELETE FROM provisional WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.account = provisional.account AND o.conv = provisional.conv)
			AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.account = provisional.account AND d.conv = provisional.conv AND d.body || d.files <> '')`)
		return err
	})
}

func deleteOutbound(ctx context.Context, l *dbfile.Conn, id int64) error {
	_, err := l.Exec(ctx, "DELETE FROM outbox WHERE id = ?", id)
	return err
}
