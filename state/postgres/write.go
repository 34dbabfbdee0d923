package postgres

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"unibox/state"
)

// What unibox.write and unibox.settle answer.
const (
	written = "written"
	moved   = "moved"
	noLease = "lease"
	turned  = "turned"
	taken   = "taken"
	void    = "void"
)

// errLayout: the rows of this box have another layout than the team's.
var errLayout = &state.StoreError{
	What: "this box has another version of unibox than the team: update unibox on each box, the older first",
	Err:  errors.New("the layout of the rows differs"),
}

// errTurned: the holder has to renew its lease at the server that took over, or the boxes have yet to
// bring back what that one lacks.
var errTurned = &state.StoreError{What: state.ErrFleetTurned.Error(), Err: state.ErrFleetTurned}

// Write implements state.Fleet.
func (f *Fleet) Write(ctx context.Context, w state.FleetWrite) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // what becomes of a commit under way would not be known
	name := cmp.Or(w.Name, rand.Text())
	f.note(name, w.Leases)
	outcome, err := f.write(ctx, name, w)
	if unsure(err) {
		outcome, err = f.settle(ctx, name, err)
	}
	if err != nil || outcome != written {
		f.unnote(name, w.Leases)
	}
	if err != nil {
		return err
	}
	return result(outcome)
}

// mostNoted is how many of the last permits of an account are remembered: more than are
// being given at a time.
const mostNoted = 32

// note remembers a commit that was made by leases: where a server that takes over does not
// have it, something may have been sent of which nothing is known there.
func (f *Fleet) note(name string, leases []state.FleetLease) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, le := range leases {
		all := append(f.noted[le.Account], name)
		f.noted[le.Account] = all[max(0, len(all)-mostNoted):]
	}
}

// unnote forgets a commit that was not made.
func (f *Fleet) unnote(name string, leases []state.FleetLease) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, le := range leases {
		f.noted[le.Account] = slices.DeleteFunc(f.noted[le.Account], func(n string) bool { return n == name })
	}
}

func result(outcome string) error {
	switch outcome {
	case written:
		return nil
	case moved, void: // void: another session of the box has settled it while it was on its way
		return state.ErrFleetMoved
	case noLease:
		return state.ErrNoLease
	case turned:
		return errTurned
	case taken:
		return state.ErrFleetTaken
	}
	return errLayout
}

const commitArgs = `$1::text, $2::bigint, $3::text, $4::int, $5::interval, $6::text[], $7::text[], $8::bigint[],
	$9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[]`

func (f *Fleet) write(ctx context.Context, name string, w state.FleetWrite) (outcome string, err error) {
	leases, touched, rows := leaseColumns(w.Leases), touchedColumns(w), rowColumns(w.Rows)
	err = f.callFor(ctx, answerTime+time.Duration(len(w.Rows))*rowTime, func(ctx context.Context, c *pgxpool.Conn) error {
		args := []any{
			name, w.Base, w.After, w.Layout, permitMargin, leases.accounts, leases.holders, leases.epochs,
			touched[0], touched[1], rows.kinds, rows.keys, rows.accounts, rows.convs, rows.rows,
		}
		if len(w.Answers) > 0 {
			accounts, convs, agents := answerColumns(w.Answers)
			return c.QueryRow(ctx, "SELECT unibox.answer($17::text[], $18::text[], $19::text[], $16::interval, "+commitArgs+")", append(args, f.lasts, accounts, convs, agents)...).Scan(&outcome)
		}
		if w.Settled {
			return c.QueryRow(ctx, "SELECT unibox.submit($16::interval, "+commitArgs+")", append(args, f.lasts)...).Scan(&outcome)
		}
		return c.QueryRow(ctx, "SELECT unibox.commit("+commitArgs+")", args...).Scan(&outcome)
	})
	return outcome, err
}

// columns of what is written, as arrays.
type (
	leaseArrays struct {
		accounts, holders []string
		epochs            []int64
	}
	rowArrays struct {
		kinds, keys, accounts, convs []string
		rows                         []*string
	}
)

