package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
)

var shop = []api.AccountID{"shop"}

// reads has a box work for the account until the returned function is called.
func reads(t *testing.T, b *box) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	has := make(chan struct{})
	var once sync.Once
	var done sync.WaitGroup
	done.Go(func() {
		_ = b.HoldFleet(ctx, shop, "test", func(ctx context.Context, _ api.AccountID) error {
			once.Do(func() { close(has) })
			<-ctx.Done()
			return ctx.Err()
		})
	})
	<-has
	stop = func() { cancel(); done.Wait() }
	t.Cleanup(stop)
	return stop
}

func sharing(t *testing.T, database, who string) *box {
	t.Helper()
	b := joined(t, database, who)
	b.TakePagesOf(shop)
	return b
}

func conversation(n int) api.Conversation {
	return api.Conversation{ID: conv(n), Kind: "whatsapp", Contact: api.Contact{Name: fmt.Sprint("Customer ", n), Handle: "4912"}, Read: api.Known(false)}
}

var morning = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)

func message(n, k int) api.Message {
	return api.Message{ID: api.MessageID{Account: "shop", Remote: fmt.Sprintf("%d-%d", n, k)}, Conversation: conv(n), Direction: api.Direction(k % 2), Body: fmt.Sprint("text ", k),
		At: morning.Add(time.Duration(k) * time.Minute), Mine: api.Known(k%2 == 1), Delivery: api.Delivery(k%2) * api.DeliverySent,
		Attachments: []api.Attachment{{Remote: "f", Name: "photo.jpg", MIME: "image/jpeg", Size: 9}}}
}

// newest is a page of the newest count messages of a conversation that has k.
func newest(n, k, count int) (p api.Page[api.Message]) {
	for i := k; i > k-count && i > 0; i-- {
		p.Items = append(p.Items, message(n, i))
	}
	if k > count {
		p.Next = api.Cursor(fmt.Sprint("below ", k-count+1))
	}
	return p
}

func (b *box) texts(t *testing.T, n int) (all []string) {
	t.Helper()
	w, err := b.Timeline(t.Context(), state.TimelineQuery{Conversation: conv(n), Before: 100})
	if errors.Is(err, state.ErrNoSuch) {
		return nil
	}
	must(t, err)
	for _, it := range w.Items {
		if !it.Gap {
			all = append(all, it.Message.Body)
		}
	}
	return all
}

// What the holder of an account stores is on the other boxes, on those too that come later,
// and nobody tells again what another has told.
func TestPagesOfTheHolderAreOnOtherBoxes(t *testing.T) {
	database := pgtest.Database(t)
	one, two := sharing(t, database, "anna"), sharing(t, database, "olga")
	stop := reads(t, one)
	var all []api.Conversation
	for n := range 120 { // more in one commit than are told in one go
		all = append(all, conversation(n))
	}
	must(t, one.SaveIdentity(t.Context(), "shop", api.Identity{Label: "The shop", Channels: []api.Channel{{ID: api.ChannelID{Account: "shop", Remote: "c"}, Kind: "whatsapp", Name: "main"}}}))
	must(t, one.SaveConversations(t.Context(), all))
	_, err := one.SaveHead(t.Context(), conv(1), newest(1, 3, 3), time.Now())
	must(t, err)
	_, err = one.SaveHead(t.Context(), conv(2), newest(2, 90, 50), time.Now())
	must(t, err)
	has := func(b *box) func() bool {
		return func() bool {
			row, err := b.Row(t.Context(), conv(119))
			return err == nil && row.Conversation.Contact.Name == "Customer 119" && slices.Equal(b.texts(t, 1), []string{"text 1", "text 2", "text 3"}) && len(b.texts(t, 2)) == 30
		}
	}
	soon(t, "the pages on the other box", has(two))
	soon(t, "the account", func() bool {
		all, err := two.Health(t.Context())
		return err == nil && len(all) == 1 && all[0].Label == "The shop"
	})
	if cov, err := two.Coverage(t.Context(), conv(1)); err != nil || len(cov) != 1 || !cov[0].Complete {
		t.Errorf("the whole of it is known: %+v, %v", cov, err)
	}
	if cov, err := two.Coverage(t.Context(), conv(2)); err != nil || len(cov) != 1 || cov[0].Complete {
		t.Errorf("more is at the platform: %+v, %v", cov, err)
	}

	must(t, one.DeleteMessage(t.Context(), conv(1), message(1, 2).ID))
	must(t, one.RemoveConversation(t.Context(), conv(3)))
	soon(t, "what was deleted", func() bool {
		_, err := two.Row(t.Context(), conv(3))
		return errors.Is(err, state.ErrNoSuch) && slices.Equal(two.texts(t, 1), []string{"text 1", "text 3"})
	})
	three := sharing(t, database, "later")
	soon(t, "the pages on a new box", func() bool {
		_, err := three.Row(t.Context(), conv(119))
		return err == nil && len(three.texts(t, 2)) == 30
	})

	stop()
	before := published(t, two, 0)
	reads(t, two)
	must(t, two.SaveConversations(t.Context(), []api.Conversation{conversation(200)}))
	soon(t, "what the next holder reads", func() bool { _, err := one.Row(t.Context(), conv(200)); return err == nil })
	if again := published(t, two, before[len(before)-1].Pos); len(again) != 1 {
		t.Errorf("%d pages were told again", len(again)-1)
	}
}

