package sqlite

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
)

// sending is a message of the outbox beside a conversation's history.
type sending struct {
	state.Outbound
	settled time.Time
	// became is the platform's message that it is, empty where none is stored.
	became string
}

// sendings reads the outbox of a conversation, in the order of submission, and
// what is wished of its messages.
func (db *DB) sendings(ctx context.Context, id api.ConversationID) (all []sending, changes []wished, err error) {
	err = db.state.read(ctx, func(l *link) error {
		if changes, err = wishesOf(ctx, l, id); err != nil {
			return err
		}
		return l.each(ctx, func(rows *sql.Rows) error {
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

// join finds the stored message that each row became, and returns the rows
// that have none and still stand at the end of the timeline.
func (s *stripe) join(ctx context.Context, l *link, rows []sending) (tail []sending, err error) {
	taken := map[string]bool{}
	for i := range rows {
		remote := rows[i].Receipt.Message.Remote
		if remote == "" || s.thread.id == 0 {
			continue
		}
		taken[remote] = true
		var there bool
		if err := l.row(ctx, "SELECT EXISTS (SELECT 1 FROM message WHERE conv = ? AND remote = ?)", s.thread.id, remote).Scan(&there); err != nil {
			return nil, err
		}
		if there {
			rows[i].became = remote
		}
	}
	for i := range rows {
		if err := s.resemble(ctx, l, &rows[i], taken); err != nil {
			return nil, err
		}
		if r := rows[i]; r.became == "" && !s.over(r) {
			tail = append(tail, r)
		}
	}
	return tail, nil
}

// over tells whether a message went out so long ago that the history, which
// was looked at since, would show it if it could.
func (s *stripe) over(r sending) bool {
	out := r.settled
	if r.At.After(out) {
		out = r.At
	}
	return r.Status == state.Done && moment(s.thread.checked).After(out.Add(lateness))
}

// skew is how far the platform's clock may be behind ours.
const skew = 5 * time.Minute

// resemble finds the message that a row must be although nobody has said so
// yet: the same text of ours, first seen here after the row was sent. It only
// saves the reader from seeing both.
func (s *stripe) resemble(ctx context.Context, l *link, r *sending, taken map[string]bool) error {
	if r.became != "" || r.Receipt.Message.Remote != "" || r.SentAt.IsZero() || s.thread.id == 0 {
		return nil
	}
	if r.Status < state.InFlight || r.Status == state.Failed || r.Status == state.Held {
		return nil
	}
	same := plain(r.Body)
	return l.each(ctx, func(rows *sql.Rows) error {
		var m stored
		err := m.scan(rows)
		if name := m.msg.ID.Remote; err == nil && r.became == "" && !taken[name] && plain(m.msg.Body) == same && len(m.msg.Attachments) == len(r.Files) {
			r.became, taken[name] = name, true
		}
		return err
	}, "SELECT "+messageColumns+` FROM (SELECT * FROM message WHERE conv = ? ORDER BY id DESC LIMIT 200) m
		WHERE m.dir = 1 AND m.kind <> 1 AND m.seen >= ? AND m.at >= ? ORDER BY m.id`,
		s.thread.id, stamp(r.SentAt), stamp(r.SentAt.Add(-skew)))
}

// plain is a text without what platforms do to white space.
func plain(body string) string { return strings.Join(strings.Fields(body), " ") }

// message shows a row as the message it wants to be.
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
