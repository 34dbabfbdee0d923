package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
)

func open(t *testing.T, database string) *postgres.Fleet {
	t.Helper()
	f, err := postgres.Open(t.Context(), postgres.Options{Database: database})
	must(t, err)
	t.Cleanup(f.Close)
	return f
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func conv(n int) api.ConversationID {
	return api.ConversationID{Account: "shop", Remote: fmt.Sprint(n)}
}

func row(n int) state.FleetRow {
	return state.FleetRow{Kind: "draft", Key: fmt.Sprintf(`["shop","%d"]`, n), Conversation: conv(n), Columns: []byte(`{"body":"text"}`)}
}

func since(t *testing.T, f *postgres.Fleet, from state.FleetPos) (keys []string, upTo state.FleetPos) {
	t.Helper()
	upTo, err := f.Since(t.Context(), from, 1, func(r state.FleetRow) error { keys = append(keys, r.Key); return nil })
	must(t, err)
	return keys, upTo
}

// Writers commit at once, from several boxes, in any order; a reader that goes by
// positions reads each row.
func TestNoReaderSkipsARow(t *testing.T) {
	database := pgtest.Database(t)
	const boxes, rows = 4, 60
	var writing sync.WaitGroup
	for b := range boxes {
		f := open(t, database)
		writing.Go(func() {
			for i := range rows {
				n := b*rows + i
				if err := f.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(n)}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() { writing.Wait(); close(ended) }()
	reader, seen, at := open(t, database), map[string]int{}, state.FleetPos{}
	read := func() {
		keys, upTo := since(t, reader, at)
		for _, k := range keys {
			seen[k]++
		}
		at = upTo
	}
	for over := false; !over; {
		select {
		case <-ended:
			over = true
		default:
		}
		read()
	}
	if len(seen) != boxes*rows {
		t.Errorf("%d of %d rows were read", len(seen), boxes*rows)
	}
	for k, n := range seen {
		if n != 1 {
			t.Errorf("%s was read %d times", k, n)
		}
	}
}

// Who has not followed what another box did to a conversation does not write over it.
func TestWhoIsBehindIsRefused(t *testing.T) {
	database := pgtest.Database(t)
	one, two := open(t, database), open(t, database)
	must(t, one.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(1)}}))
	stale := state.FleetWrite{Layout: 1, Rows: []state.FleetRow{{Kind: "flag", Key: `["shop","1"]`, Conversation: conv(1), Columns: []byte("{}")}}}
	if err := two.Write(t.Context(), stale); !errors.Is(err, state.ErrFleetMoved) {
		t.Errorf("the same conversation: %v", err)
	}
	moved := state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(2)}, Touched: []api.ConversationID{conv(1)}}
	if err := two.Write(t.Context(), moved); !errors.Is(err, state.ErrFleetMoved) {
		t.Errorf("a conversation that it took something from: %v", err)
	}
	must(t, two.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(2)}}))
	_, upTo := since(t, two, state.FleetPos{})
	stale.Base = upTo.Pos
	must(t, two.Write(t.Context(), stale))
}

// A commit whose answer got lost is there once, and its writer knows.
func TestALostAnswerIsLookedFor(t *testing.T) {
	database := pgtest.Database(t)
	p, through := pgtest.NewProxy(t, database)
	f, witness := open(t, through), open(t, database)
	_, err := f.Team(t.Context())
	must(t, err)
	p.Swallow("unibox.write")
	must(t, f.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(1)}}))
	if keys, at := since(t, witness, state.FleetPos{}); len(keys) != 1 || at.Pos != 1 {
		t.Errorf("%v at %+v", keys, at)
	}
}

// While the database does not answer nothing is written, and a person reads why.
func TestCutOff(t *testing.T) {
	database := pgtest.Database(t)
	p, through := pgtest.NewProxy(t, database)
	f := open(t, through)
	_, err := f.Team(t.Context())
	must(t, err)
	p.Cut()
	var said *state.StoreError
	write := state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(1)}}
	if err := f.Write(t.Context(), write); !errors.As(err, &said) {
		t.Fatalf("got %v", err)
	}
	if want := "the team's database has not answered since " + f.Reached().Format("15:04") + ": what you write stays on this box, and nothing is sent until it does"; said.What != want {
		t.Errorf("said %q", said.What)
	}
	// What cannot be connected to has stored nothing, and is not asked what became of it.
	if err := f.Write(t.Context(), write); !errors.Is(err, state.ErrFleetAway) || errors.Is(err, state.ErrFleetUnsure) {
		t.Errorf("got %v", err)
	}
	p.Mend()
	must(t, f.Write(t.Context(), write))
}

func TestTheAddressIsInNoError(t *testing.T) {
	for _, database := range []string{"host=/nowhere user=unibox password=geheim dbname=x", "postgres://unibox:geheim@[::1", "geheim"} {
		f, err := postgres.Open(t.Context(), postgres.Options{Database: database})
		if err == nil {
			_, err = f.Team(t.Context())
			f.Close()
		}
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), "geheim") {
			t.Errorf("%v", err)
		}
	}
}

