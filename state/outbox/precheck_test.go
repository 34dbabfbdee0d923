package outbox

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// reply submits what an agent wrote who has seen all that came until now.
func (d *session) reply(i int, body string, files ...string) []state.Outbound {
	d.t.Helper()
	draft := attach(chat(i), files...)
	draft.Body, draft.Seen = body, api.Known(state.Pos(time.Now().UnixMilli()))
	rows, err := d.Submit(d.t.Context(), draft, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return rows
}

// customer writes at the platform, a moment from now.
func (d *session) customer(i int, body string) {
	time.Sleep(time.Millisecond)
	d.platform.mu.Lock()
	defer d.platform.mu.Unlock()
	d.platform.unreached = append(d.platform.unreached, api.Message{
		ID:           api.MessageID{Account: "acc", Remote: fmt.Sprint("in", len(d.platform.unreached))},
		Conversation: chat(i), Direction: api.Inbound, Body: body, At: time.Now(),
	})
}

func (d *session) decide(id int64, choice state.Decision) {
	d.t.Helper()
	if err := d.Decide(d.t.Context(), d.disk.row(id), choice); err != nil {
		d.t.Fatal(err)
	}
	pass(time.Minute)
}

// offline lets nothing through but what is named.
func (d *session) offline(but ...string) {
	d.platform.mu.Lock()
	defer d.platform.mu.Unlock()
	d.platform.fault = func(op string) fault {
		for _, fine := range but {
			if op == fine {
				return 0
			}
		}
		return unavailable
	}
}

// W4: a reply is held where the customer wrote meanwhile.
func TestReplyIsHeldWhenTheCustomerWroteMeanwhile(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		pass(time.Minute)
		d.offline()
		id, behind := d.reply(1, "come at five")[0].ID, d.reply(1, "or at six")[0].ID
		pass(time.Hour)
		d.expect(id, "queued")
		d.customer(1, "I am out of town")
		d.offline("messages", "send", "track")
		pass(2 * time.Minute)
		if o := d.expect(id, "held"); o.Reason != "a message is there that you had not seen" || o.Attempts != 0 {
			t.Errorf("%q after %d attempts", o.Reason, o.Attempts)
		}
		d.expect(behind, "queued")
		other := d.reply(2, "somebody else")[0].ID
		pass(time.Minute)
		d.expect(other, "done")
		d.sent("somebody else")
		d.restart()
		pass(time.Hour)
		d.expect(id, "held")
		d.decide(id, state.SendAnyway)
		d.expect(id, "done")
		d.expect(behind, "done")
		d.sent("somebody else", "come at five", "or at six")
	})
}

// A reply to what was never read is held for what had been there all along,
// and says no more than that.
func TestReplyBeforeTheConversationWasReadIsHeld(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		for _, body := range []string{"hello?", "is anybody there?", "well?"} {
			d.customer(1, body)
		}
		pass(time.Hour)
		draft := attach(chat(1))
		draft.Body, draft.Seen = "good morning", api.Known(state.Pos(0))
		rows, err := d.Submit(t.Context(), draft, nil)
		if err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if o := d.expect(rows[0].ID, "held"); o.Reason != "3 messages are there that you had not seen" {
			t.Error(o.Reason)
		}
		d.sent()
	})
}

func TestOnePrecheckBeforeAReply(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.sync = true
		d.customer(1, "hello?")
		for i := range 3 {
			pass(time.Minute)
			before := d.platform.count("messages")
			d.reply(1, fmt.Sprint("answer ", i))
			pass(time.Second)
			if n := d.platform.count("messages") - before; n != 1 {
				t.Errorf("%d looks before reply %d", n, i)
			}
		}
		d.sent("answer 0", "answer 1", "answer 2")
		before := d.platform.count("messages")
		d.reply(1, "at once") // the look before was a second ago
		pass(time.Second)
		d.sent("answer 0", "answer 1", "answer 2", "at once")
		if n := d.platform.count("messages") - before; n != 1 {
			t.Errorf("%d looks before the next one", n)
		}
	})
}

func TestPrecheckThatFailsHoldsNothingUp(t *testing.T) {
	for name, f := range map[string]fault{"refused": unavailable, "limited": limited, "silent": hang, "raw": raw} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, d *session) {
				pass(time.Minute)
				d.platform.sync = true
				d.platform.fault = faults("messages", f)
				d.reply(1, "out it goes")
				pass(6 * time.Second)
				d.sent("out it goes")
			})
		})
	}
}