func leaseColumns(all []state.FleetLease) leaseArrays {
	a := leaseArrays{[]string{}, []string{}, []int64{}}
	for _, le := range all {
		a.accounts, a.holders, a.epochs = append(a.accounts, string(le.Account)), append(a.holders, le.Holder), append(a.epochs, le.Epoch)
	}
	return a
}

func answerColumns(all []state.FleetAnswer) (accounts, convs, agents []string) {
	for _, a := range all {
		accounts, convs, agents = append(accounts, string(a.Conversation.Account)), append(convs, a.Conversation.Remote), append(agents, a.Agent)
	}
	return accounts, convs, agents
}

func touchedColumns(w state.FleetWrite) [2][]string {
	accounts, convs := []string{}, []string{}
	touched := slices.Clone(w.Touched)
	for _, r := range w.Rows {
		touched = append(touched, r.Conversation)
	}
	for _, id := range touched {
		accounts, convs = append(accounts, string(id.Account)), append(convs, id.Remote)
	}
	return [2][]string{accounts, convs}
}

func rowColumns(all []state.FleetRow) rowArrays {
	a := rowArrays{[]string{}, []string{}, []string{}, []string{}, []*string{}}
	for _, r := range all {
		a.kinds, a.keys = append(a.kinds, r.Kind), append(a.keys, r.Key)
		a.accounts, a.convs = append(a.accounts, string(r.Conversation.Account)), append(a.convs, r.Conversation.Remote)
		var text *string
		if r.Columns != nil {
			s := string(r.Columns)
			text = &s
		}
		a.rows = append(a.rows, text)
	}
	return a
}

// unsure reports whether a call that failed may have been carried out.
func unsure(err error) bool {
	if err == nil || errors.As(err, new(*notAsked)) || pgconn.SafeToRetry(err) {
		return false
	}
	var said *pgconn.PgError
	if errors.As(err, &said) { // it was rolled back, unless the server ended during the commit
		return strings.HasPrefix(said.Code, "57P") || said.Code == "40003"
	}
	return true
}

const (
	// settleTries is how often the database is asked what became of a commit, settlePause
	// how long it is given between: a server that was killed is back after that.
	settleTries = 8
	settlePause = 500 * time.Millisecond
	// settleTime is how long all of that may take, on a line that swallows everything.
	settleTime = 3 * answerTime
)

// turnedLately is for how long a server that took over is not believed that there was no commit:
// it may have been made at the one before, and another box may know of it.
const turnedLately = 2 * time.Minute

// settle asks what became of a commit, by a new connection.
func (f *Fleet) settle(ctx context.Context, name string, cause error) (outcome string, err error) {
	var another bool
	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	defer context.AfterFunc(f.life, cancel)()
	for try := range settleTries {
		if try > 0 {
			pause(ctx, settlePause)
		}
		err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
			return c.QueryRow(ctx, "SELECT unibox.settle($1::text), turned_at + $2::interval > clock_timestamp() OR COALESCE(server <> unibox.server(), false) FROM unibox.feed", name, turnedLately).Scan(&outcome, &another)
		})
		switch {
		case err == nil && outcome == void && another:
			return "", errors.Join(state.ErrFleetUnsure, cause)
		case err == nil && outcome == void:
			return "", cause
		case err == nil:
			return outcome, nil
		}
	}
	return "", errors.Join(state.ErrFleetUnsure, err)
}

// Settle implements state.Fleet.
func (f *Fleet) Settle(ctx context.Context, names []string) (made map[string]int64, sure bool, err error) {
	made = map[string]int64{}
	err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		clear(made)
		var settled int
		err := c.QueryRow(ctx, `SELECT NOT (turned_at + $2::interval > clock_timestamp() OR COALESCE(server <> unibox.server(), false)),
			(SELECT count(unibox.settle(n)) FROM unnest($1::text[]) n) FROM unibox.feed`, names, turnedLately).Scan(&sure, &settled)
		if err != nil {
			return err
		}
		rows, err := c.Query(ctx, "SELECT id, pos FROM unibox.written WHERE id = ANY ($1::text[]) AND pos IS NOT NULL", names)
		if err != nil {
			return err
		}
		var name string
		var pos int64
		_, err = pgx.ForEachRow(rows, []any{&name, &pos}, func() error { made[name] = pos; return nil })
		return err
	})
	return made, sure, err
}
