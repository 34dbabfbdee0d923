package outbox_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// TestARetryStaysOneMessage retries a message that TextUs holds as failed: it is
// asked to try that again, once, and everybody sees one message.
func TestARetryStaysOneMessage(t *testing.T) {
	t.Parallel()
	found, err := towns()
	if err != nil {
		t.Fatal(err)
	}
	retries := regexp.MustCompile(`^POST .*/retry$`)
	for name, c := range map[string]struct {
		before func(w *world)
		harm   harm
	}{
		"here":                       {func(*world) {}, harm{}},
		"from a second session":      {func(w *world) { w.start() }, harm{}},
		"after a restart":            {func(w *world) { w.procs[0].quit(); w.procs = nil; w.start() }, harm{}},
		"the answer is lost":         {func(*world) {}, harm{effect, reset}},
		"killed while it is asked":   {func(*world) {}, harm{effect, crash}},
		"a page of somebody between": {func(*world) {}, harm{between, gateway}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, services[1], dir)
				defer w.end()
				w.town = found["textus"]
				s := &stage{world: w, script: []cue{{retries, c.harm}}}
				w.start()
				id := w.town.chats[0].ID
				w.submit(state.Draft{Conversation: id, Body: "see you #transient"}, nil)
				w.settle(5 * time.Minute)
				failed := w.all()[0]
				if failed.Status != state.Failed || failed.Receipt.Message.Remote == "" {
					t.Fatalf("%s, %+v", words[failed.Status], failed.Receipt)
				}
				c.before(w)
				pass(time.Second)
				w.choose = s.prompt
				if err := w.any().Decide(context.Background(), failed, state.Retry); err != nil {
					t.Fatal(err)
				}
				if err := w.any().Decide(context.Background(), failed, state.Retry); err == nil {
					t.Error("a second retry of what was seen as failed is taken")
				}
				w.settle(10 * time.Minute)
				if o := w.all()[0]; o.Status == state.Uncertain { // nothing came of it
					if err := w.any().Decide(context.Background(), o, state.SendAgain); err != nil {
						t.Fatal(err)
					}
					w.settle(10 * time.Minute)
				}
				o := w.all()[0]
				if o.Status != state.Done || o.Receipt.Delivery != api.DeliveryDelivered || o.Receipt.Message != failed.Receipt.Message {
					t.Errorf("%s, %+v (%s)", words[o.Status], o.Receipt, o.Reason)
				}
				if all := w.received(); len(all) != 1 {
					t.Errorf("TextUs took %q", all)
				}
				w.look(id)
				shown, err := w.any().db.Timeline(context.Background(), state.TimelineQuery{Conversation: id, Before: 10})
				if err != nil {
					t.Fatal(err)
				}
				var copies []state.Item
				for _, it := range shown.Items {
					if strings.Contains(it.Message.Body, "#transient") {
						copies = append(copies, it)
					}
				}
				if len(copies) != 1 || copies[0].Message.Delivery != api.DeliveryDelivered || copies[0].Message.Retryable {
					t.Errorf("the thread shows %+v", copies)
				}
			})
		})
	}
}