// hold takes the lease of the account until the returned function is called.
func hold(t *testing.T, f *postgres.Fleet) (held []state.FleetLease, ctx context.Context, release func()) {
	t.Helper()
	has := make(chan struct{})
	stopping, stop := context.WithCancel(t.Context())
	var once sync.Once
	var done sync.WaitGroup
	done.Go(func() {
		_ = f.Hold(stopping, []api.AccountID{"shop"}, "test", 1, func(c context.Context, lease state.FleetLease) error {
			once.Do(func() { held, ctx = []state.FleetLease{lease}, c; close(has) })
			<-c.Done()
			return nil
		})
	})
	<-has
	release = func() { stop(); done.Wait() }
	t.Cleanup(release)
	return held, ctx, release
}

// What a holder of an older epoch would send is refused by the database, and the
// holder's work is ended.
func TestAnOlderEpochIsRefused(t *testing.T) {
	database := pgtest.Database(t)
	one, two := open(t, database), open(t, database)
	old, working, _ := hold(t, one)
	write := state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(1)}, Leases: old}
	must(t, one.Write(t.Context(), write))
	pgtest.Exec(t, database, "UPDATE unibox.lease SET until = clock_timestamp()") // as after a stop of the first
	held, _, _ := hold(t, two)
	if len(held) != 1 || held[0].Epoch != old[0].Epoch+1 {
		t.Fatalf("%+v after %+v", held, old)
	}
	write.Base = 1
	if err := one.Write(t.Context(), write); !errors.Is(err, state.ErrNoLease) {
		t.Errorf("got %v", err)
	}
	<-working.Done()
	if err := api.Permitted(working); err != nil && !strings.Contains(err.Error(), "another box") {
		t.Errorf("got %v", err)
	}
	write.Leases = held
	must(t, two.Write(t.Context(), write))
}

// A lease that is about to end is none for who wants to send.
func TestALeaseThatEndsIsNone(t *testing.T) {
	database := pgtest.Database(t)
	f, err := postgres.Open(t.Context(), postgres.Options{Database: database, Lasts: time.Hour}) // it is not renewed meanwhile
	must(t, err)
	t.Cleanup(f.Close)
	held, _, _ := hold(t, f)
	pgtest.Exec(t, database, "UPDATE unibox.lease SET until = clock_timestamp() + interval '1 second'")
	if err := f.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(1)}, Leases: held}); !errors.Is(err, state.ErrNoLease) {
		t.Errorf("got %v", err)
	}
}

// A newer schema is refused in one sentence, and stays as it is.
func TestANewerSchemaIsRefused(t *testing.T) {
	database := pgtest.Database(t)
	_, err := open(t, database).Team(t.Context())
	must(t, err)
	pgtest.Exec(t, database, "UPDATE unibox.layout SET steps = 999")
	if _, err := open(t, database).Team(t.Context()); err == nil || !strings.Contains(err.Error(), "belongs to a newer version of unibox") {
		t.Errorf("got %v", err)
	}
}

// Of boxes that start at once on an empty database one makes the schema.
func TestManyFirstStarts(t *testing.T) {
	database := pgtest.Database(t)
	var all sync.WaitGroup
	teams := make([]string, 8)
	for i := range teams {
		f := open(t, database)
		all.Go(func() {
			var err error
			if teams[i], err = f.Team(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, team := range teams {
		if team == "" || team != teams[0] {
			t.Errorf("%q", teams)
		}
	}
}

// An address that leads to another team's database by now: nothing of this one is put there, and nothing of
// that one is taken over.
func TestAnAddressThatLeadsToAnotherTeam(t *testing.T) {
	one, two := pgtest.NewServer(t), pgtest.NewServer(t)
	one.Database()
	database := two.Database()
	p, through := one.Proxy()
	b, err := openBox(t, through, t.TempDir(), state.NewFeed())
	must(t, err)
	defer b.Close()
	b.write(t, 1, "of this team")
	other, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer other.Close()
	other.write(t, 2, "of another")
	p.Turn(two)
	for said := ""; !strings.HasPrefix(said, "another team's database answers where that of this team did"); {
		if err = b.FollowFleet(t.Context()); !errors.Is(err, state.ErrFleetAway) {
			t.Fatalf("it follows another team: %v", err)
		}
		said = err.Error()
	}
	b.write(t, 3, "meanwhile")
	if d, err := b.DB.Draft(t.Context(), conv(2)); err != nil || !d.Empty() {
		t.Errorf("it has %q of the other team, %v", d.Body, err)
	}
	if d, err := other.Draft(t.Context(), conv(1)); err != nil || !d.Empty() {
		t.Errorf("the other team has %q, %v", d.Body, err)
	}
	p.Turn(one)
	b.follows(t)
	late, err := openBox(t, through, t.TempDir(), state.NewFeed())
	must(t, err)
	defer late.Close()
	if d, err := late.Draft(t.Context(), conv(3)); err != nil || d.Body != "meanwhile" {
		t.Errorf("the team has %q, %v", d.Body, err)
	}
}
