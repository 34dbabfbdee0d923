package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
)

// joined is a box with a session that has its lease, and is known to the other boxes.
func joined(t *testing.T, database, who string) *box {
	t.Helper()
	b, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	t.Cleanup(func() { _ = b.Close() })
	b.Join(who, "")
	leased(t, b.DB)
	return b
}

func claim(n int, agent string) state.Claim {
	return state.Claim{Conversation: conv(n), Agent: agent, Who: agent, Since: time.Now()}
}

// Agents on five boxes press n at once: each customer is one's, and nobody has more than
// they may.
func TestACustomerIsTakenOnceByAllBoxes(t *testing.T) {
	const boxes, agents, customers, most = 5, 10, 120, 2
	database := pgtest.Database(t)
	var mu sync.Mutex
	taken, took := map[int][]string{}, []time.Duration{}
	var pressing sync.WaitGroup
	for i := range boxes {
		b := joined(t, database, fmt.Sprint("box ", i))
		for j := range agents {
			who := fmt.Sprintf("agent%d-%d", i, j)
			pressing.Go(func() {
				for n, own := 0, 0; n < customers && own < most; n++ {
					begun := time.Now()
					has, err := b.Claim(t.Context(), claim(n, who), most, false)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					took = append(took, time.Since(begun))
					if has.Agent == who {
						taken[n], own = append(taken[n], who), own+1
					}
					mu.Unlock()
				}
			})
		}
	}
	pressing.Wait()
	for n, by := range taken {
		if len(by) > 1 {
			t.Errorf("customer %d was taken by %q", n, by)
		}
	}
	if len(taken) != boxes*agents*most {
		t.Errorf("%d customers were taken", len(taken))
	}
	slices.Sort(took)
	t.Logf("%d claims asked for by %d agents at once: p50 %v, p99 %v", len(took), boxes*agents, took[len(took)/2], took[len(took)*99/100])
}

func (b *box) seesClaim(t *testing.T, n int, agent string) bool {
	t.Helper()
	all, err := b.Claims(t.Context())
	must(t, err)
	i := slices.IndexFunc(all, func(c state.Claim) bool { return c.Conversation == conv(n) })
	return i >= 0 && all[i].Agent == agent || i < 0 && agent == ""
}

// soon waits for what the boxes tell each other.
func soon(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never came: %s", what)
		}
	}
}

// A claim is seen on the other boxes, passed by who comes later, taken over by who says so,
// and given back.
func TestClaimsAreSeenOnOtherBoxes(t *testing.T) {
	database := pgtest.Database(t)
	one, two := joined(t, database, "anna"), joined(t, database, "olga")
	has, err := one.Claim(t.Context(), claim(1, "anna"), 10, false)
	if err != nil || has.Agent != "anna" || !one.seesClaim(t, 1, "anna") {
		t.Fatalf("%+v, %v", has, err)
	}
	soon(t, "the claim on the other box", func() bool { return two.seesClaim(t, 1, "anna") })
	if has, err = two.Claim(t.Context(), claim(1, "olga"), 10, false); err != nil || has.Agent != "anna" {
		t.Errorf("passed: %+v, %v", has, err)
	}
	if has, err = two.Claim(t.Context(), claim(1, "olga"), 10, true); err != nil || has.Agent != "olga" {
		t.Errorf("taken over: %+v, %v", has, err)
	}
	soon(t, "who has taken over", func() bool { return one.seesClaim(t, 1, "olga") })
	must(t, one.Unclaim(t.Context(), "anna", conv(1))) // it is not hers any more
	must(t, two.Unclaim(t.Context(), "olga", conv(1)))
	soon(t, "that it was given back", func() bool { return one.seesClaim(t, 1, "") })
	if _, err := one.Claim(t.Context(), claim(2, "anna"), 0, false); !errors.Is(err, state.ErrClaims) {
		t.Errorf("more than she may have: %v", err)
	}
}

