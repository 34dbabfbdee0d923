package events

import (
	"context"
	"fmt"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite"
	"unibox/state/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// bench is a store on which another session works and one watches.
type bench struct {
	*testing.T
	db     *sqlite.DB
	events chan Event
}

func id(n int) api.ConversationID {
	return api.ConversationID{Account: "shop", Remote: fmt.Sprint(n)}
}

func (b bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func open(t *testing.T, dir string, feed *state.Feed) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), dir, feed)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetWindows(func(_ api.AccountID, kind api.ChannelKind) time.Duration {
		if kind == "whatsapp" {
			return 24 * time.Hour
		}
		return 0
	})
	return db
}

// watched prepares a store, and then watches it from a session of its own.
func watched(t *testing.T, since time.Time, before func(bench)) bench {
	dir := t.TempDir()
	b := bench{t, open(t, dir, state.NewFeed()), make(chan Event, 500)}
	before(b)
	feed := state.NewFeed()
	other := open(t, dir, feed)
	ctx, quit := context.WithCancel(t.Context())
	ended, begun := make(chan error, 1), make(chan struct{})
	go func() {
		ended <- Watch(ctx, begins{other, begun}, feed, Since(since), func(e Event) { b.events <- e })
	}()
	t.Cleanup(func() {
		quit()
		if err := <-ended; ctx.Err() == nil {
			t.Error(err)
		}
	})
	<-begun
	return b
}

// begins says when the watcher has noted what there is.
type begins struct {
	*sqlite.DB
	begun chan struct{}
}

func (s begins) List(ctx context.Context, q state.ListQuery) (state.List, error) {
	l, err := s.DB.List(ctx, q)
	if q.Offset == 0 {
		close(s.begun)
	}
	return l, err
}

// writes lets a customer write; ours is a message of our side.
func (b bench) writes(n, m int, at time.Time, kind api.ChannelKind, mine ...bool) {
	b.Helper()
	c := api.Conversation{ID: id(n), Kind: kind, Contact: api.Contact{Name: fmt.Sprint("customer ", n)}, Active: api.Known(at)}
	b.must(b.db.SaveConversations(b.Context(), []api.Conversation{c}))
	msg := api.Message{ID: api.MessageID{Account: "shop", Remote: fmt.Sprint("m", m)}, Conversation: id(n), Body: fmt.Sprint("text ", m), At: at}
	if len(mine) > 0 {
		msg.Direction = api.Outbound
	}
	_, err := b.db.SaveHead(b.Context(), id(n), api.Page[api.Message]{Items: []api.Message{msg}, Next: "more"}, at)
	b.must(err)
}

// next is the next event, as its name, the customer and the text.
func (b bench) next() string {
	b.Helper()
	select {
	case e := <-b.events:
		words := e.Event + " " + e.Conversation.Name
		if e.Message != nil {
			words += " " + e.Message.Text
		}
		return words
	case <-time.After(time.Minute):
		b.Fatal("no event comes")
		return ""
	}
}

func (b bench) wants(want ...string) {
	b.Helper()
	for _, w := range want {
		if got := b.next(); got != w {
			b.Errorf("got %q, want %q", got, w)
		}
	}
}

// H2: a message of a customer is new once, history that is read in is not, and what came while
// nobody watched is said from a time on.
func TestNewMessages(t *testing.T) {
	now := time.Now()
	b := watched(t, now.Add(-time.Hour), func(b bench) {
		b.writes(1, 1, now.Add(-48*time.Hour), "sms")
		b.writes(2, 2, now.Add(-time.Minute), "sms")
	})
	b.wants("new customer 2 text 2")
	b.writes(3, 3, now.Add(-30*24*time.Hour), "sms") // read in for the first time
	b.writes(1, 4, now, "sms")
	b.wants("new customer 1 text 4")
	b.writes(1, 4, now, "sms") // read again
	b.writes(1, 5, now.Add(time.Second), "sms", true)
	b.writes(3, 6, now.Add(2*time.Second), "sms")
	b.wants("new customer 3 text 6")
	if len(b.events) > 0 {
		t.Errorf("and %q", b.next())
	}
}

