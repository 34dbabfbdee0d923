// Package postgres is the database that several boxes share: what exists nowhere else
// (drafts, the outbox, changes, flags, labels, notes) and who works for which account.
// It fulfils state.Fleet; README.md has the whole of it.
//
// It knows rows by their kind and key only, but where it drops files. What is in them, and which of
// them may be changed how, is decided on the copy that each box has (state/sqlite/copied).
package postgres

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"unibox/api"
	"unibox/state"
)

// Options say how a fleet is reached.
type Options struct {
	// Database is how PostgreSQL is reached: a URL, or words as psql takes them.
	Database string
	// Clock is the machine's time since it was started, sleep included: what a lease
	// is measured by here. nil is Go's monotonic clock, which a sleep may stop.
	Clock func() time.Duration
	// Lasts is how long a lease is given for; 0 is ten seconds.
	Lasts time.Duration
}

// Fleet is a database that boxes share. It connects when it is first used, and again
// after each failure.
type Fleet struct {
	pool  *pgxpool.Pool
	clock func() time.Duration
	lasts time.Duration
	day   dayClock

	mu sync.Mutex
	// noted are the last commits that were made by the lease of an account.
	noted map[api.AccountID][]string
	// prepared: the schema is this version's, or is about to be; nil after that failed.
	prepared *preparation
	// life ends with Close.
	life context.Context
	end  context.CancelFunc
	// reached is when the database last answered, in nanoseconds since 1970.
	reached atomic.Int64
}

var _ state.Fleet = (*Fleet)(nil)

const (
	// answerTime is how long the database may take for one answer.
	answerTime = 5 * time.Second
	// rowTime is how much longer for each row of a commit: what a box brings may be many.
	rowTime = 2 * time.Millisecond
	// connections is how many a process takes at most, besides the one that listens.
	connections = 3
	// idleTime is how long one stays that nobody uses.
	idleTime = time.Minute
)

// Open returns the fleet of a database. It does not connect yet: a box that is cut off
// starts as well.
func Open(ctx context.Context, o Options) (*Fleet, error) {
	config, err := parse(o.Database)
	if err != nil {
		return nil, err
	}
	f := &Fleet{clock: o.Clock, lasts: o.Lasts, noted: map[api.AccountID][]string{}}
	config.AfterConnect = f.sameTeam
	if f.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, fmt.Errorf("the team's database: %w", err)
	}
	f.life, f.end = context.WithCancel(context.WithoutCancel(ctx))
	if f.clock == nil {
		begun := time.Now()
		f.clock = func() time.Duration { return time.Since(begun) }
	}
	if f.lasts == 0 {
		f.lasts = leaseLasts
	}
	return f, nil
}

// errElsewhere: how the database is reached leads to that of another team by now.
var errElsewhere = errors.New("another team's database answers")

// sameTeam refuses a connection to a database of another team than the one before, as where an address or
// a proxy leads elsewhere. It is as if the database did not answer, until the one before does.
func (f *Fleet) sameTeam(ctx context.Context, c *pgx.Conn) error {
	f.mu.Lock()
	p := f.prepared
	f.mu.Unlock()
	if p == nil {
		return nil
	}
	select {
	case <-p.done:
	default: // it is just being asked
		return nil
	}
	var team string
	err := c.QueryRow(ctx, "SELECT team FROM unibox.feed").Scan(&team)
	var says *pgconn.PgError
	nothing := errors.As(err, &says) && (says.Code == "42P01" || says.Code == "3F000") // no table, no schema of ours
	if err == nil && team != p.team || nothing {
		return errElsewhere
	}
	return err
}

// errAddress says nothing of what was given: there may be a password in it.
var errAddress = errors.New("how the team's database is reached cannot be read: it is a URL such as postgres://unibox@db.example.org/unibox, or words such as host=db.example.org user=unibox dbname=unibox")

// Secrets are what nobody else may know of how a database is reached: all of it, and the
// password as it is and as it is written in a URL.
func Secrets(database string) []string {
	all := []string{database}
	if config, err := parse(database); err == nil && config.ConnConfig.Password != "" {
		password := config.ConnConfig.Password
		all = append(all, password, url.QueryEscape(password), url.PathEscape(password))
	}
	if _, rest, found := strings.Cut(database, "://"); found {
		if user, _, found := strings.Cut(rest, "@"); found {
			_, written, _ := strings.Cut(user, ":")
			all = append(all, written)
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == "" })
}