// What a box has is nobody's once it is away for longer than it counts as there.
func TestAClaimEndsWithItsBox(t *testing.T) {
	database := pgtest.Database(t)
	p, through := pgtest.NewProxy(t, database)
	gone, stays := joined(t, through, "anna"), joined(t, database, "olga")
	_, err := gone.Claim(t.Context(), claim(1, "anna"), 10, false)
	must(t, err)
	p.Cut()
	if _, err := gone.Claim(t.Context(), claim(2, "anna"), 10, false); !errors.Is(err, state.ErrFleetAway) {
		t.Errorf("a box that is cut off took a customer: %v", err)
	}
	soon(t, "the claim", func() bool { return stays.seesClaim(t, 1, "anna") })
	pgtest.Exec(t, database, "UPDATE unibox.box SET until = clock_timestamp() WHERE id = (SELECT s.box FROM unibox.claim c JOIN unibox.session s ON s.id = c.session)")
	if has, err := stays.Claim(t.Context(), claim(1, "olga"), 10, false); err != nil || has.Agent != "olga" {
		t.Errorf("%+v, %v", has, err)
	}
}

// A session that ends gives back whom it has, and one that its box is too busy to name keeps
// them.
func TestAClaimEndsWithItsSession(t *testing.T) {
	database := pgtest.Database(t)
	one, two := joined(t, database, "anna"), joined(t, database, "olga")
	guest := one.Session(false)
	guest.Join("ben", "")
	_, err := guest.Claim(t.Context(), claim(1, "ben"), 10, false)
	must(t, err)
	_, err = two.fleet.Claim(t.Context(), state.FleetBox{ID: "busy", Name: "busy"}, state.FleetClaim{Session: "s", Claim: claim(2, "eva")}, 10, false)
	must(t, err)
	_, _, err = two.fleet.Meet(t.Context(), state.FleetBox{ID: "busy", Name: "busy"}, nil)
	must(t, err)
	soon(t, "the claims", func() bool { return two.seesClaim(t, 1, "ben") && two.seesClaim(t, 2, "eva") })
	must(t, guest.Close())
	soon(t, "that it was given back", func() bool { return two.seesClaim(t, 1, "") })
	if !two.seesClaim(t, 2, "eva") {
		t.Error("a session that was not named for a moment has lost its customer")
	}
}

// Who looks at a customer, and writes to them, is seen on the other boxes, and so is their end.
func TestWhoIsOnOtherBoxes(t *testing.T) {
	database := pgtest.Database(t)
	one, two := joined(t, database, "anna"), joined(t, database, "olga")
	one.Replying(conv(1))
	one.Show(state.Screen{Open: conv(1), Visible: []api.ConversationID{conv(1), conv(2)}})
	sees := func(want state.Session) func() bool {
		return func() bool {
			all, err := two.Away(t.Context())
			must(t, err)
			i := slices.IndexFunc(all, func(s state.Session) bool { return s.Who == "anna" })
			return i < 0 && want.Who == "" || i >= 0 && all[i].Who == want.Who && all[i].Open == want.Open && all[i].Replying == want.Replying && all[i].Box != ""
		}
	}
	soon(t, "what anna does", sees(state.Session{Who: "anna", Open: conv(1), Replying: conv(1)}))
	soon(t, "what her screen shows", func() bool {
		r, err := two.Requests(t.Context())
		must(t, err)
		return slices.ContainsFunc(r.Screens, func(s state.Screen) bool { return s.Open == conv(1) })
	})
	pgtest.Exec(t, database, "UPDATE unibox.box SET until = clock_timestamp() - interval '1 minute' WHERE id = (SELECT box FROM unibox.session WHERE body LIKE '%anna%')")
	// she says again that she is there, as every few seconds
	soon(t, "anna again", sees(state.Session{Who: "anna", Open: conv(1), Replying: conv(1)}))
	if all, err := two.DB.Sessions(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("sessions of this box: %+v, %v", all, err)
	}
}

