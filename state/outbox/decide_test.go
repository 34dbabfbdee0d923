package outbox

import (
	"errors"
	"path/filepath"
	"regexp"
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
		if err := d.Decide(t.Context(), d.disk.row(id), state.Retry); err != nil {
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
			if err := d.Decide(t.Context(), d.disk.row(id), state.SendAgain); err != nil {
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
			if err := d.Decide(t.Context(), d.disk.row(id), state.Arrived); err != nil {
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
			if err := d.Decide(t.Context(), d.disk.row(id), state.Discard); err != nil {
				t.Fatal(err)
			}
			if err := d.Decide(t.Context(), d.disk.row(id), state.Retry); !errors.Is(err, state.ErrNoSuch) {
				t.Errorf("%v", err)
			}
		})
	})
	t.Run("not retried, not taken back", func(t *testing.T) {
		bubble(t, func(t *testing.T, d *session) {
			id := unknown(t, d)
			if err := d.Decide(t.Context(), d.disk.row(id), state.Retry); err == nil {
				t.Error("an unknown message was retried as if it had failed")
			}
			if _, err := d.Takeback(t.Context(), d.disk.row(id)); err == nil {
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
		if err := other.Decide(t.Context(), d.disk.row(id), state.Retry); err != nil {
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
		draft, err := d.Takeback(t.Context(), d.disk.row(id))
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

// A decision is about the message as it was seen: what another session decided
// meanwhile stands, and whoever comes second is told.
func TestADecisionIsAboutWhatWasSeen(t *testing.T) {
	seconds := map[string]func(d *session, seen state.Outbound) error{
		"discard": func(d *session, seen state.Outbound) error { return d.Decide(d.t.Context(), seen, state.Discard) },
		"retry":   func(d *session, seen state.Outbound) error { return d.Decide(d.t.Context(), seen, state.SendAgain) },
		"edit":    func(d *session, seen state.Outbound) error { _, err := d.Takeback(d.t.Context(), seen); return err },
	}
	// It may be on its way already.
	told := regexp.MustCompile(`^nothing was done, because it has changed since you looked: the message is (still waiting|being sent now)`)
	for name, second := range seconds {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, d *session) {
				d.platform.fault = faults("send", dropBefore)
				id := d.say(1, "hello")[0].ID
				pass(time.Minute)
				seen := d.expect(id, "uncertain")
				if err := d.Decide(t.Context(), seen, state.SendAgain); err != nil {
					t.Fatal(err)
				}
				err := second(d, seen)
				if err == nil || !told.MatchString(err.Error()) {
					t.Errorf("the second was told: %v", err)
				}
				pass(time.Minute)
				d.expect(id, "done")
				d.sent("hello")
			})
		})
	}
}

// Who has not the right to send does nothing to what is in the outbox, which goes out all
// the same.
func TestWhoMayNotSendDecidesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.fault = faults("send", refused)
		id := d.say(1, "hello")[0].ID
		pass(time.Second)
		d.expect(id, "failed")
		other := New(Options{Store: &process{disk: d.disk}, Feed: d.disk.feed, Dir: d.dir, Refused: state.ErrMayDraft})
		row, ctx := d.disk.row(id), t.Context()
		_, submitted := other.Submit(ctx, state.Draft{Conversation: chat(1), Body: "mine"}, nil)
		_, back := other.Takeback(ctx, row)
		_, then := other.WhenSent(ctx, chat(1), state.WhenSent{Done: true})
		for _, err := range []error{submitted, back, then, other.Decide(ctx, row, state.Retry), other.Decide(ctx, row, state.Discard), other.Reschedule(ctx, row, time.Now().Add(time.Hour))} {
			if !errors.Is(err, state.ErrMayDraft) {
				t.Errorf("%v", err)
			}
		}
		d.expect(id, "failed")
		if err := d.Decide(ctx, row, state.Retry); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		d.expect(id, "done")
	})
}

// A reply that waited for the team's database is there by another number once that has it:
// who saw it by the first one looks again, and does not hear that it is gone.
func TestAReplyThatGotItsNumberIsLookedForAgain(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		if _, err := d.Takeback(t.Context(), state.Outbound{ID: -5, Status: state.Queued}); !errors.Is(err, errMoved) {
			t.Errorf("below zero: %v", err)
		}
		if _, err := d.Takeback(t.Context(), state.Outbound{ID: 5, Status: state.Queued}); !errors.Is(err, state.ErrNoSuch) {
			t.Errorf("above: %v", err)
		}
	})
}

// A message is not what an agent saw by its number only: the number may be another one's since a
// team's database has lost a commit.
func TestADecisionIsAboutTheMessageThatWasSeen(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.fault = faults("send", refused)
		id := d.say(1, "hello")[0].ID
		pass(time.Second)
		seen := d.disk.row(id)
		seen.Key = "another"
		_, back := d.Takeback(t.Context(), seen)
		for _, err := range []error{back, d.Decide(t.Context(), seen, state.Discard), d.Decide(t.Context(), seen, state.Retry)} {
			if !errors.Is(err, state.ErrNoSuch) {
				t.Errorf("%v", err)
			}
		}
		d.expect(id, "failed")
	})
}
