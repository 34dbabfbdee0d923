package copied

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// Follow takes over what was committed since it last did, and has the team take what waits here.
func (c *Copy) Follow(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case c.turn <- struct{}{}:
	}
	defer func() { <-c.turn }()
	err := c.toTheEndAndBack(ctx)
	if ctx.Err() == nil {
		c.heard(err)
	}
	return err
}

// toTheEndAndBack follows, and shares. Whoever calls it has the turn.
func (c *Copy) toTheEndAndBack(ctx context.Context) error {
	for range mostTries {
		if err := c.toTheEnd(ctx); err != nil {
			return err
		}
		more, err := c.share(ctx)
		if !more || err != nil && !errors.Is(err, state.ErrFleetMoved) {
			return c.said(err)
		}
	}
	return nil // the next time goes on
}

// catchUp is Follow, but for what waits here: that it cannot go to the team yet says nothing of
// what was just committed.
func (c *Copy) catchUp(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case c.turn <- struct{}{}:
	}
	defer func() { <-c.turn }()
	return c.toTheEnd(ctx)
}

// toTheEnd follows the feed up to its end. Whoever calls it has the turn.
func (c *Copy) toTheEnd(ctx context.Context) error {
	err := state.ErrFleetMoved
	for try := 0; try < mostTries && errors.Is(err, state.ErrFleetMoved); try++ {
		err = c.follow(ctx)
	}
	if err == nil {
		c.mu.Lock()
		c.followed = true
		c.mu.Unlock()
	}
	return err
}

// Followed reports whether the copy was at the end of the feed since it was opened.
func (c *Copy) Followed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.followed
}

// tellEvery is how often the fleet is told how far the copy is.
const tellEvery = 10 * time.Minute

// Tell tells the fleet how far the copy is, now and then. It may take a while and has no turn, so
// that no write waits for it.
func (c *Copy) Tell(ctx context.Context) error {
	if !c.telling.TryLock() {
		return nil
	}
	defer c.telling.Unlock()
	if !c.told.IsZero() && time.Since(c.told) < tellEvery {
		return nil
	}
	at, err := c.position(ctx)
	if err != nil {
		return err
	}
	reader, err := c.reader(ctx)
	if err == nil {
		err = c.fleet.Followed(ctx, reader, at.FleetPos)
	}
	if err == nil {
		c.told = time.Now()
	}
	return err
}

// reader is the name under which the fleet knows this copy: a copy of the file on another machine is
// another one.
func (c *Copy) reader(ctx context.Context) (name string, err error) {
	id, err := c.box()
	if err != nil {
		return "", err
	}
	err = c.file.Read(ctx, func(l *dbfile.Conn) error { return l.Row(ctx, "SELECT id FROM clock").Scan(&name) })
	return name + "-" + id, err
}

// Retentions tells the fleet how long this box keeps messages, and returns how long each box does.
func (c *Copy) Retentions(ctx context.Context, own state.Retention) ([]state.Retention, error) {
	reader, err := c.reader(ctx)
	if err != nil {
		return nil, err
	}
	return c.fleet.Retentions(ctx, reader, own)
}

func (c *Copy) follow(ctx context.Context) error {
	if err := c.said(c.Same(ctx)); err != nil {
		return err
	}
	from, err := c.position(ctx)
	if err != nil {
		return err
	}
	var rows []state.FleetRow
	upTo, err := c.fleet.Since(ctx, from.FleetPos, c.layout, func(r state.FleetRow) error { rows = append(rows, r); return nil })
	if errors.Is(err, state.ErrFleetBehind) {
		if err = c.said(c.rejoin(ctx)); err == nil {
			err = state.ErrFleetMoved
		}
		return err
	}
	if errors.Is(err, state.ErrFleetPruned) {
		if err = c.beginAnew(ctx, from.Pos); err == nil {
			c.notice(madeAnew)
			err = state.ErrFleetMoved
		}
		return err
	}
	if err := c.said(err); err != nil || upTo == from.FleetPos && !from.anew {
		return err
	}
	became, err := c.askWhatBecame(ctx)
	if err := c.said(err); err != nil {
		return err
	}
	return c.take(ctx, from, rows, upTo, became)
}

