package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	rules "unibox/state/inbox"
	"unibox/state/sqlite/dbfile"
)

// thread is what a conversation's row sums up of its messages.
type thread struct {
	id                       int64
	newest, lastIn, lastOut  state.Pos
	preview                  preview
	waiting, unread, checked int64
	readUpTo                 sql.Null[state.Pos]
	// unreadWhen is when the platform began to call it unread.
	unreadWhen int64
}

// preview is the newest message as the row shows it. files is -1 where the
// message is older than what is kept here, and what it said is gone.
type preview struct {
	dir   api.Direction
	kind  api.MessageKind
	body  string
	files int
	at    int64
}

// previewLength is how much of a body is kept for the list, in characters.
const previewLength = 200

func previewOf(m api.Message) preview {
	return preview{m.Direction, m.Kind, clip(m.Body, previewLength), len(m.Attachments), stamp(m.At)}
}

// expired is the preview without what the message said.
func (p preview) expired() preview {
	p.body, p.files = "", -1
	return p
}

// clip returns the first n characters of s.
func clip(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return strings.Clone(s[:i])
		}
	}
	return s
}

// loadThread reads a conversation's row; id 0 means that there is none.
func loadThread(ctx context.Context, l *dbfile.Conn, id api.ConversationID) (t thread, err error) {
	err = l.Row(ctx, `SELECT id, newest, last_in, last_out, p_dir, p_kind, p_body, p_files, p_at, waiting, unread, checked, read_upto, unread_when
		FROM conversation WHERE account = ? AND remote = ?`, id.Account, id.Remote).
		Scan(&t.id, &t.newest, &t.lastIn, &t.lastOut, &t.preview.dir, &t.preview.kind, &t.preview.body, &t.preview.files, &t.preview.at,
			&t.waiting, &t.unread, &t.checked, &t.readUpTo, &t.unreadWhen)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return t, err
}

// ensure makes the row of a conversation that messages came of before a list
// named it.
func (t *thread) ensure(ctx context.Context, l *dbfile.Conn, id api.ConversationID, rev int64) error {
	if t.id != 0 {
		return nil
	}
	return l.Row(ctx, "INSERT INTO conversation (account, remote, kind, name, handle, rev) VALUES (?, ?, '', '', '', ?) RETURNING id",
		id.Account, id.Remote, rev).Scan(&t.id)
}

func (t *thread) save(ctx context.Context, l *dbfile.Conn, rev int64) error {
	_, err := l.Exec(ctx, `UPDATE conversation SET newest = ?, last_in = ?, last_out = ?,
		p_dir = ?, p_kind = ?, p_body = ?, p_files = ?, p_at = ?, waiting = ?, unread = ?, checked = ?, read_upto = ?, rev = ? WHERE id = ?`,
		t.newest, t.lastIn, t.lastOut, t.preview.dir, t.preview.kind, t.preview.body, t.preview.files, t.preview.at,
		t.waiting, t.unread, t.checked, t.readUpTo, rev, t.id)
	return err
}

// add takes a message of a page into the summary.
func (t *thread) add(l pageMessage) {
	if l.pos >= t.newest {
		t.newest, t.preview = l.pos, previewOf(l.msg)
		if l.expired {
			t.preview = t.preview.expired()
		}
	}
	switch {
	case rules.Asks(l.msg):
		t.lastIn = max(t.lastIn, l.pos)
	case rules.Answers(l.msg):
		t.lastOut = max(t.lastOut, l.pos)
	}
}

// withdraw takes a stored message out of the summary that answered and answers no
// longer: it failed after all.
func (t *thread) withdraw(ctx context.Context, l *dbfile.Conn, m pageMessage) error {
	if m.pos != t.lastOut || !rules.Ours(m.msg) || rules.Answers(m.msg) {
		return nil
	}
	return l.Row(ctx, lastOf+answers, t.id).Scan(&t.lastOut)
}

// addExpired takes a message into the summary that is older than what is kept, in
// the order of positions.
func (t *thread) addExpired(l pageMessage) {
	waited := t.lastIn > t.lastOut
	t.add(l)
	if !waited && t.lastIn > t.lastOut {
		t.waiting = l.at
	}
}

// addAllExpired makes a head page of which nothing is kept, newest first, the end of
// the summary. What is not stored has no position to compare, but a head page holds
// the newest messages there are.
func (t *thread) addAllExpired(page []pageMessage) {
	below := page[len(page)-1].pos - 2
	waited := t.lastIn > t.lastOut
	t.lastIn, t.lastOut = min(t.lastIn, below), min(t.lastOut, below)
	if waited {
		t.lastIn = below + 1
	}
	t.newest = 0
	for _, l := range slices.Backward(page) {
		t.addExpired(l)
	}
}

// count brings unread and waiting up to date with the stored messages.
func (t *thread) count(ctx context.Context, l *dbfile.Conn) error {
	if err := t.countUnread(ctx, l); err != nil {
		return err
	}
	return t.countWaiting(ctx, l)
}

// countUnread counts what is stored. Of what is not kept any more it is known
// that there is something, not how much.
func (t *thread) countUnread(ctx context.Context, l *dbfile.Conn) error {
	var upTo state.Pos
	err := l.Row(ctx, `SELECT MAX(?2, said_read), (SELECT COUNT(*) FROM message WHERE conv = ?1 AND id > MAX(?2, c.said_read) AND `+asks+`)
		FROM conversation c WHERE id = ?1`, t.id, t.readUpTo.V).Scan(&upTo, &t.unread)
	if t.unread == 0 && t.lastIn > upTo {
		t.unread = 1
	}
	return err
}

