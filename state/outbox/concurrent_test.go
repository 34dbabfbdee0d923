package outbox

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

// polite is a store that lets others go first between reading and writing.
type polite struct{ *process }

func (p polite) SeenSince(ctx context.Context, id api.ConversationID, since time.Time) ([]api.Message, error) {
	out, err := p.process.SeenSince(ctx, id, since)
	runtime.Gosched()
	return out, err
}

func (p polite) Outbound(ctx context.Context, id int64) (state.Outbound, error) {
	o, err := p.process.Outbound(ctx, id)
	runtime.Gosched()
	return o, err
}

// politeSender is a sender whose store yields, and that is not running.
func politeSender(t *testing.T) (*session, *sender) {
	d := newSession(t)
	d.store = polite{d.process}
	return d, newSender(d.Outbox, d.accounts["acc"])
}

func TestPairingFromManySidesTiesOneToOne(t *testing.T) {
	for range 50 {
		d, s := politeSender(t)
		page := api.Page[api.Message]{}
		for i := range 6 {
			o := &d.disk.rows[d.disk.find(d.say(1, "ok")[0].ID)]
			o.Status, o.SentAt = state.Accepted, o.Submitted
			page.Items = append(page.Items, api.Message{
				ID: api.MessageID{Account: "acc", Remote: fmt.Sprint("m", i)}, Conversation: chat(1), Direction: api.Outbound, Body: "ok", At: time.Now(),
			})
		}
		if _, err := d.process.SaveHead(t.Context(), chat(1), page, time.Now()); err != nil {
			t.Fatal(err)
		}
		first := &d.disk.rows[0]
		first.Conversation, first.Status = state.ProvisionalID("acc", first.Key), state.Uncertain
		id := first.ID
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				if err := s.match(context.Background(), chat(1), int64(i%2)*id); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		tied := map[api.MessageID]bool{}
		for _, o := range d.disk.rows {
			tied[o.Receipt.Message] = true
		}
		if len(tied) != 6 {
			t.Fatalf("six messages are tied to %v", tied)
		}
	}
}

func TestACheckNeverUndoesADecision(t *testing.T) {
	for range 200 {
		d, s := politeSender(t)
		id := d.say(1, "ok")[0].ID
		d.disk.rows[0].Status = state.Uncertain
		var all sync.WaitGroup
		seen := d.disk.row(id)
		all.Go(func() { s.step(context.Background(), seen, policy.NotFound{}) })
		if err := d.Decide(t.Context(), d.disk.row(id), state.Leave); err != nil {
			t.Fatal(err)
		}
		all.Wait()
		if !d.disk.row(id).Left {
			t.Fatal("the decision is gone")
		}
	}
}

// stopped is a store whose process is asked to stop as soon as a request is
// about to be made.
type stopped struct {
	*process
	stop func()
}

func (s stopped) SaveOutbound(ctx context.Context, o state.Outbound, was state.Status) (bool, error) {
	ok, err := s.process.SaveOutbound(ctx, o, was)
	if o.Status == state.InFlight {
		time.AfterFunc(25*time.Millisecond, s.stop)
	}
	return ok, err
}

// stubborn answers although nobody waits any longer.
type stubborn struct{ *client }

func (s stubborn) Send(_ context.Context, out api.Outgoing) (api.Receipt, error) {
	return s.client.Send(context.Background(), out)
}

func TestAnAnswerThatComesWhileStoppingIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newSession(t)
		d.accounts["acc"] = Account{ID: "acc", Provider: stubborn{d.accounts["acc"].Provider.(*client)}}
		d.store = stopped{d.process, func() { d.stop() }}
		d.run()
		id := d.say(1, "hello")[0].ID
		pass(time.Minute)
		if o := d.expect(id, "accepted"); o.Receipt.Job == "" {
			t.Errorf("%+v", o.Receipt)
		}
		d.halt()
	})
}