// said reports what is wrong with the fleet, if anything is.
func (c *Copy) said(err error) error {
	var stored *state.StoreError
	switch {
	case err == nil:
		c.report("")
	case errors.As(err, &stored):
		c.report(stored.What)
	}
	return err
}

// take puts rows, which are all that changed behind a place, into the copy, in one commit.
// state.ErrFleetMoved: the copy is not at that place any more.
func (c *Copy) take(ctx context.Context, from place, rows []state.FleetRow, upTo state.FleetPos, b became) error {
	var topics map[state.Topic]struct{}
	var notices []string
	err := c.file.CommitHere(api.WithPermit(ctx, nothingLess), func(l *dbfile.Conn, rev int64) error {
		at, err := position(ctx, l)
		if err != nil {
			return err
		}
		if at.Pos >= upTo.Pos && !at.anew { // another session of this box was faster
			return dbfile.ErrNothing
		}
		if at != from { // it may have had the copy begin anew, and follow another server
			return state.ErrFleetMoved
		}
		gone, err := c.dropThere(ctx, l, b, upTo.Pos)
		if err != nil {
			return err
		}
		back, err := c.collisions(ctx, l, rows, gone)
		if err != nil {
			return err
		}
		mine, err := c.unshared(ctx, l)
		if err == nil {
			err = c.clear(ctx, l, at)
		}
		if err == nil {
			err = c.restore(ctx, l, mine, at)
		}
		if err == nil {
			topics, err = c.putAll(ctx, l, rows, mine, at, rev)
		}
		if err == nil {
			notices, err = c.draftsAgain(ctx, l, back)
		}
		if err == nil {
			_, err = l.Exec(ctx, "UPDATE fleet SET pos = ?, last = ?, file = (SELECT id FROM clock)", upTo.Pos, upTo.Commit)
		}
		return err
	})
	slices.Sort(notices)
	for _, said := range slices.Compact(notices) {
		if err == nil {
			c.notice(said)
		}
	}
	if err == nil && len(topics) > 0 {
		c.feed.Mark(append(slices.Collect(maps.Keys(topics)), state.Inbox, state.Outbox, state.Changes)...)
	}
	return err
}

// putAll puts rows, with what this box has beyond them, and returns the conversations that
// changed by that.
func (c *Copy) putAll(ctx context.Context, l *dbfile.Conn, rows []state.FleetRow, mine map[rowID]record, at place, rev int64) (map[state.Topic]struct{}, error) {
	topics := map[state.Topic]struct{}{}
	for _, r := range rows {
		theirs := r.Columns
		r, err := c.ahead(ctx, l, r, mine, at)
		if _, waits := mine[rowID{r.Kind, r.Key}]; err == nil && waits && sameRow(r.Columns, theirs) {
			err = forget(ctx, l, rowID{r.Kind, r.Key}) // the team has what this box has
		}
		if err != nil {
			return nil, err
		}
		convs, err := c.put(ctx, l, r)
		if err != nil {
			return nil, fmt.Errorf("take over a row of %s: %w", r.Kind, err)
		}
		for _, id := range convs {
			topics[state.Thread(id)] = struct{}{}
			if err := touch(ctx, l, id, rev); err != nil {
				return nil, err
			}
		}
	}
	return topics, nil
}

// sameRow reports whether two rows are one, whoever wrote them down.
func sameRow(a, b json.RawMessage) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	one, err := decode[record](a)
	two, failed := decode[record](b)
	return err == nil && failed == nil && maps.Equal(one, two)
}

// nothingLess is the permit of what has happened already: it is taken over whoever has
// the lease.
func nothingLess() error { return nil }

// touch notes that something of a conversation changed in this transaction.
func touch(ctx context.Context, l *dbfile.Conn, id api.ConversationID, rev int64) error {
	_, err := l.Exec(ctx, "INSERT INTO touched (account, conv, rev) VALUES (?, ?, ?) ON CONFLICT (account, conv) DO UPDATE SET rev = excluded.rev", id.Account, id.Remote, rev)
	return err
}

