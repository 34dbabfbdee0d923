package postgres_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

	"unibox/api"
	"unibox/state"
	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
	"unibox/state/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// box is a session on a box of its own. A copy follows a moment later; here it does so
// before each reading, as the sessions of one store see each other.
type box struct {
	*sqlite.DB
	fleet *postgres.Fleet
}

func openBox(t *testing.T, database, dir string, feed *state.Feed) (*box, error) {
	f, err := postgres.Open(t.Context(), postgres.Options{Database: database})
	if err != nil {
		return nil, err
	}
	db, err := sqlite.Open(t.Context(), dir, feed, sqlite.Fleet(f))
	if err != nil {
		f.Close()
		return nil, err
	}
	b := &box{db, f}
	return b, b.FollowFleet(t.Context())
}

func (b *box) Close() error {
	defer b.fleet.Close()
	return b.DB.Close()
}

func (b *box) WithLease(ctx context.Context, who string, run func(ctx context.Context) error) error {
	return b.DB.WithLease(ctx, who, func(ctx context.Context) error {
		return b.HoldFleet(ctx, []api.AccountID{"shop"}, who, func(ctx context.Context, _ api.AccountID) error { return run(ctx) })
	})
}

func (b *box) Draft(ctx context.Context, id api.ConversationID) (state.Draft, error) {
	if err := b.FollowFleet(ctx); err != nil {
		return state.Draft{}, err
	}
	return b.DB.Draft(ctx, id)
}

func (b *box) Outbound(ctx context.Context, id int64) (state.Outbound, error) {
	if err := b.FollowFleet(ctx); err != nil {
		return state.Outbound{}, err
	}
	return b.DB.Outbound(ctx, id)
}

func (b *box) Unsent(ctx context.Context) ([]state.Outbound, error) {
	if err := b.FollowFleet(ctx); err != nil {
		return nil, err
	}
	return b.DB.Unsent(ctx)
}

func (b *box) Row(ctx context.Context, id api.ConversationID) (state.Row, error) {
	if err := b.FollowFleet(ctx); err != nil {
		return state.Row{}, err
	}
	return b.DB.Row(ctx, id)
}

// Boxes that share a database keep every promise that sessions of one store keep.
func TestContract(t *testing.T) {
	pgtest.Socket(t)
	var mu sync.Mutex
	databases := map[string]string{}
	storetest.Run(t, func(_ context.Context, place string, feed *state.Feed) (storetest.Store, error) {
		mu.Lock()
		defer mu.Unlock()
		if databases[place] == "" {
			databases[place] = pgtest.Database(t)
		}
		return openBox(t, databases[place], filepath.Join(place, "box", t.TempDir()), feed)
	})
}

// leased has the session hold its box's lease until the end of the test: it follows.
func leased(t *testing.T, db *sqlite.DB) {
	t.Helper()
	has := make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		_ = db.WithLease(ctx, "test", func(ctx context.Context) error {
			close(has)
			<-ctx.Done()
			return nil
		})
	})
	<-has
	t.Cleanup(func() { stop(); done.Wait() })
}
