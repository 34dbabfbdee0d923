package postgres_test

import (
	"context"
	"sync/atomic"
	"testing"

	"unibox/state"
	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
)

// asked is a fleet whose answers a test holds up.
type asked struct {
	*postgres.Fleet
	// before, if set, is called ahead of each question, and after behind each answer.
	before, after func()
	// write, if set, is called instead of Write.
	write atomic.Pointer[func(ctx context.Context, w state.FleetWrite) error]
}

// writes has Write do something else, or what it does where that is nil.
func (f *asked) writes(does func(ctx context.Context, w state.FleetWrite) error) {
	if does == nil {
		f.write.Store(nil)
		return
	}
	f.write.Store(&does)
}

func (f *asked) Write(ctx context.Context, w state.FleetWrite) error {
	if does := f.write.Load(); does != nil {
		return (*does)(ctx, w)
	}
	return f.Fleet.Write(ctx, w)
}

func (f *asked) Since(ctx context.Context, from state.FleetPos, layout int, take func(state.FleetRow) error) (state.FleetPos, error) {
	if f.before != nil {
		f.before()
	}
	upTo, err := f.Fleet.Since(ctx, from, layout, take)
	if f.after != nil {
		f.after()
	}
	return upTo, err
}

// session opens one more session of a box.
func session(t *testing.T, database, dir string, options ...sqlite.Option) (*asked, *box) {
	t.Helper()
	f := &asked{Fleet: open(t, database)}
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed(), append(options, sqlite.Fleet(f))...)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return f, &box{db, f.Fleet}
}

// A session asks what is new, and another one of its box has the copy begin anew before it has the
// answer: that is not all that there is.
func TestASessionHasTheCopyBeginAnewMeanwhile(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	fleet, one := session(t, database, dir)
	anew, two := session(t, database, dir)
	other, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer other.Close()
	one.write(t, 1, "of before")
	must(t, two.FollowFleet(t.Context()))
	other.write(t, 2, "of now")

	begun, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	questions := 0
	anew.before = func() {
		if questions++; questions == 2 { // the first was answered with that it does not know any more
			close(begun)
			<-goOn
		}
	}
	fleet.after = func() {
		fleet.after = nil
		pgtest.Exec(t, database, "UPDATE unibox.feed SET floor = pos") // as if this box had been silent for long
		go func() { ended <- two.FollowFleet(t.Context()) }()
		<-begun
	}
	must(t, one.FollowFleet(t.Context()))
	close(goOn)
	must(t, <-ended)
	for n, want := range map[int]string{1: "of before", 2: "of now"} {
		if d, err := one.Draft(t.Context(), conv(n)); err != nil || d.Body != want {
			t.Errorf("%d: the draft is %q, %v", n, d.Body, err)
		}
	}
}
