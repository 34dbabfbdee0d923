package outbox

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

func TestSendAndTrack(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		id := d.say(1, "hello")[0].ID
		pass(time.Second)
		d.expect(id, "accepted")
		pass(20 * time.Second)
		o := d.expect(id, "done")
		if o.Receipt.Delivery != api.DeliveryDelivered || o.Receipt.Message.Remote != "m1" || o.Attempts != 1 {
			t.Errorf("%+v", o)
		}
		if got := strings.Join(d.disk.log[o.Key], " "); got != "queued inflight accepted done" {
			t.Errorf("stored %q", got)
		}
		d.sent("hello")
	})
}

func TestSynchronousAnswerIsDoneAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.sync = true
		id := d.say(1, "hello")[0].ID
		pass(time.Second)
		if o := d.expect(id, "done"); o.Receipt.Delivery != api.DeliverySent {
			t.Errorf("delivery %d", o.Receipt.Delivery)
		}
		if n := d.platform.count("track"); n != 0 {
			t.Errorf("tracked %d times", n)
		}
	})
}

func TestErrorsOfASend(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults []fault
		after  time.Duration
		want   string
		sends  int
	}{
		{"offline, then well", []fault{unavailable, unavailable}, 30 * time.Second, "done", 1},
		{"too many requests", []fault{limited}, 30 * time.Second, "done", 1},
		{"refused", []fault{refused}, 30 * time.Second, "failed", 0},
		{"bad token keeps it", []fault{noAuth, noAuth}, 100 * time.Second, "queued", 0},
		{"a renewed token sends it", []fault{noAuth, unpaid}, 200 * time.Second, "done", 1},
		{"answer lost after the effect", []fault{dropAfter}, 30 * time.Second, "done", 1},
		{"answer lost before the effect", []fault{dropBefore}, time.Hour, "uncertain", 0},
		{"a client that panics", []fault{broken}, time.Hour, "uncertain", 0},
		{"an error of no kind", []fault{raw}, time.Hour, "uncertain", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, d *session) {
				d.platform.fault = faults("send", c.faults...)
				id := d.say(1, "hello")[0].ID
				pass(c.after)
				o := d.expect(id, c.want)
				if got := len(d.platform.bodies()); got != c.sends {
					t.Errorf("%d messages at the platform", got)
				}
				if c.want == "done" && o.Receipt.Message.Remote != "m1" {
					t.Errorf("tied to %+v", o.Receipt)
				}
			})
		})
	}
}

func TestRateLimitHoldsTheAccount(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.fault = faults("send", limited)
		d.say(1, "one")
		pass(time.Second)
		d.say(2, "two")
		pass(5 * time.Second)
		d.sent()
		pass(10 * time.Second)
		if n := d.platform.count("send"); n != 3 || len(d.platform.bodies()) != 2 {
			t.Errorf("%d requests, %v", n, d.platform.bodies())
		}
	})
}

func TestOrderAndIndependence(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.fault = faults("send", dropBefore)
		stuck := d.say(1, "one")[0].ID
		pass(time.Second)
		d.say(1, "two")
		d.say(2, "other")
		d.say(1, "three")
		pass(time.Hour)
		d.sent("other")
		if err := d.Decide(t.Context(), d.disk.row(stuck), state.Leave); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		d.sent("other", "two", "three")
		if o := d.expect(stuck, "uncertain"); !o.Left {
			t.Error("not left")
		}
	})
}

func TestNothingIsSentWithoutTheLease(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.process.noLease.Store(true)
		id := d.say(1, "hello")[0].ID
		pass(time.Minute)
		d.expect(id, "queued")
		if n := d.platform.count("send"); n != 0 {
			t.Errorf("%d requests", n)
		}
		d.process.noLease.Store(false)
		pass(time.Minute)
		d.expect(id, "done")
	})
}

func TestAPlatformWithoutAbilities(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newSession(t)
		account := Account{ID: "acc", Provider: plainClient{&client{d.platform, func() bool { return true }}}}
		d.Outbox = New(Options{
			Store: d.process, Heads: Engine(d.process, account), Feed: d.disk.feed, Dir: d.dir, Accounts: []Account{account},
		})
		d.run()
		id := d.say(1, "hello")[0].ID
		path := filepath.Join(t.TempDir(), "a.png")
		write(t, path, png)
		file := d.say(2, "", path)[0].ID
		pass(time.Minute)
		d.expect(id, "done")
		if o := d.expect(file, "failed"); !o.Refused {
			t.Errorf("%+v", o)
		}
		d.halt()
	})
}

func TestAStoreThatFailsIsTriedAgain(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		id := d.say(1, "hello")[0].ID
		d.halt()
		d.launch()
		broken := &flaky{process: d.process, fails: 3}
		d.store = broken
		d.run()
		pass(time.Minute)
		d.expect(id, "done")
		d.sent("hello")
		if broken.fails > 0 {
			t.Error("the store never failed")
		}
	})
}

// flaky is a store that cannot save an answer a few times, like a full disk.
type flaky struct {
	*process
	fails int
}

func (f *flaky) SaveOutbound(ctx context.Context, o state.Outbound, was state.Status) (bool, error) {
	if was == state.InFlight && f.fails > 0 {
		f.fails--
		return false, errors.New("disk full")
	}
	return f.process.SaveOutbound(ctx, o, was)
}

func TestUploadsLeaveRoomForTexts(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		path := filepath.Join(t.TempDir(), "a.png")
		write(t, path, png)
		d.platform.fault = func(op string) fault {
			if op == "upload" {
				return hang
			}
			return fine
		}
		for i := range 6 {
			d.say(i, "", path)
		}
		pass(time.Second)
		if n := d.platform.count("upload"); n != atOnce {
			t.Errorf("%d uploads at once", n)
		}
		id := d.say(7, "hello")[0].ID
		pass(time.Minute)
		d.expect(id, "done")
	})
}

func TestABadTokenHoldsTheAccount(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.fault = func(string) fault { return noAuth }
		for i := range 9 {
			d.say(i, "hello")
		}
		pass(10 * time.Minute)
		if n := d.platform.count("send"); n > atOnce+10 {
			t.Errorf("%d requests in ten minutes", n)
		}
		if o := d.expect(1, "queued"); o.Reason != api.Explain(problem(api.ErrAuth, "")) {
			t.Errorf("reason %q", o.Reason)
		}
	})
}