// published are the pages of the account behind a position.
func published(t *testing.T, b *box, from int64) (all []state.FleetPage) {
	t.Helper()
	_, _, err := b.fleet.Pages(t.Context(), state.FleetBox{}, map[api.AccountID]int64{"shop": from}, 1000, func(p state.FleetPage) error { all = append(all, p); return nil })
	must(t, err)
	return all
}

// A database that lost pages is told all of them again, as for a box that comes later.
func TestLostPagesAreToldAgain(t *testing.T) {
	database := pgtest.Database(t)
	one, two := sharing(t, database, "anna"), sharing(t, database, "olga")
	reads(t, one)
	must(t, one.SaveConversations(t.Context(), []api.Conversation{conversation(1)}))
	has := func(b *box, n int) func() bool {
		return func() bool { _, err := b.Row(t.Context(), conv(n)); return err == nil }
	}
	soon(t, "the page on the other box", has(two, 1))
	pgtest.Exec(t, database, "DELETE FROM unibox.page", "UPDATE unibox.pages SET pos = 0")
	later := sharing(t, database, "later")
	soon(t, "the page on a new box", has(later, 1))
	must(t, one.SaveConversations(t.Context(), []api.Conversation{conversation(2)}))
	soon(t, "what comes after it", has(two, 2))
}

// Another server took over, lacks pages, and has given their positions to others by now: all are told
// again.
func TestPagesThatAnotherServerLacksAreToldAgain(t *testing.T) {
	database := pgtest.Database(t)
	one := sharing(t, database, "anna")
	reads(t, one)
	must(t, one.SaveConversations(t.Context(), []api.Conversation{conversation(1)}))
	soon(t, "the page", func() bool { return len(published(t, one, 0)) > 0 })
	pgtest.Exec(t, database, "DELETE FROM unibox.page", "UPDATE unibox.pages SET pos = pos + 1",
		"CREATE OR REPLACE FUNCTION unibox.server() RETURNS text LANGUAGE sql AS $$ SELECT 'another'::text $$")
	two := sharing(t, database, "olga")
	soon(t, "the page on another box", func() bool { _, err := two.Row(t.Context(), conv(1)); return err == nil })
}

// Pages of conversations that are gone are removed some day, and no others.
func TestPagesOfWhatIsGoneAreRemoved(t *testing.T) {
	database := pgtest.Database(t)
	_, err := open(t, database).Team(t.Context())
	must(t, err)
	pgtest.Exec(t, database, `INSERT INTO unibox.page (account, conv, box, pos, body) VALUES
		('shop', 'gone', 'b', 1, ''), ('shop', 'there', 'b', 2, '{}'), ('shop', 'gone just now', 'b', (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, '')`,
		"SELECT unibox.prune_pages('30 days', 10)",
		"DO $$ BEGIN ASSERT (SELECT string_agg(conv, ', ' ORDER BY conv) FROM unibox.page) = 'gone just now, there'; END $$")
}

