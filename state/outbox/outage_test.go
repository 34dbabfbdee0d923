package outbox

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

// crowd is a reply in each of many conversations.
func (d *session) crowd(n int) {
	for i := range n {
		d.disk.kinds[chat(i)] = "whatsapp"
		d.say(i, fmt.Sprint("reply ", i))
	}
}

// During an outage one message is tried at a time, ever less often; the others
// wait, say for what and until when, and go out soon after it ends.
func TestOneProbesForTheRestInAnOutage(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.sync = true
		d.offline()
		d.crowd(300)
		pass(time.Hour)
		if n := d.platform.count("send"); n > 90 {
			t.Errorf("%d requests in an hour", n)
		}
		for id := range int64(300) {
			o := d.expect(id+1, "queued")
			wait := time.Until(o.NotBefore)
			if o.Reason == "" || wait > work.LongestPause*6/5 || wait < -time.Second || o.Attempts != 0 {
				t.Fatalf("message %d: %q, again in %v, after %d attempts", id+1, o.Reason, wait, o.Attempts)
			}
			if o.Checks == 0 && o.Reason != "waits for the line: "+api.Explain(problem(api.ErrUnavailable, "")) {
				t.Fatalf("message %d: %q", id+1, o.Reason)
			}
		}
		d.platform.strike(fine)
		pass(2 * time.Minute)
		if n := len(d.platform.bodies()); n != 300 {
			t.Errorf("%d went out", n)
		}
	})
}

// Who asks for it has what waits tried at once, one message first; it shows whether
// the rest may go.
func TestAPersonHasTheOutboxTried(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.sync = true
		d.offline()
		d.crowd(20)
		pass(20*time.Minute + 3*time.Second)
		tries := d.platform.count("send")
		for before := -1; before != tries; tries = d.platform.count("send") { // else one of its own is under way
			before = tries
			pass(3 * time.Second)
		}
		d.TryNow(chat(0).Account)
		pass(time.Second)
		if n := d.platform.count("send") - tries; n != 1 {
			t.Fatalf("%d requests while nothing answers", n)
		}
		d.platform.strike(fine)
		d.TryNow(chat(0).Account)
		pass(time.Second)
		if n := len(d.platform.bodies()); n < 15 {
			t.Errorf("%d of 20 went out within a second", n)
		}
		pass(2 * time.Minute)
		if n := len(d.platform.bodies()); n != 20 {
			t.Errorf("%d went out", n)
		}
	})
}

// What keeps the account from sending is what every message says that waits for it.
func TestWaitingMessagesSayWhatKeepsThem(t *testing.T) {
	for f, kind := range map[fault]api.ErrKind{noAuth: api.ErrAuth, unpaid: api.ErrPayment, limited: api.ErrRateLimited} {
		bubble(t, func(t *testing.T, d *session) {
			d.platform.strike(f)
			d.say(1, "one")
			pass(500 * time.Millisecond)
			id := d.say(2, "two")[0].ID
			pass(time.Second)
			if o := d.expect(id, "queued"); o.Reason != api.Explain(problem(kind, "")) || !o.NotBefore.After(time.Now()) {
				t.Errorf("%q, again at %v", o.Reason, o.NotBefore)
			}
			if n := d.platform.count("send"); n != 1 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// No line of which nobody answers is filled with messages nobody knows of.
func TestALostAnswerStopsTheRest(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.fault = func(op string) fault {
			if op == "send" {
				return dropBefore
			}
			return unavailable
		}
		d.crowd(100)
		pass(10 * time.Minute)
		unknown := 0
		for id := range int64(100) {
			if d.disk.row(id+1).Status == state.Uncertain {
				unknown++
			}
		}
		if unknown > 20 {
			t.Errorf("%d messages are unknown after ten minutes", unknown)
		}
	})
}

// A message that fails by its own fault is not the one that is tried for all.
func TestAMessageAtFaultDoesNotHoldTheAccount(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.sync = true
		path := filepath.Join(t.TempDir(), "a.png")
		write(t, path, png)
		d.platform.fault = func(op string) fault {
			if op == "upload" {
				return unavailable
			}
			return fine
		}
		d.say(0, "", path)
		pass(10 * time.Minute)
		for i := 1; i < 9; i++ {
			d.say(i, "hello")
		}
		pass(work.LongestPause * 3)
		if n := len(d.platform.bodies()); n != 8 {
			t.Errorf("%d texts went out beside a file that cannot be uploaded", n)
		}
	})
}

// A person's request does not wait for an outage, only for what the platform
// ordered.
func TestAPersonMayTryInAnOutage(t *testing.T) {
	for f, sent := range map[fault]int{unavailable: 1, noAuth: 1, limited: 0} {
		bubble(t, func(t *testing.T, d *session) {
			d.platform.strike(f)
			d.crowd(40)
			for range 20 {
				pass(7 * time.Second)
			}
			id := int64(40)
			for d.disk.row(id).Checks > 0 || !d.disk.row(id).NotBefore.After(time.Now().Add(time.Second)) {
				pass(100 * time.Millisecond)
			}
			d.platform.strike(fine)
			if err := d.Decide(t.Context(), d.disk.row(id), state.Retry); err != nil {
				t.Fatal(err)
			}
			pass(500 * time.Millisecond)
			if got := len(d.platform.bodies()); got < sent || sent == 0 && got > 0 {
				t.Errorf("%d messages went out at once", got)
			}
		})
	}
}
