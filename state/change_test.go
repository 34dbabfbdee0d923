package state

import (
	"testing"
	"time"

	"unibox/api"
)

func TestOverlaySaysWhatHolds(t *testing.T) {
	for _, ability := range []api.Caps{
		api.CapRead, api.CapStar, api.CapPin, api.CapMute, api.CapArchive, api.CapClose, api.CapBlock, api.CapOptOut,
	} {
		for _, on := range []bool{true, false} {
			ch := Change{Cap: ability, On: on}
			if _, said := ch.Holds(api.Conversation{}); said {
				t.Errorf("%s: nothing was said", ability)
			}
			if holds, said := ch.Holds(ch.Overlay(api.Conversation{})); !holds || !said {
				t.Errorf("%s: not so after it was carried out", ability)
			}
			back := Change{Cap: ability, On: !on}
			if holds, said := ch.Holds(back.Overlay(api.Conversation{})); holds || !said {
				t.Errorf("%s: so after the opposite", ability)
			}
			ch.Refused = true
			if _, said := ch.Holds(ch.Overlay(api.Conversation{})); said {
				t.Errorf("%s: a refused change is shown", ability)
			}
		}
	}
	pin := Change{Cap: api.CapPinMessage, Message: api.MessageID{Remote: "m"}}
	if holds, said := pin.Holds(pin.Overlay(api.Conversation{})); !holds || !said {
		t.Error("the pinned message is not")
	}
	if _, said := (Change{Cap: api.CapAssign}).Holds(api.Conversation{}); said {
		t.Error("who has it is not in a conversation")
	}
}

func TestAMessageIsShownAsItWillBe(t *testing.T) {
	failed := api.Message{ID: api.MessageID{Remote: "m"}, Body: "old", Delivery: api.DeliveryFailed, Reason: "why", Retryable: true}
	tests := []struct {
		name string
		ch   Change
		body string
		said api.Delivery
	}{
		{"edited", Change{Cap: api.CapEdit, Message: failed.ID, Arg: "new"}, "new", api.DeliveryFailed},
		{"another one edited", Change{Cap: api.CapEdit, Message: api.MessageID{Remote: "n"}, Arg: "new"}, "old", api.DeliveryFailed},
		{"edit refused", Change{Cap: api.CapEdit, Message: failed.ID, Arg: "new", Refused: true}, "old", api.DeliveryFailed},
		{"retry asked for", Change{Cap: api.CapRetry, Message: failed.ID}, "old", api.DeliveryFailed},
		{"retry taken", Change{Cap: api.CapRetry, Message: failed.ID, Until: time.Now()}, "old", api.DeliveryAccepted},
		{"to be deleted", Change{Cap: api.CapDelete, Message: failed.ID}, "old", api.DeliveryFailed},
	}
	for _, tt := range tests {
		if m := tt.ch.OverlayMessage(failed); m.Body != tt.body || m.Delivery != tt.said {
			t.Errorf("%s: %+v", tt.name, m)
		}
	}
}
