package copied

import (
	"context"
	"crypto/rand"
	"maps"
	"slices"
	"strings"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// Of a reply or a wish that waits here it is noted by which commits the team may have it. It is
// asked what became of them before that goes there once more, and before anything is put here: the row
// of one that was made may be gone by then, since a holder was through with it or a colleague
// discarded it.

// asks is what is known of whether the team has a row with a number of this box's own, as it is
// stored in the base of that. The zero value: nobody else ever had it. One of a wish without names: the
// team may have had it, and lost it.
type asks struct {
	// asked: it was asked to commit it.
	asked bool
	// said: the team has said that it has it.
	said bool
	// names are those of the commits by which it may have it.
	names []string
}

// The words that such a base begins with. An older version wrote them without names.
const isThere, maybeThere = "there", "asked"

func parseAsks(base string) (a asks) {
	words := strings.Fields(base)
	if len(words) == 0 {
		return a
	}
	return asks{asked: true, said: words[0] == isThere, names: words[1:]}
}

// mayBeThere reports whether the team may have it now.
func (a asks) mayBeThere() bool { return a.said || len(a.names) > 0 }

func (a asks) format() string {
	switch {
	case a.said:
		return strings.Join(append([]string{isThere}, a.names...), " ")
	case a.asked:
		return strings.Join(append([]string{maybeThere}, a.names...), " ")
	}
	return ""
}

// without is what is left to know where some commits are not there. Of a wish it is remembered that there
// were any: a retry may have been carried out.
func (a asks) without(names []string, table string) asks {
	left := slices.DeleteFunc(slices.Clone(a.names), func(n string) bool { return slices.Contains(names, n) })
	if len(left) == 0 {
		return asks{asked: table == "change"}
	}
	return asks{asked: true, said: a.said, names: left}
}

// commitName is a new name of a commit.
func commitName() string { return rand.Text() }

func asksOf(ctx context.Context, l *dbfile.Conn, id rowID) (asks, error) {
	base, err := storedBase(ctx, l, id)
	return parseAsks(base), err
}

func (a asks) store(ctx context.Context, l *dbfile.Conn, id rowID) error {
	_, err := l.Exec(ctx, "UPDATE unshared SET base = ? WHERE kind = ? AND key = ?", a.format(), id.table, id.key)
	return err
}

// askedBy notes that the team may have a row by a commit.
func askedBy(ctx context.Context, l *dbfile.Conn, id rowID, name string) error {
	a, err := asksOf(ctx, l, id)
	if err != nil {
		return err
	}
	a.asked, a.names = true, append(a.names, name)
	return a.store(ctx, l, id)
}

// allAsks are those of all replies and wishes that the team may have.
func allAsks(ctx context.Context, l *dbfile.Conn) (map[rowID]asks, error) {
	rows, err := l.Records(ctx, "SELECT kind, key, base FROM unshared WHERE key LIKE '[-%' AND base <> ''")
	all := map[rowID]asks{}
	for _, r := range rows {
		all[rowID{text(r, "kind"), text(r, "key")}] = parseAsks(text(r, "base"))
	}
	return all, err
}

// became is what became of commits: where those are that are there, and which are not.
type became struct {
	at  map[string]int64
	not []string
}

// by reports whether one of the commits is there, and whether that is up to a position.
func (b became) by(a asks, upTo int64) (there, here bool) {
	for _, name := range a.names {
		if pos, is := b.at[name]; is {
			there, here = true, here || pos <= upTo
		}
	}
	return there, here
}

// askWhatBecame asks the fleet what became of all commits by which it may have what waits here.
func (c *Copy) askWhatBecame(ctx context.Context) (b became, err error) {
	var names []string
	err = c.file.Read(ctx, func(l *dbfile.Conn) error {
		all, err := allAsks(ctx, l)
		names = nil
		for _, a := range all {
			names = append(names, a.names...)
		}
		return err
	})
	if err != nil || len(names) == 0 {
		return b, err
	}
	at, sure, err := c.fleet.Settle(ctx, names)
	if err == nil && sure {
		b.not = slices.DeleteFunc(names, func(n string) bool { _, is := at[n]; return is })
	}
	b.at = at
	return b, err
}

// dropThere removes what waits here and went to the team by a commit up to a position, which this copy
// has, or is about to have. It returns what that was.
func (c *Copy) dropThere(ctx context.Context, l *dbfile.Conn, b became, upTo int64) (gone []record, err error) {
	all, err := allAsks(ctx, l)
	if err != nil {
		return nil, err
	}
	for id, a := range all {
		if _, here := b.by(a, upTo); !here {
			continue
		}
		r, err := c.tables[id.table].read(ctx, l, id.key)
		switch {
		case err == nil && r == nil:
			err = forget(ctx, l, id)
		case err == nil:
			gone = append(gone, r)
			err = c.dropApart(ctx, l, id.table, r)
		}
		if err != nil {
			return nil, err
		}
	}
	return gone, nil
}

// resolve asks what became of what may have gone to the team, and notes it: what is there does not wait
// any more, and what is not is this box's alone again. state.ErrFleetMoved: it is there, but not
// here yet.
func (c *Copy) resolve(ctx context.Context) error {
	b, err := c.askWhatBecame(ctx)
	if err != nil || len(b.at)+len(b.not) == 0 {
		return err
	}
	topics := map[state.Topic]struct{}{}
	behind := false
	err = c.file.CommitHere(api.WithPermit(ctx, nothingLess), func(l *dbfile.Conn, rev int64) error {
		clear(topics)
		at, err := position(ctx, l)
		if err != nil {
			return err
		}
		gone, err := c.dropThere(ctx, l, b, at.Pos)
		for _, r := range gone {
			id := conversationOf(r)
			if topics[state.Thread(id)] = struct{}{}; err == nil {
				err = touch(ctx, l, id, rev)
			}
		}
		if err == nil {
			behind, err = settled(ctx, l, b)
		}
		return err
	})
	if err == nil && len(topics) > 0 {
		c.feed.Mark(append(slices.Collect(maps.Keys(topics)), state.Inbox, state.Outbox, state.Changes)...)
	}
	if err == nil && behind {
		err = state.ErrFleetMoved
	}
	return err
}

// settled notes which commits are not there, and reports whether others are.
func settled(ctx context.Context, l *dbfile.Conn, b became) (some bool, err error) {
	all, err := allAsks(ctx, l)
	for id, a := range all {
		if there, _ := b.by(a, 0); there {
			some = true
			continue
		}
		if left := a.without(b.not, id.table); err == nil && len(left.names) < len(a.names) {
			err = left.store(ctx, l, id)
		}
	}
	return some, err
}

// notAsked notes that a commit is known not to be there.
func (c *Copy) notAsked(ctx context.Context, name string) error {
	return c.file.Here(ctx, func(l *dbfile.Conn) error {
		_, err := settled(ctx, l, became{not: []string{name}})
		return err
	})
}