func TestOldReplyWaitsForThePrecheck(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		pass(time.Minute)
		d.offline()
		id := d.reply(1, "come at five")[0].ID
		pass(time.Hour)
		d.offline("send", "track") // the line is back, but for what is to be seen
		pass(2 * time.Minute)
		if o := d.expect(id, "queued"); !strings.HasPrefix(o.Reason, "first it has to be seen") || o.Attempts != 0 || o.NotBefore.IsZero() {
			t.Errorf("%q after %d attempts, again at %v", o.Reason, o.Attempts, o.NotBefore)
		}
		d.sent()
		d.decide(id, state.SendAnyway)
		d.expect(id, "done")
	})
}

func TestRepliesWithoutAPrecheck(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.sync = true
		pass(time.Minute)
		d.customer(1, "new")
		d.say(1, "says nothing of what was seen")
		pass(time.Second)
		d.sent("says nothing of what was seen")
		if n := d.platform.count("messages"); n != 0 {
			t.Errorf("%d looks", n)
		}
	})
}

func TestMessageThatMayBeOutIsNotHeld(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		pass(time.Minute)
		d.platform.fault = faults("send", dropBefore)
		id := d.reply(1, "hello")[0].ID
		pass(time.Minute)
		d.expect(id, "uncertain")
		d.customer(1, "are you there?")
		d.decide(id, state.SendAgain)
		d.expect(id, "done")
	})
}

func TestHeldReplyIsOneWithItsParts(t *testing.T) {
	hold := func(t *testing.T, d *session) []state.Outbound {
		pass(time.Minute)
		file := filepath.Join(t.TempDir(), "bill.txt")
		write(t, file, "bill")
		rows := d.reply(1, "your bill", file, file)
		d.customer(1, "never mind")
		pass(time.Minute)
		d.expect(rows[0].ID, "held")
		d.expect(rows[1].ID, "queued")
		return rows
	}
	t.Run("edit", func(t *testing.T) {
		bubble(t, func(t *testing.T, d *session) {
			rows := hold(t, d)
			draft, err := d.Takeback(t.Context(), d.disk.row(rows[0].ID))
			if err != nil || draft.Body != "your bill" || len(draft.Files) != 2 {
				t.Fatalf("%+v, %v", draft, err)
			}
			pass(time.Minute)
			d.sent()
		})
	})
	t.Run("discard", func(t *testing.T) {
		bubble(t, func(t *testing.T, d *session) {
			rows := hold(t, d)
			d.decide(rows[0].ID, state.Discard)
			d.sent()
			if left := listing(t, d.dir); len(d.disk.rows)+len(left) != 0 {
				t.Errorf("left: %v %v", d.disk.rows, left)
			}
		})
	})
	t.Run("send anyway", func(t *testing.T) {
		bubble(t, func(t *testing.T, d *session) {
			rows := hold(t, d)
			d.decide(rows[0].ID, state.SendAnyway)
			for _, o := range rows {
				d.expect(o.ID, "done")
			}
			if n := d.platform.count("upload"); n != 2 {
				t.Errorf("%d uploads", n)
			}
		})
	})
}

// What waited for the line goes out on a slow one as well.
func TestOldReplyGoesOutOnASlowLine(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		pass(time.Minute)
		d.offline()
		id := d.reply(1, "come at five")[0].ID
		pass(time.Hour)
		d.platform.mu.Lock()
		d.platform.latency, d.platform.fault = 3*time.Second, func(string) fault { return fine }
		d.platform.mu.Unlock()
		pass(2 * time.Minute)
		d.expect(id, "done")
		d.sent("come at five")
	})
}

// fullCache is a store that takes no page, as a full disk does.
type fullCache struct{ *process }

func (f fullCache) SaveHead(context.Context, api.ConversationID, api.Page[api.Message], time.Time) (state.Saved, error) {
	return state.Saved{}, errors.New("the disk is full")
}

// What came in and cannot be stored is as good as unseen.
func TestOldReplyWaitsWhereNothingCanBeStored(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		pass(time.Minute)
		d.offline()
		id := d.reply(1, "come at five")[0].ID
		pass(time.Hour)
		d.customer(1, "I am out of town")
		d.halt()
		d.launch()
		d.heads = Engine(fullCache{d.process}, d.accounts["acc"])
		d.platform.fault = func(string) fault { return fine }
		d.run()
		pass(5 * time.Minute)
		if o := d.expect(id, "queued"); !strings.Contains(o.Reason, "the disk is full") || o.Attempts != 0 {
			t.Errorf("%q", o.Reason)
		}
		d.sent()
	})
}
