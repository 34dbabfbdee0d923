package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"math"

	"unibox/state"
)

// A position is the message's time in milliseconds since 2010, or the next
// free value where its neighbours leave one: a time sort of all messages, and
// of each conversation the platform's own order. Whole seconds leave a
// thousand places each.
const (
	epoch = 1262304000000 // 2010-01-01, in milliseconds since 1970
	// lowest is the place of what has no time, or an older one; there is room
	// below for what turns out to be older still.
	lowest = 1 << 20
	// slack is the room that is left at a hole for messages of the very same
	// moment that may be in it.
	slack = 1 << 12
	// ceiling is above every position.
	ceiling = state.Pos(math.MaxInt64)
)

// wish is the position that a message would like to have.
func wish(us int64) state.Pos { return state.Pos(max(us/1000-epoch, lowest)) }

// places finds room between the positions that are taken. Its functions
// return 0 where there is none.
type places interface {
	// above returns the lowest free position from one to another, below the highest.
	above(from, to state.Pos) (state.Pos, error)
	below(from, to state.Pos) (state.Pos, error)
	// under returns the highest position of the conversation that is below p.
	under(p state.Pos) (state.Pos, error)
}

// place gives every line that has none a position: between those of its
// neighbours on the page, else above what is stored below, and under top.
func place(lines []line, top state.Pos, in places) error {
	for newest := 0; newest < len(lines); newest++ {
		if lines[newest].pos != 0 {
			continue
		}
		oldest := newest
		for oldest+1 < len(lines) && lines[oldest+1].pos == 0 {
			oldest++
		}
		if err := placeRun(lines, newest, oldest, top, in); err != nil {
			return err
		}
		newest = oldest
	}
	return nil
}

// placeRun places the lines from newest to oldest, none of which is stored.
func placeRun(lines []line, newest, oldest int, top state.Pos, in places) (err error) {
	hi := top
	if newest > 0 {
		hi = lines[newest-1].pos
	}
	var lo, room state.Pos
	if oldest+1 < len(lines) {
		lo = lines[oldest+1].pos
		if lo >= hi { // the platform has changed its order; we never do
			hi = ceiling
		}
	} else {
		if lo, err = in.under(hi); err != nil {
			return err
		}
		room = max(min(slack, hi-lo-2-state.Pos(oldest-newest)), 0)
	}
	floor := lo
	for i := oldest; i >= newest; i-- {
		last := hi - 1 - state.Pos(i-newest) // the newer ones need a place too
		from := max(lo+1+room, min(wish(lines[i].at), last))
		if lines[i].pos, err = seat(in, floor, from, last, hi); err != nil {
			return err
		}
		lo, floor, room = lines[i].pos, lines[i].pos, 0
	}
	return nil
}

// seat takes the nearest place from the wish upwards, else downwards. Between
// neighbours that stand side by side there is none: then the message is out of
// order, but not lost.
func seat(in places, floor, from, last, hi state.Pos) (state.Pos, error) {
	p, err := in.above(from, last)
	if p == 0 && err == nil {
		p, err = in.below(floor+1, min(from, last+1)-1)
	}
	if p == 0 && err == nil {
		p, err = in.above(from, hi-1)
	}
	if p == 0 && err == nil {
		p, err = in.above(hi, ceiling)
	}
	return p, err
}

// table is the message table as places of one conversation. Positions given
// but not stored yet are in given.
type table struct {
	ctx   context.Context
	l     *link
	conv  int64
	given map[state.Pos]bool
}

func (t *table) above(from, to state.Pos) (state.Pos, error) {
	const q = "SELECT id FROM message WHERE id BETWEEN ? AND ? ORDER BY id"
	return t.gap(q, from, from, to, 1)
}

func (t *table) below(from, to state.Pos) (state.Pos, error) {
	const q = "SELECT id FROM message WHERE id BETWEEN ? AND ? ORDER BY id DESC"
	return t.gap(q, to, from, to, -1)
}

// gap walks from next in steps until it is free.
func (t *table) gap(q string, next, from, to, step state.Pos) (state.Pos, error) {
	skip := func() {
		for t.given[next] {
			next += step
		}
	}
	skip()
	err := t.l.each(t.ctx, func(rows *sql.Rows) error {
		var id state.Pos
		if err := rows.Scan(&id); err != nil {
			return err
		}
		for next == id || t.given[next] {
			next += step
		}
		if (id-next)*step > 0 {
			return errNothing
		}
		return nil
	}, q, from, to)
	if err != nil && !errors.Is(err, errNothing) {
		return 0, err
	}
	if skip(); next < from || next > to {
		return 0, nil
	}
	t.given[next] = true
	return next, nil
}

func (t *table) under(p state.Pos) (id state.Pos, err error) {
	const q = "SELECT COALESCE(MAX(id), 0) FROM message WHERE conv = ? AND id < ?"
	err = t.l.row(t.ctx, q, t.conv, p).Scan(&id)
	return id, err
}
