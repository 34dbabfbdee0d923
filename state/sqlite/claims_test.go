package sqlite

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"unibox/state"
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