func parse(database string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(database)
	if err != nil {
		return nil, errAddress
	}
	c := config.ConnConfig
	c.ConnectTimeout = min(orElse(c.ConnectTimeout, answerTime), answerTime)
	if c.ValidateConnect == nil { // of several servers that which can be written
		c.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = "unibox"
	}
	// One way there and back for each call, and nothing is kept at the server that a
	// pooler would lose.
	c.DefaultQueryExecMode = pgx.QueryExecModeExec
	config.MaxConns, config.MinConns, config.MaxConnIdleTime = connections, 0, idleTime
	return config, nil
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// closeTime is how long connections get to end: a line that swallows everything ends none.
const closeTime = time.Second

// Close ends all connections, and what is being asked. No other call may follow.
func (f *Fleet) Close() {
	f.end()
	closed := make(chan struct{})
	go func() { f.pool.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(closeTime):
	}
}

// Reached is when the database last answered, zero if it never did.
func (f *Fleet) Reached() time.Time {
	if at := f.reached.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Time{}
}

// preparation finds out which team a database is of. done is closed once the rest is set.
type preparation struct {
	done chan struct{}
	team string
	err  error
}

// Team names the database, and brings its schema up to date where that is older. Whoever asks while
// that is under way gets the same answer, and waits no longer than they want to.
func (f *Fleet) Team(ctx context.Context) (string, error) {
	p := f.preparation(ctx)
	select {
	case <-p.done:
		return p.team, p.err
	case <-ctx.Done():
		return "", f.failed(&notAsked{ctx.Err()})
	}
}

// preparation is the one that went well, the one that is under way, or a new one.
func (f *Fleet) preparation(ctx context.Context) *preparation {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.prepared == nil {
		p := &preparation{done: make(chan struct{})}
		f.prepared = p
		go func() {
			p.err = state.Guarded(func() error { return f.prepareOnce(context.WithoutCancel(ctx), p) })
			if p.err != nil {
				f.mu.Lock()
				f.prepared = nil
				f.mu.Unlock()
			}
			close(p.done)
		}()
	}
	return f.prepared
}

func (f *Fleet) prepareOnce(ctx context.Context, p *preparation) (err error) {
	ctx, cancel := f.limited(ctx)
	defer cancel()
	if p.team, err = f.prepare(ctx); err != nil {
		return f.failed(&notAsked{err})
	}
	return f.failed(nil)
}

// limited is ctx for one answer. It ends with Close, too.
func (f *Fleet) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return f.limitedTo(ctx, answerTime)
}

func (f *Fleet) limitedTo(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	stop := context.AfterFunc(f.life, cancel)
	return ctx, func() { stop(); cancel() }
}

// call runs fn on a connection to a database that is ready.
func (f *Fleet) call(ctx context.Context, fn func(ctx context.Context, c *pgxpool.Conn) error) error {
	return f.callFor(ctx, answerTime, fn)
}

// callFor is call for an answer that may take as long as limit.
func (f *Fleet) callFor(ctx context.Context, limit time.Duration, fn func(ctx context.Context, c *pgxpool.Conn) error) error {
	if _, err := f.Team(ctx); err != nil {
		return err
	}
	ctx, cancel := f.limitedTo(ctx, limit)
	defer cancel()
	c, err := f.pool.Acquire(ctx)
	if err != nil {
		return f.failed(&notAsked{err})
	}
	defer c.Release()
	return f.failed(fn(ctx, c))
}

// stream is call for an answer of many pieces, of which fn reports each: what a new box has to be
// told may take minutes, and a line that still brings some of it is not broken.
func (f *Fleet) stream(ctx context.Context, fn func(ctx context.Context, c *pgxpool.Conn, came func()) error) error {
	if _, err := f.Team(ctx); err != nil {
		return err
	}
	limited, came, cancel := pieces(ctx, answerTime)
	defer cancel()
	defer context.AfterFunc(f.life, cancel)()
	c, err := f.pool.Acquire(limited)
	if err != nil {
		return f.failed(&notAsked{late(ctx, limited, err)})
	}
	defer c.Release()
	return f.failed(late(ctx, limited, fn(limited, c, came)))
}

