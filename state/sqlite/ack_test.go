package sqlite

import (
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// TestAcksOnlyMoveOn: an acknowledgement that is late, doubled, of a message that
// failed, or of the customer's, changes nothing.
func TestAcksOnlyMoveOn(t *testing.T) {
	db := four(t)
	owning(t, db)
	id := conv(1)
	o := queued(id, "k", "on our way")
	o.Receipt = api.Receipt{Message: api.MessageID{Account: id.Account, Remote: "9"}, Delivery: api.DeliverySent}
	advance(t, db, submit(t, db, o)[0], state.Done)
	failed := says(id, 8, "out", "nobody home", noon.Add(-time.Hour))
	failed.Delivery = api.DeliveryFailed
	head(t, db, id, time.Now(), page("", says(id, 9, "out", "on our way", noon), failed, says(id, 7, "in", "where is my cake?", noon.Add(-2*time.Hour))))
	for _, step := range []struct {
		message string
		ack     api.Delivery
		known   bool
		want    api.Delivery
	}{
		{"9", api.DeliveryRead, true, api.DeliveryRead},
		{"9", api.DeliveryDelivered, true, api.DeliveryRead},
		{"8", api.DeliveryRead, true, api.DeliveryFailed},
		{"7", api.DeliveryRead, true, api.DeliveryUnsaid},
		{"6", api.DeliveryRead, false, 0},
	} {
		known, err := db.SaveAck(t.Context(), api.Ack{Conversation: id, Message: api.MessageID{Account: id.Account, Remote: step.message}, Delivery: step.ack})
		if err != nil || known != step.known {
			t.Errorf("%+v: known %v, %v", step, known, err)
		}
		w, err := db.Timeline(t.Context(), all(id))
		must(t, err)
		for _, item := range w.Items {
			if item.Message.ID.Remote == step.message && item.Message.Delivery != step.want {
				t.Errorf("%+v: it is %d", step, item.Message.Delivery)
			}
		}
	}
	if o, err := db.Outbound(t.Context(), 1); err != nil || o.Receipt.Delivery != api.DeliveryRead {
		t.Errorf("in the outbox: %+v, %v", o.Receipt, err)
	}
	head(t, db, id, time.Now(), page("", says(id, 9, "out", "on our way", noon)))
	w, err := db.Timeline(t.Context(), all(id))
	must(t, err)
	if last := w.Items[len(w.Items)-1]; last.Message.Delivery != api.DeliveryRead {
		t.Errorf("read again, without a word of it: %d", last.Message.Delivery)
	}
	for _, d := range []api.Delivery{api.DeliveryFailed, api.DeliveryUncertain, api.DeliverySent} {
		if _, err := db.SaveAck(t.Context(), api.Ack{Conversation: id, Message: api.MessageID{Remote: "9"}, Delivery: d}); err == nil {
			t.Errorf("%d is taken for an acknowledgement", d)
		}
	}
}
