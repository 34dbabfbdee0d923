package postgres_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/postgres/pgtest"
)

// loseTheLast has a database forget its last commit, as a standby that took over without it.
func loseTheLast(t *testing.T, database string) {
	t.Helper()
	const before = "(SELECT pos FROM unibox.written WHERE pos IS NOT NULL ORDER BY pos DESC OFFSET 1 LIMIT 1)"
	pgtest.Exec(t, database,
		"DELETE FROM unibox.item WHERE pos > "+before,
		"UPDATE unibox.feed SET pos = "+before+", last = (SELECT id FROM unibox.written WHERE pos = "+before+")",
		"DELETE FROM unibox.written WHERE pos > (SELECT pos FROM unibox.feed)")
}

// The number of a message is another one's once the database has lost the commit of the first. What
// was decided about that one is not done to the other, which is another customer's.
func TestANumberThatIsAnotherMessagesByNow(t *testing.T) {
	for name, act := range map[string]func(b *box, o state.Outbound) (bool, error){
		"decided": func(b *box, o state.Outbound) (bool, error) {
			o.At = time.Now().Add(time.Hour)
			return b.Decided(t.Context(), o, state.Queued)
		},
		"discarded": func(b *box, o state.Outbound) (bool, error) {
			return b.DeleteOutbound(t.Context(), o, o.Status)
		},
		"taken back": func(b *box, o state.Outbound) (bool, error) {
			_, ok, err := b.Takeback(t.Context(), o, o.Status)
			return ok, err
		},
		"sent": func(b *box, o state.Outbound) (ok bool, err error) {
			must(t, b.FollowFleet(t.Context()))
			failed := b.WithLease(t.Context(), "test", func(ctx context.Context) error {
				o.Status, o.Attempts = state.InFlight, 1
				ok, err = b.SaveOutbound(ctx, o, state.Queued)
				return nil
			})
			return ok, errors.Join(err, failed)
		},
	} {
		t.Run(name, func(t *testing.T) {
			database := pgtest.Database(t)
			one, err := openBox(t, database, t.TempDir(), state.NewFeed())
			must(t, err)
			defer one.Close()
			one.reply(t, 3, "before")
			lost := one.reply(t, 1, "to the first customer")
			loseTheLast(t, database)
			two, err := openBox(t, database, t.TempDir(), state.NewFeed())
			must(t, err)
			defer two.Close()
			other := two.reply(t, 2, "to the second customer")
			if other.ID != lost.ID {
				t.Fatalf("the numbers are %d and %d", lost.ID, other.ID)
			}
			if done, err := act(one, lost); done || err != nil {
				t.Errorf("something was done: %v, %v", done, err)
			}
			got, err := two.OutboundOf(t.Context(), other.Key)
			if err != nil || got.Body != other.Body || got.Status != state.Queued || !got.At.Equal(other.At) {
				t.Errorf("the second customer's is %+v, %v", got, err)
			}
		})
	}
}

// The same holds for what an agent asked of a platform.
func TestAChangesNumberIsAnothersByNow(t *testing.T) {
	database := pgtest.Database(t)
	one, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer one.Close()
	refuse := func(b *box, ch state.Change) {
		t.Helper()
		must(t, b.WithLease(t.Context(), "test", func(ctx context.Context) error {
			ch.Refused, ch.Reason = true, "no"
			_, err := b.SaveChange(ctx, ch)
			return err
		}))
	}
	asks := func(b *box, n int) state.Change {
		t.Helper()
		ch, err := b.SubmitChange(t.Context(), state.Change{Conversation: conv(n), Cap: api.CapStar, On: true, Made: time.Now()})
		must(t, err)
		return ch
	}
	one.reply(t, 3, "before")
	lost := asks(one, 1)
	refuse(one, lost)
	loseTheLast(t, database) // that it was refused
	loseTheLast(t, database)
	two, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer two.Close()
	other := asks(two, 2)
	if other.ID != lost.ID {
		t.Fatalf("the numbers are %d and %d", lost.ID, other.ID)
	}
	refuse(two, other)
	must(t, one.DropChange(t.Context(), lost.ID))
	must(t, two.FollowFleet(t.Context()))
	all, err := two.Changes(t.Context(), "")
	if must(t, err); !slices.ContainsFunc(all, func(ch state.Change) bool { return ch.Conversation == conv(2) && ch.Refused }) {
		t.Errorf("the other one is gone: %+v", all)
	}
}
