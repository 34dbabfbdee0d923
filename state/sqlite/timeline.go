package sqlite

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
)

// stripe is a stretch of stored history, oldest first, and what surrounds it.
type stripe struct {
	id          api.ConversationID
	thread      thread
	msgs        []stored
	cov         state.Coverage
	older       bool // more is stored below
	newer       bool // more is stored above
	provisional bool
	changes     []wished
}

// Timeline returns a window around an anchor, oldest first: up to Before items
// below the anchor, the one at it, up to After above it. Holes stand as items
// between messages, and count for neither.
func (db *DB) Timeline(ctx context.Context, q state.TimelineQuery) (state.Window, error) {
	s := stripe{id: q.Conversation, provisional: state.Provisional(q.Conversation)}
	rows, changes, err := db.sendings(ctx, q.Conversation)
	if err != nil {
		return state.Window{}, err
	}
	s.changes = changes
	var tail []sending
	err = db.cache.read(ctx, func(l *link) error {
		if err := s.load(ctx, l, q); err != nil {
			return err
		}
		tail, err = s.join(ctx, l, rows)
		return err
	})
	if err != nil {
		return state.Window{}, err
	}
	return s.window(rows, tail), nil
}

// load reads the stretch.
func (s *stripe) load(ctx context.Context, l *link, q state.TimelineQuery) (err error) {
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
	s.msgs = append(below, above...)
	return nil
}

func (s *stripe) read(ctx context.Context, l *link, where string, from state.Pos, limit int) (msgs []stored, err error) {
	err = l.each(ctx, func(rows *sql.Rows) error {
		var m stored
		err := m.scan(rows)
		msgs = append(msgs, m.of(s.id))
		return err
	}, "SELECT "+messageColumns+" FROM message m WHERE m.conv = ? AND "+where+" LIMIT ?", s.thread.id, from, limit)
	return msgs, err
}

// window puts the messages, the holes between them and what is being sent in
// their order.
func (s *stripe) window(rows []sending, tail []sending) state.Window {
	became := map[string]*state.Outbound{}
	for i := range rows {
		if rows[i].became != "" {
			became[rows[i].became] = &rows[i].Outbound
		}
	}
	w, now := state.Window{Older: s.below(), Newer: state.EdgeEnd}, time.Now()
	for i, m := range s.msgs {
		if i > 0 && s.hole(s.msgs[i-1].pos, m.pos) {
			w.Items = append(w.Items, state.Item{Pos: m.pos, Gap: true})
		}
		item := state.Item{Pos: m.pos, Message: m.msg, Sending: became[m.msg.ID.Remote]}
		if item.Sending != nil {
			item.Message.Delivery = max(item.Message.Delivery, item.Sending.Receipt.Delivery)
			item.Message.Reason = orText(item.Message.Reason, item.Sending.Receipt.Reason)
		}
		w.Items = append(w.Items, s.changed(item, now))
	}
	if s.newer {
		w.Newer = state.EdgeLocal
		return w
	}
	for i := range tail {
		w.Items = append(w.Items, state.Item{Message: tail[i].message(), Sending: &tail[i].Outbound})
	}
	return w
}

// changed shows what is wished of a message.
func (s *stripe) changed(it state.Item, now time.Time) state.Item {
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

// hole tells whether something is missing between two stored neighbours.
func (s *stripe) hole(older, newer state.Pos) bool {
	return !slices.ContainsFunc(s.cov, func(span state.Span) bool { return span.Oldest <= older && newer <= span.Newest })
}

// below tells what lies under the oldest message of the stretch.
func (s *stripe) below() state.Edge {
	switch {
	case s.older:
		return state.EdgeLocal
	case s.provisional || len(s.cov) > 0 && s.cov[len(s.cov)-1].Complete:
		return state.EdgeEnd
	}
	return state.EdgeRemote
}
