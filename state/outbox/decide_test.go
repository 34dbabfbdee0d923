package outbox

import (
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

func TestFailedDeliveryAndRetry(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.delivery = func() (time.Duration, bool) { return time.Second, len(d.platform.jobs) == 0 }
		id := d.say(1, "hello")[0].ID
		pass(time.Minute)
		if o := d.expect(id, "failed"); o.Reason != "the contact does not exist" {
			t.Errorf("reason %q", o.Reason)
		}
		if err := d.Decide(t.Context(), id, state.Retry); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		if o := d.expect(id, "done"); o.Attempts != 2 {
			t.Errorf("%d attempts", o.Attempts)
		}
		d.sent("hello", "hello")
	})
}

func TestDecisionsOnAnUnknownMessage(t *testing.T) {
	unknown := func(t *testing.T, d *session) int64 {
		d.platform.fault = faults("send", dropBefore)
		id := d.say(1, "hello")[0].ID
		pass(time.Minute)
		d.expect(id, "uncertain")
		return id
	}
	t.Run("send again", func(t *testing.T) {
		bubble(t, func(t *testing.T, d *session) {
			id := unknown(t, d)
			if err := d.Decide(t.Context(), id, state.SendAgain); err != nil {
				t.Fatal(err)
			}
			pass(time.Minute)
			if o := d.expect(id, "done"); o.Attempts != 2 {
				t.Errorf("%d attempts", o.Attempts)
			}
		})
	})
	t.Run("arrived", func(t *testing.T) {
		bubble(t, func(t *testing.T, d *session) {
			id := unknown(t, d)
			if err := d.Decide(t.Context(), id, state.Arrived); err != nil {
				t.Fatal(err)
			}
			if o := d.expect(id, "done"); o.Receipt.Delivery != api.DeliverySent {
				t.Errorf("delivery %d", o.Receipt.Delivery)
			}
		})
	})
	t.Run("discard", func(t *testing.T) {
		bubble(t, func(t *testing.T, d *session) {
			id := unknown(t, d)
			if err := d.Decide(t.Context(), id, state.Discard); err != nil {
				t.Fatal(err)
			}
			if err := d.Decide(t.Context(), id, state.Retry); !errors.Is(err, state.ErrNoSuch) {
				t.Errorf("%v", err)
			}
		})
	})
	t.Run("not retried, not taken back", func(t *testing.T) {
		bubble(t, func(t *testing.T, d *session) {
			id := unknown(t, d)
			if err := d.Decide(t.Context(), id, state.Retry); err == nil {
				t.Error("an unknown message was retried as if it had failed")
			}
			if _, err := d.Takeback(t.Context(), id); err == nil {
				t.Error("an unknown message was taken back")
			}
		})
	})
}

func TestDecideFromAnotherSession(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.fault = faults("send", refused)
		id := d.say(1, "hello")[0].ID
		pass(time.Second)
		d.expect(id, "failed")
		guest := &process{disk: d.disk}
		guest.noLease.Store(true)
		other := New(Options{Store: guest, Feed: d.disk.feed, Dir: d.dir})
		if err := other.Decide(t.Context(), id, state.Retry); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		d.expect(id, "done")
	})
}

func TestTakebackEndsTheUpload(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.latency = time.Hour
		path := filepath.Join(t.TempDir(), "a.png")
		write(t, path, png)
		id := d.say(1, "look", path)[0].ID
		pass(time.Second)
		d.expect(id, "uploading")
		draft, err := d.Takeback(t.Context(), id)
		if err != nil || draft.Body != "look" || len(draft.Files) != 1 {
			t.Fatalf("%+v, %v", draft, err)
		}
		synctest.Wait()
		if _, busy := d.Progress(id); busy {
			t.Error("the upload goes on")
		}
		rows, err := d.Submit(t.Context(), draft, nil)
		if err != nil {
			t.Fatal(err)
		}
		if left := listing(t, d.dir); len(left) != 1 || filepath.Dir(left[0]) != rows[0].Key {
			t.Errorf("copies %v for %s", left, rows[0].Key)
		}
	})
}