// late says of an error that came with the end of the time for a piece what it is: nobody gave up.
func late(ctx, limited context.Context, err error) error {
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return context.DeadlineExceeded
	}
	return err
}

// pieces is ctx for what comes piece by piece. It ends where none came for that long.
func pieces(ctx context.Context, each time.Duration) (_ context.Context, came func(), cancel context.CancelFunc) {
	ctx, end := context.WithCancel(ctx)
	limit := time.AfterFunc(each, end)
	return ctx, func() { limit.Reset(each) }, func() { limit.Stop(); end() }
}

// notAsked is why a call did not get as far as the database: nothing of it was carried out.
type notAsked struct{ why error }

func (e *notAsked) Error() string { return e.why.Error() }
func (e *notAsked) Unwrap() error { return e.why }

// failed notes whether the database answered, and says for a person why it did not.
func (f *Fleet) failed(err error) error {
	if err == nil || answered(err) {
		f.reached.Store(time.Now().UnixNano())
	}
	if err == nil {
		return nil
	}
	if said := sentence(err, f.Reached()); said != "" {
		cause := withoutAddress(err)
		if errors.As(err, new(*notAsked)) {
			cause = &notAsked{cause}
		}
		if away(err) {
			cause = errors.Join(state.ErrFleetAway, cause)
		}
		return &state.StoreError{What: said, Err: cause}
	}
	return err
}

// answered reports whether an error is what the database said.
func answered(err error) bool {
	return errors.As(err, new(*pgconn.PgError)) || errors.As(err, new(*layoutError))
}

// away reports whether the database could not be asked at all.
func away(err error) bool {
	var said *pgconn.PgError
	if !answered(err) || errors.As(err, new(*pgconn.ConnectError)) {
		return true
	}
	return errors.As(err, &said) && (strings.HasPrefix(said.Code, "57P") || strings.HasPrefix(said.Code, "53") || strings.HasPrefix(said.Code, "08"))
}

// sentence says what to do about an error, empty where nothing can be done.
func sentence(err error, reached time.Time) string {
	var said *pgconn.PgError
	switch {
	case errors.As(err, &said):
		return refusal(said)
	case errors.As(err, new(*layoutError)), errors.Is(err, state.ErrFleetMoved), errors.Is(err, state.ErrNoLease), errors.Is(err, state.ErrFleetTaken), errors.Is(err, state.ErrFleetBehind):
		return ""
	case errors.Is(err, errElsewhere):
		return "another team's database answers where that of this team did: look at how it is reached; what you write stays on this box and nothing is sent"
	case errors.As(err, new(*tls.CertificateVerificationError)):
		return "the team's database shows a certificate that is not trusted here: name the one of its authority (sslrootcert), or fix the name of the server"
	case reached.IsZero():
		return "the team's database does not answer: what you write stays on this box and nothing is sent; look at its server and the network"
	}
	return "the team's database has not answered since " + reached.Format("15:04") + ": what you write stays on this box, and nothing is sent until it does"
}

// refusal says what the server said, where a person can do something about it.
func refusal(said *pgconn.PgError) string {
	switch said.Code[:2] {
	case "28":
		return "the team's database refuses this box: look at its user, its password and pg_hba.conf"
	case "3D":
		return "the team's database is not there: make it with createdb, or fix its name in the config"
	case "42":
		return "the team's database does not allow something: unibox fleet check says which rights are missing"
	case "25":
		return "the team's database is a standby, which takes nothing: name the primary server, or all of them"
	case "53":
		return "the team's database has no room or no connection left: look at its server"
	case "57":
		return "the team's database is stopping or starting: what you write stays on this box, and nothing is sent until it answers"
	}
	return "the team's database says: " + said.Message
}

// withoutAddress drops what an error of connecting tells of how the server is reached.
func withoutAddress(err error) error {
	var connecting *pgconn.ConnectError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return errors.New("no answer in time")
	case errors.As(err, &connecting):
		return errors.New("it cannot be connected to")
	}
	return err
}