// place is how far a copy has followed.
type place struct {
	state.FleetPos
	// anew: the file was replaced or rescued since, and is copied from the beginning.
	anew bool
	// heard is up to where it had followed when what waits here was written, or further.
	heard int64
}

func (c *Copy) position(ctx context.Context) (at place, err error) {
	err = c.file.Read(ctx, func(l *dbfile.Conn) (err error) { at, err = position(ctx, l); return err })
	return at, err
}

func position(ctx context.Context, l *dbfile.Conn) (at place, err error) {
	err = l.Row(ctx, "SELECT f.pos, f.last, f.file <> c.id FROM fleet f, clock c").Scan(&at.Pos, &at.Commit, &at.anew)
	at.heard = at.Pos
	if at.anew {
		at.FleetPos = state.FleetPos{}
	}
	return at, err
}

// clear empties a copy that is made anew.
func (c *Copy) clear(ctx context.Context, l *dbfile.Conn, at place) error {
	if !at.anew {
		return nil
	}
	for _, name := range Tables() {
		if _, err := l.Exec(ctx, "DELETE FROM "+name); err != nil {
			return err
		}
	}
	return nil
}

// put stores a row, or deletes one that is gone, and returns the conversations that it
// was and is in.
func (c *Copy) put(ctx context.Context, l *dbfile.Conn, r state.FleetRow) ([]api.ConversationID, error) {
	t := c.tables[r.Kind]
	if t == nil {
		return nil, errors.New("this version does not know it")
	}
	old, err := t.read(ctx, l, r.Key)
	if err != nil {
		return nil, err
	}
	convs := []api.ConversationID{r.Conversation}
	if account, _ := old["account"].(string); old != nil {
		conv, _ := old["conv"].(string)
		if was := (api.ConversationID{Account: api.AccountID(account), Remote: conv}); was != r.Conversation {
			convs = append(convs, was)
		}
	}
	if r.Columns == nil {
		return convs, t.drop(ctx, l, r.Key)
	}
	return convs, t.store(ctx, l, r)
}

func (t *table) drop(ctx context.Context, l *dbfile.Conn, key string) error {
	where, args, err := t.where(key)
	if err == nil {
		_, err = l.Exec(ctx, "DELETE FROM "+t.name+where, args...)
	}
	if err != nil || !t.numbered() {
		return err
	}
	return given(ctx, l, t.name, args[0])
}

// given notes that an id was given, though nothing has it any more.
func given(ctx context.Context, l *dbfile.Conn, table string, id any) error {
	known, err := l.Change(ctx, "UPDATE sqlite_sequence SET seq = MAX(seq, ?) WHERE name = ?", id, table)
	if err == nil && !known {
		_, err = l.Exec(ctx, "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table, id)
	}
	return err
}

// store puts a row as it is shared. What an older layout did not say is as the table
// makes it.
func (t *table) store(ctx context.Context, l *dbfile.Conn, r state.FleetRow) error {
	row, err := decode[record](r.Columns)
	if err != nil {
		return err
	}
	return t.insert(ctx, l, row)
}

// insert puts a row by its columns.
func (t *table) insert(ctx context.Context, l *dbfile.Conn, row record) error {
	columns := slices.Sorted(maps.Keys(row))
	args, sets := make([]any, len(columns)), []string{}
	for i, name := range columns {
		if !slices.Contains(t.columns, name) {
			return fmt.Errorf("this version does not know the column %q", name)
		}
		args[i] = row[name]
		if !slices.Contains(t.key, name) {
			sets = append(sets, name+" = excluded."+name)
		}
	}
	_, err := l.Exec(ctx, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (%s) DO UPDATE SET %s", t.name, strings.Join(columns, ", "),
		strings.TrimPrefix(strings.Repeat(", ?", len(columns)), ", "), strings.Join(t.key, ", "), strings.Join(sets, ", ")), args...)
	return err
}
