package outbox

import (
	"errors"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

func TestFirstMessageFindsItsConversation(t *testing.T) {
	first := &state.First{Channel: api.ChannelID{Account: "acc", Remote: "77"}, Kind: "whatsapp", To: "79250000001"}
	for _, c := range []struct {
		name  string
		fault fault
	}{{"by its job", fine}, {"by its address when the answer was lost", dropAfter}} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, d *session) {
				d.platform.fault = faults("start", c.fault)
				rows, err := d.Submit(t.Context(), state.Draft{Body: "Good day"}, first)
				if err != nil {
					t.Fatal(err)
				}
				follow, err := d.Submit(t.Context(), state.Draft{Conversation: rows[0].Conversation, Body: "and more"}, nil)
				if err != nil {
					t.Fatal(err)
				}
				pass(2 * time.Minute)
				if o := d.expect(rows[0].ID, "done"); o.Conversation != home(first.To) {
					t.Errorf("in %v", o.Conversation)
				}
				d.expect(follow[0].ID, "done")
				d.sent("Good day", "and more")
				if d.disk.known[home(first.To)].Kind != "whatsapp" {
					t.Errorf("conversation %+v", d.disk.known)
				}
			})
		})
	}
}

func TestFirstMessageThatWasDiscardedFailsWhatFollows(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.fault = faults("start", refused)
		first := &state.First{Channel: api.ChannelID{Account: "acc"}, Kind: "whatsapp", To: "79250000001"}
		rows, err := d.Submit(t.Context(), state.Draft{Body: "Good day"}, first)
		if err != nil {
			t.Fatal(err)
		}
		next := state.Draft{Conversation: rows[0].Conversation, Body: "more"}
		more, err := d.Submit(t.Context(), next, nil)
		if err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if err := d.Decide(t.Context(), d.disk.row(rows[0].ID), state.Discard); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if o := d.expect(more[0].ID, "failed"); o.Reason != "the conversation was never opened; write the first message again" {
			t.Errorf("reason %q", o.Reason)
		}
		if _, err := d.Submit(t.Context(), next, nil); err != nil && !errors.Is(err, errNoFirst) {
			t.Errorf("%v", err)
		}
	})
}
