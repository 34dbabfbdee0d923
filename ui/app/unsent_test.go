package app

import (
	"testing"

	"unibox/state"
)

func TestUnsentLine(t *testing.T) {
	message := func(s state.Status) state.Unsent { return state.Unsent{Message: &state.Outbound{Status: s}} }
	left := message(state.Uncertain)
	left.Message.Left = true
	for _, c := range []struct {
		list   []state.Unsent
		others bool
		want   string
	}{
		{nil, false, ""},
		{[]state.Unsent{message(state.Accepted), left}, false, ""},
		{[]state.Unsent{message(state.Queued), message(state.InFlight), message(state.Held)}, false,
			"unibox: unsent: 2 not out yet, 1 for you to decide; kept on this disk: start unibox again to send, Q shows them"},
		{[]state.Unsent{message(state.Held)}, true, "unibox: unsent: 1 for you to decide; kept on this disk: Q in unibox shows them"},
		{[]state.Unsent{message(state.Queued)}, true, "unibox: unsent: 1 not out yet; kept on this disk, and another session goes on sending"},
	} {
		if got := unsentLine(nil, c.list, c.others); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