// page makes a page of one customer's numbered messages, one a second from base on.
func (b bench) page(base time.Time, from, to int, next api.Cursor) api.Page[api.Message] {
	b.Helper()
	at := func(m int) time.Time { return base.Add(time.Duration(m) * time.Second) }
	b.must(b.db.SaveConversations(b.Context(), []api.Conversation{{ID: id(1), Kind: "sms", Contact: api.Contact{Name: "customer 1"}, Active: api.Known(at(to))}}))
	var items []api.Message // the newest first
	for m := to; m >= from; m-- {
		items = append(items, api.Message{ID: api.MessageID{Account: "shop", Remote: fmt.Sprint("m", m)}, Conversation: id(1), Body: fmt.Sprint("text ", m), At: at(m)})
	}
	return api.Page[api.Message]{Items: items, Next: next}
}

// heads stores a page of the newest messages.
func (b bench) heads(base time.Time, from, to int, next api.Cursor) {
	b.Helper()
	_, err := b.db.SaveHead(b.Context(), id(1), b.page(base, from, to, next), time.Now())
	b.must(err)
}

// below stores a page that continues the newest messages.
func (b bench) below(base time.Time, from, to int, next api.Cursor) {
	b.Helper()
	spans, err := b.db.Coverage(b.Context(), id(1))
	b.must(err)
	_, err = b.db.SaveBelow(b.Context(), id(1), spans[0].Oldest, b.page(base, from, to, next), time.Now())
	b.must(err)
}

// wantsTexts expects that messages are new, in their order.
func (b bench) wantsTexts(from, to int) {
	b.Helper()
	for m := from; m <= to; m++ {
		b.wants(fmt.Sprint("new customer 1 text ", m))
	}
}

// wantsNoMore expects nothing but the next message, which is stored now.
func (b bench) wantsNoMore(base time.Time, next int) {
	b.Helper()
	b.heads(base, next, next, "more")
	b.wantsTexts(next, next)
	if len(b.events) > 0 {
		b.Errorf("and %q", b.next())
	}
}

// Of a conversation in which much was written all is told, in its order: what came before
// somebody watched, and what lands at once.
func TestManyMessagesOfOneCustomer(t *testing.T) {
	now := time.Now()
	b := watched(t, now.Add(100*time.Second), func(b bench) { b.heads(now, 1, 250, "") })
	b.wantsTexts(101, 250)
	b.heads(now, 240, 360, "")
	b.wantsTexts(251, 360)
	b.wantsNoMore(now, 361)
}

// Two messages of the same second are both told, though they are read one after the other.
func TestMessagesOfOneSecond(t *testing.T) {
	now := time.Now()
	b := watched(t, now.Add(-time.Hour), func(bench) {})
	b.writes(1, 1, now, "sms")
	b.wants("new customer 1 text 1")
	b.writes(1, 2, now, "sms")
	b.wants("new customer 1 text 2")
}

// What was written while the platform did not answer is told when it is read in, behind what is
// newer, once; what is older than what was known is history.
func TestMessagesOfAnOutage(t *testing.T) {
	now := time.Now()
	b := watched(t, now.Add(40*time.Second), func(b bench) { b.heads(now, 31, 50, "old") })
	b.wantsTexts(41, 50)
	b.heads(now, 151, 200, "a")
	b.wantsTexts(151, 200)
	b.heads(now, 301, 350, "b") // and it was away again
	b.wantsTexts(301, 350)
	b.below(now, 251, 300, "c")
	b.wantsTexts(251, 300)
	b.heads(now, 301, 350, "b")
	b.below(now, 201, 250, "d")
	b.wantsTexts(201, 250)
	b.below(now, 140, 200, "e")
	b.wantsTexts(140, 150)
	b.below(now, 45, 139, "f")
	b.wantsTexts(51, 139)
	b.below(now, 1, 30, "")
	b.wantsNoMore(now, 351)
}

// Of a customer who wrote more than is read at first all is told, as far as it came after the
// beginning.
func TestMessagesBelowTheFirstPage(t *testing.T) {
	now := time.Now()
	b := watched(t, now.Add(10*time.Second), func(bench) {})
	b.heads(now, 61, 80, "a")
	b.wantsTexts(61, 80)
	b.below(now, 41, 60, "b")
	b.wantsTexts(41, 60)
	b.below(now, 1, 40, "c")
	b.wantsTexts(11, 40)
	b.below(now.Add(-time.Hour), 1001, 1020, "")
	b.wantsNoMore(now, 81)
}

