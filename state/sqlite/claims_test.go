package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

func claimOf(n int, agent string) state.Claim {
	return state.Claim{Conversation: conv(n), Agent: agent, Who: agent, Since: time.Now()}
}

// join opens a session that others see.
func join(t *testing.T, dir, who string) *DB {
	t.Helper()
	db := openIn(t, dir)
	db.Join(who, "")
	eventually(t, who+" is here", func() bool {
		all, err := db.Sessions(t.Context())
		for _, s := range all {
			if s.Self && s.Who == who {
				return err == nil
			}
		}
		return false
	})
	return db
}

// Of many who take customers at the same time each customer has one, and nobody more than
// they may.
func TestACustomerIsTakenOnce(t *testing.T) {
	const agents, customers, most = 6, 20, 4
	dir := t.TempDir()
	var mu sync.Mutex
	taken := map[int][]string{}
	var wg sync.WaitGroup
	for i := range agents {
		who := fmt.Sprint("agent", i)
		db := join(t, dir, who)
		wg.Go(func() {
			for n := range customers {
				has, err := db.Claim(t.Context(), claimOf(n, who), most, false)
				if err != nil && !errors.Is(err, state.ErrClaims) {
					t.Error(err)
				}
				if has.Agent == who {
					mu.Lock()
					taken[n] = append(taken[n], who)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	of := map[string]int{}
	for n, who := range taken {
		if len(who) != 1 {
			t.Errorf("customer %d is taken by %q", n, who)
		}
		of[who[0]]++
	}
	for who, n := range of {
		if n > most {
			t.Errorf("%s has %d", who, n)
		}
	}
	if len(taken) != min(customers, agents*most) {
		t.Errorf("%d customers are taken: %v", len(taken), of)
	}
}

// What a colleague has is theirs until they give it back, are asked for it, or leave.
func TestAClaimEndsWithItsSession(t *testing.T) {
	dir := t.TempDir()
	olga, pavel := join(t, dir, "olga"), join(t, dir, "pavel")
	ctx := t.Context()
	take := func(db *DB, n int, who string, over bool) string {
		t.Helper()
		has, err := db.Claim(ctx, claimOf(n, who), 5, over)
		if err != nil {
			t.Fatal(err)
		}
		return has.Agent
	}
	for _, step := range []struct {
		db   *DB
		n    int
		who  string
		over bool
		want string
	}{{olga, 1, "olga", false, "olga"}, {pavel, 1, "pavel", false, "olga"}, {pavel, 1, "pavel", true, "pavel"}, {olga, 1, "olga", false, "pavel"}, {pavel, 2, "pavel", false, "pavel"}, {olga, 2, "olga", false, "pavel"}} {
		if got := take(step.db, step.n, step.who, step.over); got != step.want {
			t.Fatalf("%+v: it is %s's", step, got)
		}
	}
	if err := olga.Unclaim(ctx, "olga", conv(1)); err != nil { // it is not hers any more
		t.Fatal(err)
	}
	if err := pavel.Unclaim(ctx, "pavel", conv(2)); err != nil {
		t.Fatal(err)
	}
	all, err := olga.Claims(ctx)
	if err != nil || len(all) != 1 || all[0].Agent != "pavel" || all[0].Conversation != conv(1) {
		t.Fatalf("%+v, %v", all, err)
	}
	if err := pavel.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "nobody has it", func() bool { all, err := olga.Claims(ctx); return err == nil && len(all) == 0 })
	if got := take(olga, 1, "olga", false); got != "olga" {
		t.Errorf("it is still %s's", got)
	}
}

// Whoever falls silent, or is not announced yet, keeps whom they took for a while: a busy
// machine gives nobody's customer to another.
func TestAClaimOutlivesASilence(t *testing.T) {
	dir := t.TempDir()
	olga, pavel := join(t, dir, "olga"), join(t, dir, "pavel")
	var id string
	write := func(q string, args ...any) {
		t.Helper()
		must(t, olga.cache.Commit(t.Context(), func(l *dbfile.Conn, _ int64) error {
			if err := l.Row(t.Context(), "SELECT id FROM session WHERE who = 'pavel'").Scan(&id); err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			_, err := l.Exec(t.Context(), q, args...)
			return err
		}))
	}
	has := func(want int) {
		t.Helper()
		if all, err := olga.Claims(t.Context()); err != nil || len(all) != want {
			t.Errorf("%+v, %v; want %d", all, err, want)
		}
	}
	if _, err := pavel.Claim(t.Context(), claimOf(1, "pavel"), 5, false); err != nil {
		t.Fatal(err)
	}
	has(1)
	must(t, pavel.Close())
	has(0) // who leaves gives back
	write("UPDATE session SET who = who")
	write("INSERT INTO claim (account, conv, session, agent, who, at) VALUES ('shop', '1', ?, 'pavel', 'pavel', ?)", id, stamp(time.Now()))
	has(1) // its session was called dead just now
	if got, err := olga.Claim(t.Context(), claimOf(1, "olga"), 5, false); err != nil || got.Agent != "pavel" {
		t.Errorf("%+v, %v", got, err)
	}
	write("UPDATE session SET beat = beat - 31000000 WHERE id = ?", id)
	has(0)
	write("DELETE FROM session WHERE id = ?", id)
	has(1) // it is not announced yet
	write("UPDATE claim SET at = at - 31000000")
	has(0)
	if got, err := olga.Claim(t.Context(), claimOf(1, "olga"), 5, false); err != nil || got.Agent != "olga" {
		t.Errorf("%+v, %v", got, err)
	}
}

// The others see what a session has open, also of the one that has the lease.
func TestTheOpenConversationIsSeen(t *testing.T) {
	dir := t.TempDir()
	olga, pavel := join(t, dir, "olga"), join(t, dir, "pavel")
	pavel.Show(state.Screen{Open: conv(7)})
	eventually(t, "pavel's conversation", func() bool {
		all, err := olga.Sessions(t.Context())
		for _, s := range all {
			if s.Who == "pavel" && s.Open == conv(7) {
				return err == nil
			}
		}
		return false
	})
}

// Fifty agents on one box press n at once: each comes to another customer. It prints how
// long one waits for theirs.
func BenchmarkFiftyAgentsTakeAtOnce(b *testing.B) {
	const agents = 50
	dir, began := b.TempDir(), time.Now()
	var all []*DB
	for i := range agents {
		db, err := Open(b.Context(), dir, state.NewFeed())
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		db.Join(fmt.Sprint("agent", i), "")
		all = append(all, db)
	}
	customers := agents * 4
	for n := range customers {
		head(b, all[0], conv(n), began, page("", says(conv(n), 1, "in", "hello", began.Add(-time.Duration(n)*time.Minute))))
	}
	next := func(db *DB, who string) (id api.ConversationID, err error) {
		for {
			claims, err := db.Claims(b.Context())
			if err != nil {
				return id, err
			}
			list, err := db.IDs(b.Context(), state.ListQuery{View: state.ViewWaiting, Limit: customers})
			if err != nil {
				return id, err
			}
			free := slices.IndexFunc(list, func(id api.ConversationID) bool {
				return !slices.ContainsFunc(claims, func(c state.Claim) bool { return c.Conversation == id })
			})
			if free < 0 {
				return id, errors.New("nobody is left")
			}
			id = list[free]
			has, err := db.Claim(b.Context(), state.Claim{Conversation: id, Agent: who, Who: who, Since: time.Now()}, 10, false)
			if err != nil || has.Agent == who {
				return id, err
			}
		}
	}
	var took []time.Duration
	for b.Loop() {
		var mu sync.Mutex
		var wg sync.WaitGroup
		taken := map[api.ConversationID]string{}
		start := make(chan struct{})
		for i, db := range all {
			who := fmt.Sprint("agent", i)
			wg.Go(func() {
				<-start
				pressed := time.Now()
				id, err := next(db, who)
				mu.Lock()
				defer mu.Unlock()
				took = append(took, time.Since(pressed))
				if other := taken[id]; err != nil || other != "" {
					b.Errorf("%s has %v, which %s has: %v", who, id, other, err)
				}
				taken[id] = who
			})
		}
		close(start)
		wg.Wait()
		for id, who := range taken {
			if err := all[0].Unclaim(b.Context(), who, id); err != nil {
				b.Fatal(err)
			}
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Milliseconds()), "p99-ms")
}
