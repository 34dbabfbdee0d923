package outbox

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// untimedClient takes files, and knows of no time to come.
type untimedClient struct{ plainClient }

func (u untimedClient) Upload(ctx context.Context, up api.Upload) (api.Attachment, error) {
	return u.c.Upload(ctx, up)
}

// launchPlain starts a process whose platform has no clock of its own.
func (d *session) launchPlain() {
	d.process = &process{disk: d.disk}
	account := Account{ID: "acc", Provider: untimedClient{plainClient{&client{d.platform, func() bool { return !d.process.gone() }}}}}
	d.Outbox = New(Options{Store: d.process, Heads: Engine(d.process, account), Feed: d.disk.feed, Dir: d.dir, Log: slog.New(slog.DiscardHandler), Accounts: []Account{account}})
}

// untimed is a session on such a platform, and plan a reply of it for a time.
func untimed(t *testing.T, fn func(d *session)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := newSession(t)
		d.launchPlain()
		d.run()
		defer d.halt()
		fn(d)
	})
}

func (d *session) plan(body string, in time.Duration) state.Outbound {
	d.t.Helper()
	rows, err := d.Submit(d.t.Context(), state.Draft{Conversation: chat(1), Body: body, At: time.Now().Add(in)}, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return rows[0]
}

// C19: on a platform without a clock a reply goes out at its time by ours, days ahead too, and
// what is said meanwhile does not wait for it.
func TestSendLaterByOurClock(t *testing.T) {
	untimed(t, func(d *session) {
		o := d.plan("on Monday", 72*time.Hour)
		if !o.Timed() {
			d.t.Fatalf("%+v", o)
		}
		d.say(1, "now")
		d.TryNow("acc")
		pass(time.Minute)
		d.sent("now")
		pass(72*time.Hour - 2*time.Minute)
		d.sent("now")
		pass(2 * time.Minute)
		d.sent("now", "on Monday")
		if o := d.expect(o.ID, "done"); !o.At.IsZero() || o.Receipt.Delivery == api.DeliveryScheduled {
			d.t.Errorf("%+v", o)
		}
	})
}

// C19: its time is changed, it is sent at once, or taken back with its time.
func TestATimeIsChangedAndTakenBack(t *testing.T) {
	untimed(t, func(d *session) {
		o := d.plan("later", 2*time.Hour)
		if err := d.Reschedule(d.t.Context(), o, time.Now().Add(-time.Second)); err == nil {
			d.t.Error("a time that has passed is taken")
		}
		if err := d.Reschedule(d.t.Context(), o, time.Now().Add(5*time.Hour)); err != nil {
			d.t.Fatal(err)
		}
		pass(3 * time.Hour)
		d.sent()
		pass(3 * time.Hour)
		d.sent("later")
		if err := d.Reschedule(d.t.Context(), o, time.Now().Add(time.Hour)); err == nil || !strings.Contains(err.Error(), "sent already") {
			d.t.Errorf("%v", err)
		}
		o = d.plan("at once", 2*time.Hour)
		if err := d.Decide(d.t.Context(), o, state.Retry); err != nil {
			d.t.Fatal(err)
		}
		pass(time.Minute)
		d.sent("later", "at once")
		o = d.plan("never", 2*time.Hour)
		if draft, err := d.Takeback(d.t.Context(), o); err != nil || draft.Body != "never" {
			d.t.Errorf("%+v, %v", draft, err)
		}
		pass(3 * time.Hour)
		d.sent("later", "at once")
	})
}

// C19: while nobody ran its time came. Within the hour it goes out, after that a person decides.
func TestATimeThatCameWhileNobodyRan(t *testing.T) {
	for _, late := range []time.Duration{30 * time.Minute, 3 * time.Hour} {
		untimed(t, func(d *session) {
			o := d.plan("at nine", time.Hour)
			d.halt()
			pass(time.Hour + late)
			d.launchPlain()
			d.run()
			pass(10 * time.Minute)
			if late < time.Hour {
				d.sent("at nine")
				return
			}
			d.sent()
			o = d.expect(o.ID, "held")
			if !strings.Contains(o.Reason, "unibox did not run then") {
				d.t.Errorf("%q", o.Reason)
			}
			if err := d.Decide(d.t.Context(), o, state.SendAnyway); err != nil {
				d.t.Fatal(err)
			}
			pass(time.Minute)
			d.sent("at nine")
		})
	}
}

// planSeen plans a reply of an agent who has seen all that came so far.
func (d *session) planSeen(body string, in time.Duration, files ...string) []state.Outbound {
	d.t.Helper()
	draft := state.Draft{Conversation: chat(1), Body: body, At: time.Now().Add(in), Seen: api.Known(state.Pos(time.Now().UnixMilli()))}
	dir := d.t.TempDir()
	for _, f := range files {
		path := filepath.Join(dir, f)
		if err := os.WriteFile(path, []byte("%PDF-1.4"), 0o600); err != nil {
			d.t.Fatal(err)
		}
		draft.Files = append(draft.Files, state.File{Path: path})
	}
	rows, err := d.Submit(d.t.Context(), draft, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return rows
}

// C19: to send one reply anyway leaves another one waiting for its time.
func TestSendAnywayKeepsTheTimeOfAnother(t *testing.T) {
	untimed(t, func(d *session) {
		pass(time.Minute)
		d.offline()
		r := d.reply(1, "come at five")[0]
		pass(time.Hour)
		o := d.planSeen("on Monday", 72*time.Hour)[0]
		d.customer(1, "out of town")
		d.offline("messages", "send", "track")
		pass(3 * time.Minute)
		d.expect(r.ID, "held")
		d.decide(r.ID, state.SendAnyway)
		pass(2 * time.Minute)
		d.sent("come at five")
		if o = d.expect(o.ID, "queued"); !o.Timed() {
			d.t.Errorf("%+v", o)
		}
	})
}

// C19: a reply of several parts that is too late is sent anyway as a whole.
func TestALateReplyOfPartsIsSentAsAWhole(t *testing.T) {
	untimed(t, func(d *session) {
		rows := d.planSeen("see both", time.Hour, "a.pdf", "b.pdf")
		d.halt()
		pass(4 * time.Hour)
		d.launchPlain()
		d.run()
		pass(10 * time.Minute)
		d.sent()
		d.decide(rows[0].ID, state.SendAnyway)
		pass(5 * time.Minute)
		if len(rows) < 2 {
			d.t.Fatal(rows)
		}
		for _, o := range rows {
			d.expect(o.ID, "done")
		}
	})
}

// C19: a new time that is set while a reply is about to go out holds it back.
func TestATimeIsChangedWhileItIsAboutToGoOut(t *testing.T) {
	untimed(t, func(d *session) {
		pass(time.Minute)
		d.platform.latency = 5 * time.Second
		o := d.planSeen("at nine", time.Minute)[0]
		pass(time.Minute + 2*time.Second)
		if err := d.Reschedule(d.t.Context(), d.disk.row(o.ID), time.Now().Add(6*time.Hour)); err != nil {
			d.t.Fatal(err)
		}
		pass(5 * time.Hour)
		d.sent()
		pass(2 * time.Hour)
		d.sent("at nine")
	})
}

// C19: while nothing goes out, what waits for its time goes on waiting, also where a person
// has all tried. At its time it says why it is not sent.
func TestATimeInAnOutage(t *testing.T) {
	untimed(t, func(d *session) {
		d.platform.strike(unavailable)
		d.say(2, "other")
		pass(10 * time.Minute)
		o := d.plan("at nine", 30*time.Second)
		for range 29 {
			pass(time.Second)
			if !d.disk.row(o.ID).Timed() {
				d.t.Fatalf("%+v", d.disk.row(o.ID))
			}
		}
		d.platform.strike(fine)
		d.TryNow("acc")
		pass(500 * time.Millisecond)
		d.sent("other")
		pass(2 * time.Second)
		d.sent("other", "at nine")
		d.platform.strike(unavailable)
		d.say(2, "again")
		pass(10 * time.Minute)
		o = d.plan("at ten", time.Second)
		pass(2 * time.Second)
		if o = d.expect(o.ID, "queued"); o.Reason == "" || o.At.IsZero() {
			d.t.Errorf("%+v", o)
		}
	})
}

// C19: its time came in an outage, which lasts. It waits for a person, also where it was
// tried, and where nobody ran after that.
func TestATimeThatCameInAnOutage(t *testing.T) {
	for name, c := range map[string]struct{ first, quits bool }{"tried": {}, "paused": {first: true}, "tried, then nobody ran": {quits: true}, "paused, then nobody ran": {true, true}} {
		t.Run(name, func(t *testing.T) {
			untimed(t, func(d *session) {
				d.platform.strike(unavailable)
				if c.first {
					d.say(2, "other")
					pass(10 * time.Minute)
				}
				o := d.plan("at nine", 30*time.Second)
				pass(5 * time.Minute)
				if o = d.expect(o.ID, "queued"); o.Timed() {
					d.t.Errorf("%+v", o)
				}
				if c.quits {
					d.halt()
				}
				pass(13 * time.Hour)
				d.platform.strike(fine)
				if c.quits {
					d.launchPlain()
					d.run()
				}
				pass(10 * time.Minute)
				if o = d.expect(o.ID, "held"); !strings.Contains(o.Reason, "could not go out then") || !o.NotBefore.Equal(o.At) {
					d.t.Errorf("%q, %v", o.Reason, o.NotBefore)
				}
				d.decide(o.ID, state.SendAnyway)
				pass(time.Minute)
				if o = d.expect(o.ID, "done"); !o.At.IsZero() {
					d.t.Errorf("%+v", o)
				}
			})
		})
	}
}

// C19: its time came while what is ahead of it waited for a person.
func TestATimeThatCameBehindAnother(t *testing.T) {
	untimed(t, func(d *session) {
		pass(time.Minute)
		d.offline()
		r := d.reply(1, "come at five")[0]
		pass(time.Hour)
		d.customer(1, "out of town")
		d.offline("messages", "send", "track")
		pass(3 * time.Minute)
		d.expect(r.ID, "held")
		o := d.plan("at nine", time.Hour)
		pass(4 * time.Hour)
		d.decide(r.ID, state.SendAnyway)
		pass(5 * time.Minute)
		d.sent("come at five")
		if o = d.expect(o.ID, "held"); !strings.Contains(o.Reason, "could not go out then") {
			d.t.Errorf("%q", o.Reason)
		}
	})
}

// C19: a planned reply of several parts is sent at once as a whole, in its order.
func TestAPlannedReplyOfPartsIsSentAtOnceAsAWhole(t *testing.T) {
	for part := range 2 {
		untimed(t, func(d *session) {
			rows := d.planSeen("see it", time.Hour, "a.pdf", "b.pdf")
			d.decide(rows[part].ID, state.Retry)
			pass(5 * time.Minute)
			d.sent("see it", "", "")
			for _, o := range rows {
				d.expect(o.ID, "done")
			}
		})
	}
}

// C19: a first message goes out at its time by our clock, also where the platform keeps times
// of replies, and what is written behind it meanwhile waits for it.
func TestAFirstMessageLater(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		rows, err := d.Submit(t.Context(), state.Draft{Body: "Welcome", At: time.Now().Add(2 * time.Hour)}, &state.First{Channel: api.ChannelID{Account: "acc", Remote: "ch"}, Kind: "whatsapp", To: "79250000001"})
		if err != nil {
			t.Fatal(err)
		}
		o := rows[0]
		if _, err := d.Submit(t.Context(), state.Draft{Conversation: o.Conversation, Body: "at four", At: time.Now().Add(4 * time.Hour)}, nil); err == nil || !strings.Contains(err.Error(), "behind the first message") {
			t.Errorf("behind it, later: %v", err)
		}
		if _, err := d.Submit(t.Context(), state.Draft{Conversation: o.Conversation, Body: "and more"}, nil); err != nil {
			t.Fatal(err)
		}
		d.TryNow("acc")
		pass(time.Hour)
		d.sent()
		if o = d.disk.row(o.ID); !o.Timed() {
			t.Errorf("%+v", o)
		}
		pass(time.Hour + time.Minute)
		d.sent("Welcome", "and more")
		if n := d.platform.count("start"); n != 1 || d.platform.count("schedule") != 0 {
			t.Errorf("started %d times; %v", n, d.platform.calls)
		}
	})
}

// C19: of a reply for a time that an outage has put off, all parts are taken back.
func TestAReplyPutOffByAnOutageIsTakenBackAsAWhole(t *testing.T) {
	untimed(t, func(d *session) {
		rows := d.planSeen("see both", time.Minute, "a.pdf", "b.pdf")
		d.platform.strike(unavailable)
		pass(5 * time.Minute)
		o := d.disk.row(rows[0].ID)
		if o.Timed() || o.Status != state.Queued || len(rows) < 2 {
			d.t.Fatalf("%+v", o)
		}
		draft, err := d.Takeback(d.t.Context(), o)
		if err != nil || draft.Body != "see both" || len(draft.Files) != 2 || len(d.disk.rows) != 0 {
			d.t.Errorf("%+v, %v; left %d", draft, err, len(d.disk.rows))
		}
	})
}