// A box that goes to another team tells it all that it has read.
func TestAnotherTeamIsToldAll(t *testing.T) {
	first, second, dir := pgtest.Database(t), pgtest.Database(t), t.TempDir()
	one, err := openBox(t, first, dir, state.NewFeed())
	must(t, err)
	one.TakePagesOf(shop)
	ctx, stop := context.WithCancel(t.Context())
	var leads sync.WaitGroup
	leads.Go(func() {
		_ = one.DB.WithLease(ctx, "test", func(ctx context.Context) error { <-ctx.Done(); return nil })
	})
	stopReading := reads(t, one)
	must(t, one.SaveConversations(t.Context(), []api.Conversation{conversation(1)}))
	soon(t, "the page at the first team", func() bool { return len(published(t, one, 0)) > 0 })
	stopReading()
	stop()
	leads.Wait()
	must(t, one.Close())
	_, err = sqlite.LeaveFleet(t.Context(), dir, open(t, first), nil)
	must(t, err)
	one, err = openBox(t, second, dir, state.NewFeed())
	must(t, err)
	t.Cleanup(func() { _ = one.Close() })
	one.TakePagesOf(shop)
	leased(t, one.DB)
	reads(t, one)
	two := sharing(t, second, "olga")
	soon(t, "the page at the second team", func() bool { _, err := two.Row(t.Context(), conv(1)); return err == nil })
}

// A page that cannot be read holds up no other, and there is notice of it.
func TestAPageThatCannotBeReadHoldsUpNoOther(t *testing.T) {
	database := pgtest.Database(t)
	f := open(t, database)
	held, _, _ := hold(t, f)
	must(t, f.Publish(t.Context(), state.FleetBox{ID: "a"}, held[0], []state.FleetPage{
		{Conversation: conv(1), Body: `{"kind": ["of", "another", "version"]}`}, {Conversation: conv(2), Body: `{"layout": 1000}`},
		{Conversation: conv(3), Body: `{"kind": "whatsapp", "name": "Customer 3"}`},
	}))
	two := sharing(t, database, "olga")
	soon(t, "the page that can be read", func() bool { _, err := two.Row(t.Context(), conv(3)); return err == nil })
	if _, err := two.Row(t.Context(), conv(2)); !errors.Is(err, state.ErrNoSuch) {
		t.Errorf("a later version's page was taken in: %v", err)
	}
	if news := strings.Join(two.Condition().News, "\n"); strings.Count(news, "the same version of unibox") != 1 {
		t.Errorf("news are %q", news)
	}
}

// A holder of an older epoch publishes nothing.
func TestOnlyTheHolderPublishes(t *testing.T) {
	database := pgtest.Database(t)
	one := open(t, database)
	held, _, _ := hold(t, one)
	page := []state.FleetPage{{Conversation: conv(1), Body: "{}"}}
	must(t, one.Publish(t.Context(), state.FleetBox{ID: "a"}, held[0], page))
	held[0].Epoch--
	if err := one.Publish(t.Context(), state.FleetBox{ID: "a"}, held[0], page); !errors.Is(err, state.ErrNoLease) {
		t.Errorf("got %v", err)
	}
}

// What a person on another box wants read is read by the holder, with its errors.
func TestTheHolderReadsForAnotherBox(t *testing.T) {
	database := pgtest.Database(t)
	one, two := sharing(t, database, "anna"), sharing(t, database, "olga")
	reads(t, one)
	one.AnswerOthers(func(_ context.Context, id api.ConversationID, req api.PageRequest, _ bool) (api.Page[api.Message], error) {
		if id != conv(1) {
			return api.Page[api.Message]{}, &api.Error{Kind: api.ErrRateLimited, Retry: time.Minute}
		}
		return newest(1, 40, req.Limit), nil
	})
	page, err := two.Messages(t.Context(), conv(1), api.PageRequest{Cursor: "below 41", Limit: 5})
	if err != nil || len(page.Items) != 5 || page.Next != "below 36" || page.Items[0].Body != "text 40" {
		t.Errorf("%+v, %v", page, err)
	}
	if _, err = two.Messages(t.Context(), conv(2), api.PageRequest{}); api.KindOf(err) != api.ErrRateLimited || api.RetryAfter(err) != time.Minute {
		t.Errorf("got %v", err)
	}
}
