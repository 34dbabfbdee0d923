package outbox

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

// later submits a message that is to go out in two hours.
func (d *session) later(body string) int64 {
	d.t.Helper()
	rows, err := d.Submit(context.Background(), state.Draft{Conversation: chat(1), Body: body, At: time.Now().Add(2 * time.Hour)}, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return rows[0].ID
}

func TestAScheduledMessageRestsAtThePlatform(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		at := time.Now().Add(2 * time.Hour)
		id := d.later("tomorrow")
		next := d.say(1, "now")[0].ID
		pass(10 * time.Second)
		o := d.expect(id, "done")
		if o.Receipt.Delivery != api.DeliveryScheduled || o.Receipt.Message.Remote == "" || !o.At.Equal(at) {
			t.Errorf("%+v", o)
		}
		d.expect(next, "done")
		d.sent("tomorrow", "now")
		if d.platform.count("schedule") != 1 || d.platform.count("send") != 1 {
			t.Errorf("%v", d.platform.calls)
		}
	})
}

func TestAScheduledMessageWithoutAName(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.mute = true
		id := d.later("tomorrow")
		pass(10 * time.Second)
		if o := d.expect(id, "done"); o.Receipt.Delivery != api.DeliveryScheduled {
			t.Errorf("%+v", o)
		}
	})
}

func TestALostScheduleIsLookedForAndNeverRepeated(t *testing.T) {
	for _, f := range []fault{dropAfter, dropBefore} {
		bubble(t, func(t *testing.T, d *session) {
			d.platform.fault = faults("schedule", f)
			id := d.later("tomorrow")
			pass(time.Hour)
			if d.platform.count("schedule") != 1 {
				t.Fatalf("asked %d times", d.platform.count("schedule"))
			}
			if f == dropBefore {
				d.expect(id, "uncertain")
				return
			}
			// Standing in the history proves no more than the history says.
			if o := d.expect(id, "done"); o.Receipt.Delivery != api.DeliveryScheduled {
				t.Errorf("%+v", o)
			}
		})
	}
}

func TestATimeThatPassedMeanwhile(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		down := true
		d.platform.fault = func(string) fault {
			if down {
				return unavailable
			}
			return fine
		}
		id := d.later("tomorrow")
		pass(3 * time.Hour)
		o := d.expect(id, "failed")
		if !strings.Contains(o.Reason, "has passed") || !o.Refused {
			t.Errorf("%+v", o)
		}
		down = false
		synctest.Wait()
		d.sent()
		draft, err := d.Takeback(t.Context(), d.disk.row(id))
		if err != nil || draft.Body != "tomorrow" {
			t.Errorf("%+v, %v", draft, err)
		}
	})
}

func TestTheAgentSaysThatItIsScheduled(t *testing.T) {
	o := state.Outbound{Status: state.Uncertain, At: time.Unix(1e9, 0), Conversation: chat(1)}
	next, ok := policy.Step(o, policy.Decided{Decision: state.Arrived}, policy.Facts{}, time.Unix(1e9, 0))
	if !ok || next.Status != state.Done || next.Receipt.Delivery != api.DeliveryScheduled {
		t.Fatalf("%+v", next)
	}
}
