package changes

import (
	"errors"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// A list that was asked for before the change does not flicker back; later the
// platform's word counts, whichever it is.
func TestTheOverlayGivesWay(t *testing.T) {
	p := newPlatform()
	bubble(t, p, func(t *testing.T, d *session) {
		late := api.Conversation{ID: conv(1), Closed: api.Known(false)}
		shows := func(closed bool) {
			t.Helper()
			if row := d.row(1); row.Flags.Done != closed {
				t.Fatalf("closed %v, want %v", row.Flags.Done, closed)
			}
		}
		news := d.feed.Subscribe()
		d.lists(late)
		d.change(1, api.CapClose, true)
		pass(3 * time.Second)
		d.lists(late)
		pass(10 * time.Second)
		shows(true)
		news.Take()
		pass(5 * time.Second)
		shows(false)
		if len(news.Take()) == 0 {
			t.Error("nobody learned that it fell away")
		}
		d.change(1, api.CapClose, true)
		pass(3 * time.Second)
		d.lists(api.Conversation{ID: conv(1), Closed: api.Known(true)})
		d.lists(late) // reopened by the customer
		shows(false)
	})
}

func chat() []api.Message {
	m := func(n int, dir api.Direction, body string) api.Message {
		return api.Message{ID: message(n), Conversation: conv(1), Direction: dir, Body: body, At: time.Unix(int64(1e9+n), 0)}
	}
	return []api.Message{m(2, api.Outbound, "second"), m(1, api.Inbound, "first")}
}

func TestMessagesChange(t *testing.T) {
	p := newPlatform()
	p.script = failing("delete=m1", api.ErrNotFound)
	bubble(t, p, func(t *testing.T, d *session) {
		d.reads(1, chat()...)
		d.submit(state.Change{Conversation: conv(1), Cap: api.CapEdit, Message: message(2), Arg: "better"})
		if it := d.window(1)[1]; it.Message.Body != "better" || len(it.Changes) != 1 {
			t.Fatalf("%+v", it)
		}
		pass(2 * time.Second)
		d.reads(1, chat()...) // read before the edit
		if it := d.window(1)[1]; it.Message.Body != "better" || len(it.Changes) != 0 {
			t.Fatalf("%+v", it)
		}
		d.submit(state.Change{Conversation: conv(1), Cap: api.CapDelete, Message: message(1)}) // somebody else was faster
		pass(2 * time.Second)
		d.reads(1, chat()...)
		if w := d.window(1); len(w) != 1 || w[0].Message.ID != message(2) {
			t.Fatalf("%+v", w)
		}
	})
}

func TestARemovedConversationGoes(t *testing.T) {
	p := newPlatform()
	p.script = failing("remove", api.ErrUncertain, api.ErrNotFound)
	bubble(t, p, func(t *testing.T, d *session) {
		d.reads(1, chat()...)
		if _, err := d.db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "draft"}); err != nil {
			t.Fatal(err)
		}
		d.submit(state.Change{Conversation: conv(1), Cap: api.CapRemove})
		pass(time.Second / 2)
		if row := d.row(1); len(row.Changes) != 1 {
			t.Fatalf("it is gone before the platform said so: %+v", row)
		}
		pass(10 * time.Second)
		if _, err := d.db.Row(t.Context(), conv(1)); !errors.Is(err, state.ErrNoSuch) {
			t.Fatalf("%v, asked %q", err, p.asked())
		}
		d.lists(api.Conversation{ID: conv(1)})
		if _, err := d.db.Row(t.Context(), conv(1)); !errors.Is(err, state.ErrNoSuch) {
			t.Fatalf("a late list brought it back: %v", err)
		}
	})
}

func TestARetryShowsThatItWasTaken(t *testing.T) {
	p := newPlatform()
	bubble(t, p, func(t *testing.T, d *session) {
		m := chat()[0]
		m.Delivery, m.Reason, m.Retryable = api.DeliveryFailed, "the line was busy", true
		d.reads(1, m)
		if it := d.window(1)[0]; !it.Message.Retryable || it.Message.Delivery != api.DeliveryFailed {
			t.Fatalf("%+v", it)
		}
		d.submit(state.Change{Conversation: conv(1), Cap: api.CapRetry, Message: m.ID})
		pass(time.Second / 2)
		if it := d.window(1)[0]; it.Message.Delivery != api.DeliveryFailed || len(it.Changes) != 1 {
			t.Fatalf("%+v", it)
		}
		pass(time.Second)
		if it := d.window(1)[0]; it.Message.Delivery != api.DeliveryAccepted || it.Message.Retryable {
			t.Fatalf("%+v", it)
		}
		m.Delivery, m.Reason, m.Retryable = api.DeliveryDelivered, "", false
		d.reads(1, m)
		pass(expiry)
		if it := d.window(1)[0]; it.Message.Delivery != api.DeliveryDelivered {
			t.Fatalf("%+v", it)
		}
	})
}
