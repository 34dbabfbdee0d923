package sqlite

import (
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// A message that is to go out later is at the end until then, answers
// nobody, and follows what the platform says of it once it is listed.
func TestAScheduledMessageIsAtTheEnd(t *testing.T) {
	db := four(t)
	owning(t, db)
	o := queued(conv(1), "k", "tomorrow")
	o.At = time.Now().Add(24 * time.Hour)
	o.Receipt = api.Receipt{Message: api.MessageID{Account: "shop", Remote: "9"}, Delivery: api.DeliveryScheduled}
	advance(t, db, submit(t, db, o)[0], state.Done)
	said := says(conv(1), 1, "in", "where is my cake?", noon.Add(-2*time.Hour))
	later := time.Now().Add(time.Hour)
	head(t, db, conv(1), later, page("", said, says(conv(1), 0, "in", "hello", noon.Add(-3*time.Hour))))
	if got := lines(t, db, all(conv(1))); got != "hello where is my cake? tomorrow!" {
		t.Fatal(got)
	}
	if row := rowOf(t, db, conv(1)); row.WaitingSince.IsZero() {
		t.Fatalf("a message that is yet to go out has answered: %+v", row)
	}
	listed := says(conv(1), 9, "out", "tomorrow", o.At)
	for _, d := range []api.Delivery{api.DeliveryScheduled, api.DeliveryFailed} {
		listed.Delivery, listed.Retryable = d, d == api.DeliveryFailed
		head(t, db, conv(1), later, page("", listed, said))
		w, err := db.Timeline(t.Context(), all(conv(1)))
		must(t, err)
		last := w.Items[len(w.Items)-1]
		if last.Message.Delivery != d || last.Sending == nil || last.Message.Retryable != listed.Retryable {
			t.Fatalf("%+v", last)
		}
		if rowOf(t, db, conv(1)).WaitingSince.IsZero() {
			t.Fatalf("answered at %v", d)
		}
	}
}

func TestAScheduledMessageThatNobodyListsGoesAtLast(t *testing.T) {
	db := four(t)
	owning(t, db)
	o := queued(conv(1), "k", "tomorrow")
	o.At = time.Now().Add(24 * time.Hour)
	advance(t, db, submit(t, db, o)[0], state.Done)
	for _, tt := range []struct {
		checked time.Time
		want    string
	}{
		{o.At, "where is my cake? tomorrow!"},
		{o.At.Add(2 * lateness), "where is my cake?"},
	} {
		m := says(conv(1), 1, "in", "where is my cake?", noon.Add(-2*time.Hour))
		m.Reason = tt.want // something to file
		head(t, db, conv(1), tt.checked, page("", m))
		if got := lines(t, db, all(conv(1))); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestADraftKeepsItsTime(t *testing.T) {
	db := openIn(t, t.TempDir())
	d, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "a"})
	must(t, err)
	d.At = noon
	d, err = db.SaveDraft(t.Context(), d)
	must(t, err)
	if got, err := db.Draft(t.Context(), conv(1)); err != nil || !got.At.Equal(noon) || got.Rev != d.Rev || got.Rev != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	submit(t, db, queued(conv(1), "k", "a"))
	if got, err := db.Draft(t.Context(), conv(1)); err != nil || !got.At.IsZero() {
		t.Fatalf("%+v, %v", got, err)
	}
}

// C19: a reply that waits here for its time answers nobody until it is tried; its time can be
// changed, and is gone once it goes out by our clock.
func TestAReplyForALaterTimeByOurClock(t *testing.T) {
	db := four(t)
	owning(t, db)
	said := says(conv(1), 1, "in", "where is my cake?", noon.Add(-2*time.Hour))
	head(t, db, conv(1), time.Now(), page("", said))
	o := queued(conv(1), "k", "tomorrow")
	o.At = time.Now().Add(24 * time.Hour)
	o.NotBefore = o.At
	o = submit(t, db, o)[0]
	if row := rowOf(t, db, conv(1)); !o.Timed() || row.WaitingSince.IsZero() || row.Pending != 1 || row.Timed != 1 {
		t.Fatalf("%+v, %+v", o, row)
	}
	o.At, o.NotBefore = o.At.Add(time.Hour), o.NotBefore.Add(time.Hour)
	if ok, err := db.Decided(t.Context(), o, state.Queued); err != nil || !ok {
		t.Fatal(ok, err)
	}
	now, err := db.Outbound(t.Context(), o.ID)
	if must(t, err); !now.Timed() || !now.At.Equal(o.At.Truncate(time.Microsecond)) {
		t.Fatalf("%+v", now)
	}
	o.Status, o.At, o.NotBefore, o.Attempts = state.InFlight, time.Time{}, time.Time{}, 0
	if ok, err := db.Decided(t.Context(), o, state.Queued); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if row := rowOf(t, db, conv(1)); !row.WaitingSince.IsZero() || row.Pending != 1 || row.Timed != 0 {
		t.Errorf("on its way it answers: %+v", row)
	}
}

// C19: what a platform has taken to be sent later than messages are kept stays until its time
// has come, and as long after that as any other.
func TestWhatIsSentMuchLaterIsNotTidiedAway(t *testing.T) {
	db := openIn(t, t.TempDir())
	owning(t, db)
	now := time.Now()
	submit := func(key string, at time.Time) state.Outbound {
		o := state.Outbound{Key: key, Conversation: conv(1), Body: key, Part: 1, Parts: 1, Submitted: now.Add(-40 * 24 * time.Hour), At: at}
		rows, err := db.Submit(t.Context(), state.Draft{Conversation: conv(1)}, []state.Outbound{o})
		must(t, err)
		o = rows[0]
		o.Status, o.Receipt.Delivery = state.Done, api.DeliveryScheduled
		if ok, err := db.SaveOutbound(t.Context(), o, state.Queued); !ok || err != nil {
			t.Fatal(ok, err)
		}
		return o
	}
	all := []state.Outbound{submit("tomorrow", now.Add(24*time.Hour)), submit("last week", now.Add(-7*24*time.Hour)), submit("long ago", now.Add(-31*24*time.Hour)), submit("at once", time.Time{})}
	must(t, db.pruneAll(t.Context(), "", doneRetention))
	for i, o := range all {
		_, err := db.Outbound(t.Context(), o.ID)
		if left := err == nil; left != (i < 2) {
			t.Errorf("%s: left %v (%v)", o.Key, left, err)
		}
	}
}
