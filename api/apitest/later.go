package apitest

import (
	"context"
	"slices"
	"testing"
	"time"

	"unibox/api"
)

func testRetry(t *testing.T, f Fixture) {
	retrier := ability[api.Retrier](t, f)
	r, err := f.send(t, f.RetryText)
	fine(t, err)
	if r = f.outcome(t, r); r.Delivery != api.DeliveryFailed {
		t.Fatalf("outcome: %+v", r)
	}
	if m := f.message(t, r.Message); !m.Retryable || m.Delivery != api.DeliveryFailed || m.Reason == "" {
		t.Errorf("in the history: %+v", m)
	}
	fine(t, retrier.RetryMessage(t.Context(), f.Chat, r.Message))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for m := f.message(t, r.Message); m.Delivery != api.DeliveryDelivered; m = f.message(t, r.Message) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("it stays %+v", m)
		}
	}
	f.wants(t, retrier.RetryMessage(t.Context(), f.Chat, r.Message), api.ErrInvalid)
	f.took(t, f.RetryText)
}

// message finds one in the newest part of the history.
func (f Fixture) message(t *testing.T, id api.MessageID) api.Message {
	t.Helper()
	head := f.head(t)
	at := slices.IndexFunc(head, func(m api.Message) bool { return m.ID == id })
	if at < 0 {
		t.Fatalf("message %+v is not in the history", id)
	}
	return head[at]
}

func testSchedule(t *testing.T, f Fixture) {
	scheduler := ability[api.Scheduler](t, f)
	out := api.Outgoing{Conversation: f.Chat, Body: "see you tomorrow"}
	r, err := scheduler.Schedule(t.Context(), out, time.Now().Add(time.Hour))
	fine(t, err)
	if r.Delivery != api.DeliveryScheduled || r.Conversation != f.Chat || !r.Final() {
		t.Errorf("scheduled: %+v", r)
	}
	if m := f.message(t, r.Message); m.Delivery != api.DeliveryScheduled || m.Body != out.Body || m.Direction != api.Outbound {
		t.Errorf("in the history: %+v", m)
	}
	f.took(t, out.Body)
	_, err = scheduler.Schedule(t.Context(), out, time.Now().Add(-time.Hour))
	f.wants(t, err, api.ErrInvalid)
	out.Body = ""
	_, err = scheduler.Schedule(t.Context(), out, time.Now().Add(time.Hour))
	f.wants(t, err, api.ErrInvalid)
}