// What was written before the beginning is not told, whether it comes at once or into a hole.
func TestAHoleFromBeforeTheBeginning(t *testing.T) {
	now := time.Now()
	b := watched(t, now.Add(120*time.Second), func(b bench) { b.heads(now, 1, 50, "") })
	b.heads(now, 101, 150, "a")
	b.wantsTexts(121, 150)
	b.below(now, 45, 100, "b")
	b.wantsNoMore(now, 151)
}

// What is read into a hole after more than a week is not told.
func TestAHoleFromLongAgo(t *testing.T) {
	now := time.Now()
	long := now.Add(-8 * 24 * time.Hour)
	b := watched(t, long.Add(-time.Hour), func(b bench) { b.heads(long, 1, 50, "") })
	b.wantsTexts(1, 50)
	b.heads(long, 101, 150, "a")
	b.wantsTexts(101, 150)
	b.below(long, 45, 100, "b")
	b.wantsNoMore(now, 151)
}

// H2: what became of a reply, each once.
func TestOutcomes(t *testing.T) {
	b := watched(t, time.Now(), func(b bench) { b.writes(1, 1, time.Now().Add(-time.Hour), "sms") })
	err := b.db.WithLease(t.Context(), "test", func(ctx context.Context) error {
		for status, want := range map[state.Status]string{state.Done: Sent, state.Failed: Failed, state.Uncertain: Unknown, state.Held: Held} {
			text := fmt.Sprint("reply ", status)
			rows, err := b.db.Submit(ctx, state.Draft{Conversation: id(1), Body: text, Apart: true}, []state.Outbound{{Key: text + "-1", Conversation: id(1), Body: text, Part: 1, Parts: 1, Submitted: time.Now()}})
			b.must(err)
			b.wants("queued customer 1 " + text)
			o := rows[0]
			o.Status, o.Receipt.Delivery = status, map[state.Status]api.Delivery{state.Done: api.DeliverySent}[status]
			_, err = b.db.SaveOutbound(ctx, o, state.Queued)
			b.must(err)
			b.wants(want + " customer 1 " + text)
		}
		return nil
	})
	b.must(err)
	if len(b.events) > 0 {
		t.Errorf("and %q", b.next())
	}
}

// H2: who came into a list: assigned to the agent, back from a snooze, nearly out of time.
func TestWhoCameIntoAList(t *testing.T) {
	now := time.Now()
	b := watched(t, now, func(b bench) {
		for n := range 3 {
			b.writes(n, n, now.Add(-23*time.Hour), "sms")
		}
		b.must(b.db.SaveConversations(t.Context(), []api.Conversation{{ID: id(0), Kind: "sms", Mine: api.Known(true)}}))
	})
	b.must(b.db.SaveConversations(t.Context(), []api.Conversation{{ID: id(1), Kind: "sms", Mine: api.Known(true)}}))
	b.wants("assigned customer 1")
	b.must(b.db.SetFlags(t.Context(), id(2), state.FlagChange{Snoozed: api.Known(now.Add(-time.Minute))}))
	b.wants("snooze-ended customer 2")
	b.writes(4, 4, now.Add(-21*time.Hour), "whatsapp")
	b.wants("window-closing customer 4")
}

// H2: whom a platform lists for the first time, as on a new machine, was assigned long ago; who
// wrote just now was not.
func TestWhoIsReadInIsNotAssignedNow(t *testing.T) {
	now := time.Now()
	b := watched(t, now, func(b bench) { b.writes(0, 0, now.Add(-time.Hour), "sms") })
	listed := func(n int, at time.Time) api.Conversation {
		return api.Conversation{ID: id(n), Kind: "sms", Contact: api.Contact{Name: fmt.Sprint("customer ", n)}, Active: api.Known(at), Mine: api.Known(true)}
	}
	b.must(b.db.SaveConversations(t.Context(), []api.Conversation{listed(1, now.Add(-time.Hour)), listed(2, now.Add(time.Minute))}))
	b.wants("assigned customer 2")
	b.must(b.db.SaveConversations(t.Context(), []api.Conversation{{ID: id(1), Kind: "sms", Mine: api.Known(false)}}))
	b.must(b.db.SaveConversations(t.Context(), []api.Conversation{listed(0, now.Add(-time.Hour))}))
	b.wants("assigned customer 0")
	b.must(b.db.SaveConversations(t.Context(), []api.Conversation{listed(1, now.Add(-time.Hour))}))
	b.wants("assigned customer 1")
}