// BenchmarkNewsOfAnotherBox is how long it takes from a draft that is saved on one box until a
// screen of another is told.
func BenchmarkNewsOfAnotherBox(b *testing.B) {
	database := pgtest.Database(b)
	feed := state.NewFeed()
	writer, reader := benchBox(b, database, state.NewFeed()), benchBox(b, database, feed)
	ctx, stop := context.WithCancel(b.Context())
	has, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		_ = reader.WithLease(ctx, "test", func(ctx context.Context) error { close(has); <-ctx.Done(); return nil })
	}()
	<-has
	defer func() { stop(); <-ended }()
	sub := feed.Subscribe()
	var took []time.Duration
	var d state.Draft
	for i := 0; b.Loop(); i++ {
		begun := time.Now()
		d.Conversation, d.Body = conv(1), fmt.Sprint("text ", i)
		var err error
		if d, err = writer.SaveDraft(b.Context(), d); err != nil {
			b.Fatal(err)
		}
		for {
			topics, err := sub.Next(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			if slices.Contains(topics, state.Thread(conv(1))) {
				break
			}
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms-p95")
}

func benchBox(b *testing.B, database string, feed *state.Feed) *sqlite.DB {
	b.Helper()
	f, err := postgres.Open(b.Context(), postgres.Options{Database: database})
	if err != nil {
		b.Fatal(err)
	}
	db, err := sqlite.Open(b.Context(), b.TempDir(), feed, sqlite.Fleet(f))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// A session that loses the lease of its box, as after a pause, keeps whom it has taken until it ends.
func TestClaimsOutliveTheLeaseOfTheBox(t *testing.T) {
	database := pgtest.Database(t)
	one, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	one.Join("anna", "")
	two := joined(t, database, "olga")
	ctx, stop := context.WithCancel(t.Context())
	var leads sync.WaitGroup
	leads.Go(func() {
		_ = one.DB.WithLease(ctx, "test", func(ctx context.Context) error { <-ctx.Done(); return nil })
	})
	_, err = one.Claim(t.Context(), claim(1, "anna"), 9, false)
	must(t, err)
	soon(t, "the claim", func() bool { return two.seesClaim(t, 1, "anna") && one.seesClaim(t, 1, "anna") })
	stop()
	leads.Wait()
	has, err := two.Claim(t.Context(), claim(1, "olga"), 9, false)
	if must(t, err); has.Agent != "anna" {
		t.Errorf("%s has the customer", has.Agent)
	}
	must(t, one.Close())
	soon(t, "the end of the session", func() bool { return two.seesClaim(t, 1, "") })
}

// A box is another one once its cache was begun anew. Its sessions stay, and whom they have taken.
func TestClaimsOutliveTheCacheOfTheirBox(t *testing.T) {
	database := pgtest.Database(t)
	f := open(t, database)
	before, after := state.FleetBox{ID: "before", Name: "one"}, state.FleetBox{ID: "after", Name: "one"}
	session := func(id string) []state.FleetSession { return []state.FleetSession{{ID: id, Body: id}} }
	claims := func(box state.FleetBox, session string, n int, agent string) string {
		t.Helper()
		has, err := f.Claim(t.Context(), box, state.FleetClaim{Session: session, Claim: claim(n, agent)}, 9, false)
		must(t, err)
		return has.Agent
	}
	_, _, err := f.Meet(t.Context(), before, append(session("anna's"), session("ben's")...))
	must(t, err)
	claims(before, "anna's", 1, "anna")
	pgtest.Exec(t, database, "UPDATE unibox.box SET until = clock_timestamp() - interval '2 hours'")
	claims(after, "ben's", 2, "ben") // before the box has said who is on it
	_, _, err = f.Meet(t.Context(), after, session("anna's"))
	must(t, err)
	claims(after, "anna's", 3, "anna")
	for n, agent := range map[int]string{1: "anna", 2: "ben", 3: "anna"} {
		if has := claims(state.FleetBox{ID: "two", Name: "two"}, "olga's", n, "olga"); has != agent {
			t.Errorf("%d is taken by %s, want %s", n, has, agent)
		}
	}
	others, _, err := f.Meet(t.Context(), state.FleetBox{ID: "two", Name: "two"}, session("olga's"))
	if must(t, err); !slices.ContainsFunc(others, func(s state.FleetSession) bool { return s.ID == "anna's" }) {
		t.Errorf("anna is not seen: %+v", others)
	}
}
