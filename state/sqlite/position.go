package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"

	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// A position is the message's time in milliseconds since 2010, or the next
// free value where its neighbours leave one: a time sort of all messages, and
// of each conversation the platform's own order. Whole seconds leave a
// thousand positions each.
const (
	epoch = 1262304000000 // 2010-01-01, in milliseconds since 1970
	// lowest is the position of what has no time, or an older one; there is room
	// below for what turns out to be older still.
	lowest = 1 << 20
	// slack is the room that is left at a hole for messages of the very same
	// moment that may be in it.
	slack = 1 << 12
	// ceiling is above every position.
	ceiling = state.Pos(math.MaxInt64)
)

// positionOf is the position of a message whose neighbours leave it free.
func positionOf(us int64) state.Pos { return state.Pos(max(us/1000-epoch, lowest)) }

// freePositions finds room between the positions that are taken. Its functions
// return 0 where there is none.
type freePositions interface {
	// above returns the lowest free position of a range, below the highest.
	above(from, to state.Pos) (state.Pos, error)
	below(from, to state.Pos) (state.Pos, error)
	// under returns the highest position of the conversation that is below p.
	under(p state.Pos) (state.Pos, error)
}

// assignPositions gives every message that has none a position: between those of its
// neighbours on the page, else above what is stored below, and under top.
func assignPositions(messages []pageMessage, top state.Pos, in freePositions) error {
	for newest := 0; newest < len(messages); newest++ {
		if messages[newest].pos != 0 {
			continue
		}
		oldest := newest
		for oldest+1 < len(messages) && messages[oldest+1].pos == 0 {
			oldest++
		}
		if err := assignRun(messages, newest, oldest, top, in); err != nil {
			return err
		}
		newest = oldest
	}
	return nil
}

// assignRun assigns positions to the messages from newest to oldest, none of which is stored. An
// older one must never take the last free position of a newer one, so the highest
// possible positions are found first, from the newest down.
func assignRun(messages []pageMessage, newest, oldest int, top state.Pos, in freePositions) (err error) {
	lo, hi, floor, err := bounds(messages, newest, oldest, top, in)
	if err != nil {
		return err
	}
	highest, err := highestPositions(lo, hi, oldest-newest+1, in)
	if err != nil {
		return err
	}
	for i := oldest; i >= newest; i-- {
		h := highest[i-newest]
		if h == 0 {
			if messages[i].pos, err = outside(messages, hi, in); err != nil {
				return err
			}
			continue
		}
		if messages[i].pos, err = in.above(max(lo+1, min(max(positionOf(messages[i].at), floor), h)), h); err != nil {
			return err
		}
		lo = messages[i].pos
	}
	return nil
}

// outside is the position of a message whose neighbours leave no room: the next
// above them. It is out of order then, but not lost.
func outside(messages []pageMessage, hi state.Pos, in freePositions) (p state.Pos, err error) {
	given := func(l pageMessage) bool { return l.pos == p }
	for p, err = in.above(hi, ceiling); err == nil && slices.ContainsFunc(messages, given); {
		p, err = in.above(p+1, ceiling)
	}
	return p, err
}

// bounds returns the neighbours of a run, and the lowest position to choose
// freely: above the end of a hole it leaves room for what is in it.
func bounds(messages []pageMessage, newest, oldest int, top state.Pos, in freePositions) (lo, hi, floor state.Pos, err error) {
	hi = top
	if newest > 0 {
		hi = messages[newest-1].pos
	}
	if oldest+1 == len(messages) {
		lo, err = in.under(hi)
		return lo, hi, lo + slack, err
	}
	lo = messages[oldest+1].pos
	if lo >= hi { // the platform has changed its order; we never do
		hi = ceiling
	}
	return lo, hi, lo, nil
}

// highestPositions returns the n highest free positions between lo and hi, 0 for
// those that there is no room for.
func highestPositions(lo, hi state.Pos, n int, in freePositions) ([]state.Pos, error) {
	found := make([]state.Pos, n)
	for i := range found {
		if hi == ceiling {
			found[i] = ceiling - state.Pos(i) - 1
			continue
		}
		p, err := in.below(lo+1, hi-1)
		if err != nil || p == 0 {
			return found, err
		}
		found[i], hi = p, p
	}
	return found, nil
}

// storedPositions is the message table as positions of one conversation.
type storedPositions struct {
	ctx  context.Context
	l    *dbfile.Conn
	conv int64
}

func (t *storedPositions) above(from, to state.Pos) (state.Pos, error) {
	const q = "SELECT id FROM message WHERE id BETWEEN ? AND ? ORDER BY id"
	return t.gap(q, from, from, to, 1)
}

func (t *storedPositions) below(from, to state.Pos) (state.Pos, error) {
	const q = "SELECT id FROM message WHERE id BETWEEN ? AND ? ORDER BY id DESC"
	return t.gap(q, to, from, to, -1)
}

// gap walks from next in steps until it is free.
func (t *storedPositions) gap(q string, next, from, to, step state.Pos) (state.Pos, error) {
	err := t.l.Each(t.ctx, func(rows *sql.Rows) error {
		var id state.Pos
		if err := rows.Scan(&id); err != nil {
			return err
		}
		if id != next {
			return dbfile.ErrNothing
		}
		next += step
		return nil
	}, q, from, to)
	if err != nil && !errors.Is(err, dbfile.ErrNothing) {
		return 0, err
	}
	if next < from || next > to {
		return 0, nil
	}
	return next, nil
}

func (t *storedPositions) under(p state.Pos) (id state.Pos, err error) {
	const q = "SELECT COALESCE(MAX(id), 0) FROM message WHERE conv = ? AND id < ?"
	err = t.l.Row(t.ctx, q, t.conv, p).Scan(&id)
	return id, err
}
