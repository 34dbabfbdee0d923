package copied

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// Errors of a file that is not a copy of the fleet it is opened for.
var (
	// ErrNotJoined: the file is a store of its own, and holds something.
	ErrNotJoined = errors.New("this box has drafts, messages or marks of its own: unibox fleet join takes them into the team")
	// ErrInterrupted: a join was interrupted when the team may have had all that the file holds.
	ErrInterrupted = errors.New("this box was being taken into a team when that was interrupted, and the team may have what it is to send: unibox fleet join goes on with it")
	// ErrJoined: the file is a copy already.
	ErrJoined = errors.New("this box belongs to the team already")
	// ErrAlone: the file is no copy.
	ErrAlone = errors.New("this box belongs to no team")
	// ErrOtherTeam: it is the copy of another fleet.
	ErrOtherTeam = errors.New("this box belongs to another team: unibox fleet leave takes it out of that one")
)

// belong makes sure that the file is a copy; one that holds nothing becomes one. Of a
// copy nobody is asked: a box that is cut off starts at once.
func (c *Copy) belong(ctx context.Context) error {
	mine, holds, err := c.membership(ctx)
	if err == nil {
		err = Whole(ctx, c.file)
	}
	switch {
	case err != nil:
		return err
	case mine != "":
		c.team = mine
		return nil
	case holds:
		return ErrNotJoined
	}
	if c.team, err = c.fleet.Team(ctx); err != nil {
		return err
	}
	return c.become(ctx, c.team)
}

// Team is the team that the file is a copy of.
func (c *Copy) Team() string { return c.team }

// Same makes sure that the fleet is the one that the file is a copy of.
func (c *Copy) Same(ctx context.Context) error {
	team, err := c.fleet.Team(ctx)
	if err == nil && team != c.team {
		err = &state.StoreError{What: ErrOtherTeam.Error(), Err: ErrOtherTeam}
	}
	return err
}

func (c *Copy) holdsRows(ctx context.Context, l *dbfile.Conn) (holds bool, err error) {
	for _, name := range Tables() {
		if err := l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM "+name+")").Scan(&holds); err != nil || holds {
			return holds, err
		}
	}
	return false, nil
}

// become makes an empty file a copy that has followed nothing yet.
func (c *Copy) become(ctx context.Context, team string) error {
	err := c.file.Here(ctx, func(l *dbfile.Conn) error {
		return become(ctx, l, team)
	})
	if err != nil {
		return fmt.Errorf("join the team: %w", err)
	}
	return nil
}

func become(ctx context.Context, l *dbfile.Conn, team string) error {
	_, err := l.Exec(ctx, "INSERT INTO fleet (one, team, pos, last, file) SELECT 1, ?, 0, '', id FROM clock WHERE true ON CONFLICT (one) DO NOTHING", team)
	return err
}

// comesIn is the file of a copy whose store is only being taken into the team.
const comesIn = "joining"

// Whole makes sure that no join of a file was interrupted: ErrInterrupted.
func Whole(ctx context.Context, file *dbfile.File) error {
	return file.Read(ctx, func(l *dbfile.Conn) error {
		var interrupted bool
		err := l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM fleet WHERE file = ?)", comesIn).Scan(&interrupted)
		if err == nil && interrupted {
			err = ErrInterrupted
		}
		return err
	})
}

// comes notes that a team may soon have what the file holds to be sent: nobody else sends it then.
// It reports whether an earlier join has noted that already.
func (c *Copy) comes(ctx context.Context, team string) (already bool, err error) {
	err = c.file.Here(ctx, func(l *dbfile.Conn) error {
		noted, err := l.Change(ctx, "INSERT INTO fleet (one, team, pos, last, file) VALUES (1, ?, 0, '', ?) ON CONFLICT (one) DO NOTHING", team, comesIn)
		already = !noted
		return err
	})
	return already, err
}

// stays notes that the team has nothing of that.
func (c *Copy) stays(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx) // whoever joins may have gone
	return c.file.Here(ctx, func(l *dbfile.Conn) error { return notComing(ctx, l) })
}

func notComing(ctx context.Context, l *dbfile.Conn) error {
	_, err := l.Exec(ctx, "DELETE FROM fleet WHERE file = ?", comesIn)
	return err
}

// joinTries is how often a commit of a join is made anew because somebody of the team wrote meanwhile.
const joinTries = 20

