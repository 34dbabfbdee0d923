package copied

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// A store that comes into a team may hold more than a database takes in one call. What is only
// remembered goes there in parts: marks, labels, notes and messages that are done. What somebody would
// send goes behind all of it, in one commit, right before the file becomes a copy: an interrupted join
// leaves it to this box alone, but for one of which nobody knows whether that commit was made (comesIn).

// partRows and partBytes are how much goes to the team in one commit.
const (
	partRows  = 500
	partBytes = 1 << 20
)

// source is some of the rows of a table.
type source struct{ table, where string }

// The rows that go in parts, and those that go last.
var (
	remembered = []source{{"flag", "true"}, {"snooze", "true"}, {"label", "true"}, {"note", "true"}, {"mention", "true"}, {"outbox", isDone}}
	unfinished = []source{{"draft", "true"}, {"note_draft", "true"}, {"provisional", "true"}, {"outbox", "NOT (" + isDone + ")"}, {"change", "true"}}
)

// isDone is a message of the outbox that is done.
var isDone = fmt.Sprintf("status = %d", state.Done)

// joining is a join under way.
type joining struct {
	*Copy
	team string
	m    *merger
	// upTo is the position up to which the team is known.
	upTo state.FleetPos
	// done are the rows that the team has, of how many.
	done, of int
	progress func(done, of int)
}

// row is a row of the file.
type row struct {
	table  *table
	record record
}

func (j *joining) all(ctx context.Context) error {
	if err := j.count(ctx); err != nil {
		return err
	}
	for _, s := range remembered {
		if err := j.inParts(ctx, s); err != nil {
			return err
		}
	}
	var last []row
	for _, s := range unfinished {
		rows, err := j.read(ctx, s, -1, 0)
		if err != nil {
			return err
		}
		last = append(last, rows...)
	}
	return j.atLast(ctx, last)
}

// atLast brings what somebody would send. The file is neither a copy nor a store of its own while it
// is not known whether the team has it.
func (j *joining) atLast(ctx context.Context, rows []row) error {
	already, err := j.comes(ctx, j.team)
	if err != nil {
		return err
	}
	err = j.commit(ctx, rows)
	if err != nil && !already && !errors.Is(err, state.ErrFleetUnsure) {
		err = errors.Join(err, j.stays(ctx))
	}
	return err
}

func (j *joining) count(ctx context.Context) error {
	return j.file.Read(ctx, func(l *dbfile.Conn) error {
		for _, name := range Tables() {
			var n int
			if err := l.Row(ctx, "SELECT count(*) FROM "+name).Scan(&n); err != nil {
				return err
			}
			j.of += n
		}
		return nil
	})
}

func (j *joining) inParts(ctx context.Context, s source) error {
	for from := 0; ; {
		rows, err := j.read(ctx, s, partRows, from)
		if err != nil || len(rows) == 0 {
			return err
		}
		rows = rows[:fits(rows)]
		if err := j.commit(ctx, rows); err != nil {
			return err
		}
		from += len(rows)
	}
}

// fits is how many of the first of some rows go in one commit, at least one.
func fits(rows []row) int {
	size := 0
	for i, r := range rows {
		for _, column := range r.record {
			text, _ := column.(string)
			size += len(text)
		}
		if size > partBytes && i > 0 {
			return i
		}
	}
	return len(rows)
}

func (j *joining) read(ctx context.Context, s source, most, from int) (rows []row, err error) {
	t := j.tables[s.table]
	err = j.file.Read(ctx, func(l *dbfile.Conn) error {
		all, err := l.Records(ctx, "SELECT * FROM "+t.name+" WHERE "+s.where+" ORDER BY "+strings.Join(t.key, ", ")+" LIMIT ? + 0 OFFSET ?", most, from)
		for _, r := range all {
			delete(r, t.own)
			rows = append(rows, row{t, r})
		}
		return err
	})
	return rows, err
}

// commit brings rows to the team, as it is by then.
func (j *joining) commit(ctx context.Context, rows []row) error {
	err := error(state.ErrFleetMoved)
	for try := 0; try < joinTries && errors.Is(err, state.ErrFleetMoved); try++ {
		if err = j.learn(ctx); err == nil {
			err = j.write(ctx, rows)
		}
	}
	if err != nil {
		return err
	}
	if j.done += len(rows); j.progress != nil {
		j.progress(j.done, j.of)
	}
	return nil
}

// learn takes in what the team has by now.
func (j *joining) learn(ctx context.Context) (err error) {
	upTo, err := j.fleet.Since(ctx, j.upTo, j.layout, func(r state.FleetRow) error { return j.m.know(j.tables[r.Kind], r) })
	if err == nil {
		j.upTo = upTo
	}
	return err
}

func (j *joining) write(ctx context.Context, rows []row) error {
	moved, given := j.m.moved, maps.Clone(j.m.given)
	w := state.FleetWrite{Base: j.upTo.Pos, After: j.upTo.Commit, Layout: j.layout}
	for _, r := range rows {
		mine := j.m.merge(r.table, maps.Clone(r.record))
		if mine == nil {
			continue
		}
		columns, err := json.Marshal(mine)
		if err != nil {
			return err
		}
		w.Rows = append(w.Rows, state.FleetRow{Kind: r.table.name, Key: r.table.keyOfRecord(mine), Conversation: conversationOf(mine), Columns: columns})
	}
	if len(w.Rows) == 0 {
		return nil
	}
	err := j.fleet.Write(ctx, w)
	if err != nil {
		j.m.moved, j.m.given = moved, given
	}
	return err
}

// failed says what became of a join that did not come to its end.
func (j *joining) failed(err error) error {
	if j.done == 0 && !errors.Is(err, state.ErrFleetUnsure) {
		return fmt.Errorf("join the team: %w", err)
	}
	return fmt.Errorf("join the team: %w; the next unibox fleet join goes on where this one ended", err)
}
