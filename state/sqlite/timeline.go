package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// timelineBuilder is a stretch of stored history, oldest first, and what surrounds it.
type timelineBuilder struct {
	id          api.ConversationID
	thread      thread
	messages    []stored
	cov         state.Coverage
	older       bool // more is stored below
	newer       bool // more is stored above
	provisional bool
	changes     []storedChange
	// quoted are the messages that those of the stretch answer, by their remote names.
	quoted map[string]*state.Quoted
}

// Timeline returns a window around an anchor, oldest first: up to Before items
// below the anchor, the one at it, up to After above it. Holes are items between
// messages, and do not count.
func (db *DB) Timeline(ctx context.Context, q state.TimelineQuery) (state.Window, error) {
	s := timelineBuilder{id: q.Conversation, provisional: state.Provisional(q.Conversation)}
	rows, changes, err := db.sendings(ctx, q.Conversation)
	if err != nil {
		return state.Window{}, err
	}
	s.changes = changes
	var tail []sending
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		if err := errors.Join(s.load(ctx, l, q), s.readQuoted(ctx, l, rows)); err != nil {
			return err
		}
		tail, err = s.linkSendings(ctx, l, rows)
		return err
	})
	if err != nil {
		return state.Window{}, err
	}
	return s.window(rows, tail), nil
}

// load reads the stretch.
func (s *timelineBuilder) load(ctx context.Context, l *dbfile.Conn, q state.TimelineQuery) (err error) {
	if s.thread, err = loadThread(ctx, l, s.id); err != nil || s.thread.id == 0 {
		return err
	}
	if s.cov, err = loadCoverage(ctx, l, s.thread.id); err != nil {
		return err
	}
	anchor, before := q.Anchor, q.Before+1 // the anchor itself is read with those below
	if anchor == 0 {
		anchor, before = ceiling, max(q.Before, 1)
	}
	below, err := s.read(ctx, l, "m.id <= ? ORDER BY m.id DESC", anchor, before+1)
	if err != nil {
		return err
	}
	above, err := s.read(ctx, l, "m.id > ? ORDER BY m.id", anchor, q.After+1)
	if err != nil {
		return err
	}
	if s.older = len(below) > before; s.older {
		below = below[:before]
	}
	if s.newer = len(above) > q.After; s.newer {
		above = above[:q.After]
	}
	slices.Reverse(below)
	s.messages = append(below, above...)
	return nil
}

func (s *timelineBuilder) read(ctx context.Context, l *dbfile.Conn, where string, from state.Pos, limit int) (msgs []stored, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var m stored
		err := m.scan(rows)
		msgs = append(msgs, m.of(s.id))
		return err
	}, "SELECT "+messageColumns+" FROM message m WHERE m.conv = ? AND "+where+" LIMIT ? + 0", s.thread.id, from, limit)
	return msgs, err
}

// window puts the messages, the holes between them and what is being sent in
// their order.
func (s *timelineBuilder) window(rows []sending, tail []sending) state.Window {
	became := map[string]*state.Outbound{}
	for i := range rows {
		if rows[i].became != "" {
			became[rows[i].became] = &rows[i].Outbound
		}
	}
	w, now := state.Window{Older: s.below(), Newer: state.EdgeEnd}, time.Now()
	for i, m := range s.messages {
		if i > 0 && s.hole(s.messages[i-1].pos, m.pos) {
			w.Items = append(w.Items, state.Item{Pos: m.pos, Gap: true})
		}
		item := state.Item{Pos: m.pos, Message: m.msg, Sending: became[m.msg.ID.Remote], Quoted: s.quoted[m.msg.Quotes.Remote]}
		if o := item.Sending; o != nil {
			if o.Attempts > 1 && o.Status != state.Failed && item.Message.Delivery == api.DeliveryFailed { // as before it was tried again
				item.Message.Delivery, item.Message.Reason, item.Message.Retryable = 0, "", false
			}
			item.Message.Delivery = max(item.Message.Delivery, o.Receipt.Delivery)
			item.Message.Reason = orText(item.Message.Reason, o.Receipt.Reason)
		}
		if o := item.Sending; o != nil && item.Quoted == nil {
			item.Quoted = s.quotedBy(*o)
		}
		w.Items = append(w.Items, s.changed(item, now))
	}
	if s.newer {
		w.Newer = state.EdgeLocal
		return w
	}
	for i := range tail {
		w.Items = append(w.Items, state.Item{Message: tail[i].message(), Sending: &tail[i].Outbound, Quoted: s.quotedBy(tail[i].Outbound)})
	}
	return w
}

// quotedLength is how much of a quoted message is read, in characters.
const quotedLength = 200

// readQuoted reads the messages that those of the stretch and of the outbox answer.
func (s *timelineBuilder) readQuoted(ctx context.Context, l *dbfile.Conn, rows []sending) error {
	var names []string
	for _, m := range s.messages {
		if name := m.msg.Quotes.Remote; name != "" {
			names = append(names, name)
		}
	}
	for _, o := range rows {
		if !o.Quote.IsZero() {
			names = append(names, o.Quote.Message)
		}
	}
	if len(names) == 0 || s.thread.id == 0 {
		return nil
	}
	wanted, err := json.Marshal(names)
	if err != nil {
		return err
	}
	s.quoted = map[string]*state.Quoted{}
	return l.Each(ctx, func(rows *sql.Rows) error {
		var q state.Quoted
		var name, files string
		if err := rows.Scan(&q.Pos, &name, &q.Kind, &q.Direction, &q.Author, &q.Body, &files); err != nil {
			return err
		}
		all, err := unlist[api.Attachment](files)
		q.Attachments = len(all)
		s.quoted[name] = &q
		return err
	}, "SELECT id, remote, kind, dir, author, substr(body, 1, ?), files FROM message WHERE conv = ? AND remote IN (SELECT value FROM json_each(?))",
		quotedLength, s.thread.id, string(wanted))
}

