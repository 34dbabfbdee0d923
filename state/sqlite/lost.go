package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// A page is an unbroken stretch of a history, so a stored message that belongs on
// it and is not there was deleted at the platform. Its text then leaves this
// machine, and the message stays as api.KindDeleted, so that people see that
// there was one.
//
// Pages lie: two that were asked for at the same time arrive in any order, a
// server that is behind does not have the newest messages yet, a list shifts
// while it is read. So a message has to be missing on two pages, one asked for
// some time after the other, and a page that has it clears it at once.

const (
	// settled is how old a message is here before it can be missed, missedFor how
	// long it is missed before it counts as deleted.
	settled, missedFor = 5 * time.Second, 2 * time.Second
	// mostCompared is how many stored messages are compared with a page.
	mostCompared = 500
)

// lostMessage is a stored message that the page should hold and does not.
type lostMessage struct {
	pos    state.Pos
	missed int64
}

// findLost compares the page with the stored messages that lie between its ends,
// below a position. It needs a message that both know, to find the place. An event
// is not missed: it can be one that a client made up.
func (s *pageWrite) findLost(ctx context.Context, l *dbfile.Conn, below state.Pos) error {
	s.lost, s.found = nil, nil
	floor, floorAt, onPage := s.floor(below)
	if len(onPage) == 0 {
		return nil
	}
	asked := stamp(s.at)
	err := l.Each(ctx, func(rows *sql.Rows) error {
		var m lostMessage
		var at, seen int64
		if err := rows.Scan(&m.pos, &at, &seen, &m.missed); err != nil {
			return err
		}
		switch {
		case onPage[m.pos] && m.missed != 0:
			s.found = append(s.found, m.pos)
		case !onPage[m.pos] && at > floorAt && seen+settled.Microseconds() <= asked:
			s.lost = append(s.lost, m)
		}
		return nil
	}, "SELECT id, at, seen, missed FROM message WHERE conv = ? AND id >= ? AND id < ? AND "+there+" ORDER BY id DESC LIMIT ? + 0",
		s.conv.id, floor, below, mostCompared)
	if len(s.lost) > len(s.messages) { // more is gone than is left: the page is not believed
		s.lost = nil
	}
	return err
}

// floor is where the page ends: the lowest position and time that both the page
// and the store have, or 0 where the page ends the history. onPage are the
// positions of its messages that are known.
func (s *pageWrite) floor(below state.Pos) (floor state.Pos, at int64, onPage map[state.Pos]bool) {
	onPage = map[state.Pos]bool{}
	floor, at = below, -1
	for _, m := range s.messages {
		if !m.known {
			continue
		}
		onPage[m.pos] = true
		if m.pos < floor {
			floor, at = m.pos, m.at
		}
	}
	if s.next == "" && !s.broken {
		floor, at = 0, 0
	}
	return floor, at, onPage
}

// deleted reports whether a message that this page lacks was deleted.
func (s *pageWrite) deleted(m lostMessage) bool {
	return m.missed != 0 && stamp(s.at)-m.missed >= missedFor.Microseconds()
}

// lostNews reports whether the page says something new of lost messages.
func (s *pageWrite) lostNews() bool {
	for _, m := range s.lost {
		if m.missed == 0 || s.deleted(m) {
			return true
		}
	}
	return len(s.found) > 0
}

// storeLost notes what the page lacks, and takes away the text of what two pages
// lacked. It reports whether there was any.
func (s *pageWrite) storeLost(ctx context.Context, l *dbfile.Conn) (deleted bool, err error) {
	for _, pos := range s.found {
		if err := execAll(ctx, l, pos, "UPDATE message SET missed = 0 WHERE id = ?"); err != nil {
			return deleted, err
		}
	}
	for _, m := range s.lost {
		switch {
		case s.deleted(m):
			deleted = true
			err = execAll(ctx, l, m.pos, "DELETE FROM fts WHERE rowid = ?", emptyMessage)
		case m.missed == 0:
			_, err = l.Exec(ctx, "UPDATE message SET missed = ? WHERE id = ?", stamp(s.at), m.pos)
		}
		if err != nil {
			return deleted, err
		}
	}
	return deleted, nil
}

var emptyMessage = fmt.Sprintf("UPDATE message SET kind = %d, body = '', files = '', reactions = '', reason = '', retryable = 0, missed = 0 WHERE id = ?", api.KindDeleted)

// suspects reports whether a message may have been deleted and another page has
// to confirm it.
func (s *pageWrite) suspects() bool {
	for _, m := range s.lost {
		if !s.deleted(m) {
			return true
		}
	}
	return false
}