// countWaiting finds the first message that has had no answer. One that is not
// kept any more stays known by its time.
func (t *thread) countWaiting(ctx context.Context, l *dbfile.Conn) error {
	was := t.waiting
	if t.waiting = 0; t.lastIn <= t.lastOut {
		return nil
	}
	err := l.Row(ctx, `SELECT at FROM message WHERE conv = ? AND id > ? AND `+asks+` ORDER BY id LIMIT 1`,
		t.id, t.lastOut).Scan(&t.waiting)
	if errors.Is(err, sql.ErrNoRows) {
		t.waiting, err = t.preview.at, nil
	}
	if was != 0 && was < t.waiting && positionOf(was) > t.lastOut {
		t.waiting = was
	}
	return err
}

// baseline says where reading begins in a conversation that nobody has read
// here: after our newest answer on its first page, else before the page.
func (s *pageWrite) baseline(flag sql.Null[state.Pos]) {
	if s.conv.readUpTo.Valid || len(s.messages) == 0 {
		return
	}
	if s.conv.readUpTo = flag; flag.Valid {
		return
	}
	at := s.messages[len(s.messages)-1].pos - 1
	if i := slices.IndexFunc(s.messages, func(l pageMessage) bool { return rules.Ours(l.msg) }); i >= 0 {
		at = s.messages[i].pos
	}
	s.conv.readUpTo = sql.Null[state.Pos]{V: at, Valid: true}
}

// store writes what the page changes: messages in the order of their
// positions (the index is several times slower otherwise), spans, the row.
func (s *pageWrite) store(ctx context.Context, l *dbfile.Conn, rev int64, was state.Coverage) (state.Saved, error) {
	saved := state.Saved{Oldest: s.oldest(), Changed: !slices.Equal(was, s.cov)}
	if saved.Changed {
		if err := saveCoverage(ctx, l, s.conv.id, s.cov); err != nil {
			return saved, err
		}
	}
	before := s.conv
	if err := s.storeMessages(ctx, l, &saved); err != nil {
		return saved, err
	}
	deleted, err := s.storeLost(ctx, l)
	if err != nil {
		return saved, err
	}
	s.emptied = s.emptied || deleted
	sum := s.conv.count
	if deleted {
		sum = s.conv.summarise
	}
	if err := sum(ctx, l); err != nil {
		return saved, err
	}
	saved.Changed, saved.Suspect = saved.Changed || deleted || s.conv != before, s.suspects()
	return saved, s.conv.save(ctx, l, rev)
}

// storeMessages writes the messages that are new or have changed, and counts them.
func (s *pageWrite) storeMessages(ctx context.Context, l *dbfile.Conn, saved *state.Saved) error {
	if s.head && len(s.kept()) == 0 && s.expiredNews() {
		s.conv.addAllExpired(s.messages)
	}
	sorted := slices.Clone(s.messages)
	slices.SortFunc(sorted, func(a, b pageMessage) int { return int(a.pos - b.pos) })
	for _, m := range sorted {
		if m.expired {
			if len(s.kept()) > 0 {
				s.conv.addExpired(m)
			}
			continue
		}
		if m.known && !m.changed {
			continue
		}
		saved.Changed = true
		s.emptied = s.emptied || m.known && m.retext && m.msg.Kind == api.KindDeleted
		if err := s.put(ctx, l, m); err != nil {
			return err
		}
		s.conv.add(m)
		if err := s.conv.withdraw(ctx, l, m); err != nil {
			return err
		}
		if !m.known {
			saved.New++
			if m.msg.Direction == api.Inbound {
				saved.Inbound++
			}
		}
	}
	return nil
}

func (s *pageWrite) put(ctx context.Context, l *dbfile.Conn, m pageMessage) (err error) {
	files := list(m.msg.Attachments)
	if m.known {
		_, err = l.Exec(ctx, `UPDATE message SET at = ?, kind = ?, dir = ?, delivery = ?, author = ?, mine = ?, body = ?, reason = ?, files = ?,
			retryable = ?, edited = ?, reactions = ?, quotes = ? WHERE id = ?`,
			m.at, m.msg.Kind, m.msg.Direction, m.msg.Delivery, m.msg.Author, column(m.msg.Mine, same), m.msg.Body, m.msg.Reason, files,
			m.msg.Retryable, stamp(m.msg.Edited), list(m.msg.Reactions), m.msg.Quotes.Remote, m.pos)
	} else {
		_, err = l.Exec(ctx, `INSERT INTO message (id, conv, remote, at, kind, dir, delivery, author, mine, body, reason, files, retryable, edited, reactions, quotes, seen)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			m.pos, s.conv.id, m.msg.ID.Remote, m.at, m.msg.Kind, m.msg.Direction, m.msg.Delivery,
			m.msg.Author, column(m.msg.Mine, same), m.msg.Body, m.msg.Reason, files, m.msg.Retryable, stamp(m.msg.Edited), list(m.msg.Reactions), m.msg.Quotes.Remote, stamp(time.Now()))
	}
	if err == nil && (!m.known || m.retext) {
		err = s.index(ctx, l, m)
	}
	return err
}