// quotedBy is what a message of the outbox answers, nil for nothing.
func (s *timelineBuilder) quotedBy(o state.Outbound) *state.Quoted {
	if o.Quote.IsZero() {
		return nil
	}
	if q := s.quoted[o.Quote.Message]; q != nil {
		return q
	}
	return &state.Quoted{Author: o.Quote.Author, Body: o.Quote.Text}
}

// changed shows the pending changes of a message.
func (s *timelineBuilder) changed(it state.Item, now time.Time) state.Item {
	for _, w := range s.changes {
		if w.Message != it.Message.ID || w.Cap == api.CapPinMessage {
			continue
		}
		if w.Shows(now) {
			it.Message = w.OverlayMessage(it.Message)
		}
		if w.Waits() || w.Refused {
			it.Changes = append(it.Changes, w.Change)
		}
	}
	return it
}

// hole reports whether something is missing between two stored neighbours.
func (s *timelineBuilder) hole(older, newer state.Pos) bool {
	return !slices.ContainsFunc(s.cov, func(span state.Span) bool { return span.Oldest <= older && newer <= span.Newest })
}

// below returns what lies under the oldest message of the stretch.
func (s *timelineBuilder) below() state.Edge {
	switch {
	case s.older:
		return state.EdgeLocal
	case s.provisional || len(s.cov) > 0 && s.cov[len(s.cov)-1].Complete:
		return state.EdgeEnd
	}
	return state.EdgeRemote
}

// sending is a message of the outbox beside a conversation's history.
type sending struct {
	state.Outbound
	settled time.Time
	// became is the platform's message that it is, empty where none is stored.
	became string
}

// sendings reads the outbox of a conversation, in the order of submission, and
// the pending changes of its messages.
func (df *durableFile) sendings(ctx context.Context, id api.ConversationID) (all []sending, changes []storedChange, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		if changes, err = changesOf(ctx, l, id); err != nil {
			return err
		}
		return l.Each(ctx, func(rows *sql.Rows) error {
			var settled int64
			o, err := scanOutbound(rows.Scan, &settled)
			all = append(all, sending{Outbound: o, settled: moment(settled)})
			return err
		}, "SELECT "+outboxColumns+", settled FROM outbox WHERE account = ? AND conv = ? ORDER BY id", id.Account, id.Remote)
	})
	return all, changes, err
}

// lateness is how long after a message went out the platform may take to list
// it. After that the history speaks for itself.
const lateness = 2 * time.Minute

// linkSendings finds the stored message that each row became, and returns the rows
// that have none and still belong at the end of the timeline.
func (s *timelineBuilder) linkSendings(ctx context.Context, l *dbfile.Conn, rows []sending) (tail []sending, err error) {
	taken := map[string]bool{}
	for i := range rows {
		remote := rows[i].Receipt.Message.Remote
		if remote == "" || s.thread.id == 0 {
			continue
		}
		taken[remote] = true
		var there bool
		if err := l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM message WHERE conv = ? AND remote = ?)", s.thread.id, remote).Scan(&there); err != nil {
			return nil, err
		}
		if there {
			rows[i].became = remote
		}
	}
	for i := range rows {
		if err := s.guessMessage(ctx, l, &rows[i], taken); err != nil {
			return nil, err
		}
		if r := rows[i]; r.became == "" && !s.settledLongAgo(r) {
			tail = append(tail, r)
		}
	}
	return tail, nil
}

// settledLongAgo reports whether a message went out so long ago that the history, which
// was looked at since, would show it if it could.
func (s *timelineBuilder) settledLongAgo(r sending) bool {
	out := r.settled
	if r.At.After(out) {
		out = r.At
	}
	return r.Status == state.Done && moment(s.thread.checked).After(out.Add(lateness))
}

// skew is how far the platform's clock may be behind ours.
const skew = 5 * time.Minute

// guessMessage finds the message that a row must be although nobody has said so
// yet: the same text and files of ours, first seen here after the row was sent. It
// only saves the reader from seeing both.
func (s *timelineBuilder) guessMessage(ctx context.Context, l *dbfile.Conn, r *sending, taken map[string]bool) error {
	if r.became != "" || r.Receipt.Message.Remote != "" || r.SentAt.IsZero() || s.thread.id == 0 {
		return nil
	}
	if r.Status < state.InFlight || r.Status == state.Failed || r.Status == state.Held {
		return nil
	}
	return l.Each(ctx, func(rows *sql.Rows) error {
		var m stored
		err := m.scan(rows)
		if name := m.msg.ID.Remote; err == nil && r.became == "" && !taken[name] && r.ShownBy(m.msg) {
			r.became, taken[name] = name, true
		}
		return err
	}, "SELECT "+messageColumns+` FROM (SELECT * FROM message WHERE conv = ? ORDER BY id DESC LIMIT 200) m
		WHERE `+ours+` AND m.seen >= ? AND m.at >= ? ORDER BY m.id`,
		s.thread.id, stamp(r.SentAt), stamp(r.SentAt.Add(-skew)))
}

// message shows a row as the message that it will become.
func (r sending) message() api.Message {
	m := api.Message{
		ID: r.Receipt.Message, Conversation: r.Conversation, Direction: api.Outbound, Body: r.Body,
		At: r.Submitted, Delivery: r.Receipt.Delivery, Reason: r.Receipt.Reason,
	}
	for _, f := range r.Files {
		m.Attachments = append(m.Attachments, api.Attachment{Remote: f.Remote, Name: f.Name, MIME: f.MIME, Size: f.Size})
	}
	return m
}