// Join takes what a store of its own holds into the team, and makes it a copy. Whoever
// calls it has the store's lease, and nobody writes to the store meanwhile. It may be
// repeated: what an earlier try brought is not brought again. progress, if set, is told how many of
// the rows of the store the team has, after each commit.
func Join(ctx context.Context, file *dbfile.File, fleet state.Fleet, progress func(done, of int)) (moved Moved, err error) {
	c := &Copy{file: file, fleet: fleet}
	if err := file.Read(ctx, func(l *dbfile.Conn) error { return c.prepare(ctx, l) }); err != nil {
		return moved, err
	}
	team, err := fleet.Team(ctx)
	if err != nil {
		return moved, err
	}
	if err := c.foreign(ctx, team); err != nil {
		return moved, err
	}
	j := &joining{Copy: c, team: team, m: newMerger(), progress: progress}
	if err := j.all(ctx); err != nil {
		return j.m.moved, j.failed(err)
	}
	return j.m.moved, c.settle(ctx, team)
}

// WouldJoin says what Join would bring of a store of its own, with what the team has already, or
// why it would not. It changes nothing.
func WouldJoin(ctx context.Context, file *dbfile.File, fleet state.Fleet) (moved Moved, err error) {
	c := &Copy{file: file, fleet: fleet}
	team, err := fleet.Team(ctx)
	if err == nil {
		err = c.foreign(ctx, team)
	}
	if err != nil {
		return moved, err
	}
	err = file.Read(ctx, func(l *dbfile.Conn) error { return moved.countAll(ctx, l, Tables()) })
	return moved, err
}

// foreign refuses a copy: of another team, and of this one too.
func (c *Copy) foreign(ctx context.Context, team string) error {
	mine, _, err := c.membership(ctx)
	switch {
	case err != nil:
		return err
	case mine == team:
		if err := Whole(ctx, c.file); !errors.Is(err, ErrInterrupted) {
			return cmp.Or(err, ErrJoined)
		}
	case mine != "":
		return ErrOtherTeam
	}
	return nil
}

// bring commits what the file holds to the team at once, but for what waits for it already. A flag goes
// there all the same: what waits of one is some of its marks, and others may be what was lost. upTo is the
// position up to which the team was known.
func (c *Copy) bring(ctx context.Context, m *merger) (_ Moved, upTo state.FleetPos, err error) {
	upTo, err = c.fleet.Since(ctx, state.FleetPos{}, c.layout, func(r state.FleetRow) error { return m.know(c.tables[r.Kind], r) })
	if err != nil {
		return Moved{}, upTo, err
	}
	w := state.FleetWrite{Base: upTo.Pos, After: upTo.Commit, Layout: c.layout}
	err = c.file.Read(ctx, func(l *dbfile.Conn) error {
		waiting, err := c.pending(ctx, l)
		if err != nil {
			return err
		}
		for _, name := range Tables() {
			if err := c.bringTable(ctx, l, m, c.tables[name], waiting, &w); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(w.Rows) == 0 {
		return m.moved, upTo, err
	}
	return m.moved, upTo, c.fleet.Write(ctx, w)
}

func (c *Copy) bringTable(ctx context.Context, l *dbfile.Conn, m *merger, t *table, waiting pending, w *state.FleetWrite) error {
	all, err := l.Records(ctx, "SELECT * FROM "+t.name+" ORDER BY "+strings.Join(t.key, ", "))
	if err != nil {
		return err
	}
	for _, mine := range all {
		delete(mine, t.own)
		if _, waits := waiting[rowID{t.name, t.keyOfRecord(mine)}]; waits && t.name != "flag" {
			continue
		}
		if mine = m.merge(t, mine); mine == nil {
			continue
		}
		columns, err := json.Marshal(mine)
		if err != nil {
			return err
		}
		id := api.ConversationID{Account: api.AccountID(text(mine, "account")), Remote: text(mine, "conv")}
		w.Rows = append(w.Rows, state.FleetRow{Kind: t.name, Key: t.keyOfRecord(mine), Conversation: id, Columns: columns})
	}
	return nil
}

// settle makes the file a copy from its beginning.
func (c *Copy) settle(ctx context.Context, team string) error {
	return c.file.CommitHere(ctx, func(l *dbfile.Conn, rev int64) error {
		if err := c.clear(ctx, l, place{anew: true}); err != nil {
			return err
		}
		if err := notComing(ctx, l); err != nil {
			return err
		}
		return become(ctx, l, team)
	})
}

// membership is the team that the file is a copy for, empty for none, and whether it holds
// anything.
func (c *Copy) membership(ctx context.Context) (team string, holds bool, err error) {
	err = c.file.Read(ctx, func(l *dbfile.Conn) (err error) {
		if err = l.Row(ctx, "SELECT team FROM fleet").Scan(&team); errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		if err == nil {
			holds, err = c.holdsRows(ctx, l)
		}
		return err
	})
	return team, holds, err
}
