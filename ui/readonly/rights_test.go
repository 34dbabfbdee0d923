package readonly

import (
	"slices"
	"testing"

	"unibox/keymap"
	"unibox/state"
)

// Of each action it is decided which rights it needs: what drafts and what administers is
// among what acts, and all else that acts needs the right to send.
func TestRightsOfActions(t *testing.T) {
	for _, a := range slices.Concat(drafting, administering) {
		if !slices.Contains(acts, a) {
			t.Errorf("%s does not act", a)
		}
	}
	for action, want := range map[keymap.Action][4]bool{ // read, draft, send, admin
		keymap.Down: {true, true, true, true}, keymap.Search: {true, true, true, true},
		keymap.Reply: {false, true, true, true}, keymap.PrivateNote: {false, true, true, true}, keymap.Label: {false, true, true, true},
		keymap.Send: {false, false, true, true}, keymap.SendNext: {false, false, true, true}, keymap.SendDoneNext: {false, false, true, true},
		keymap.RetryMessage: {false, false, true, true}, keymap.Unsend: {false, false, true, true}, keymap.Done: {false, false, true, true},
		keymap.Snooze: {false, false, true, true}, keymap.Assign: {false, false, true, true}, keymap.Template: {false, false, true, true},
		keymap.ManageChannels: {false, false, false, true}, keymap.DeleteConversation: {false, false, false, true},
		"an action of tomorrow": {false, false, true, true}, "macro.anything": {false, false, true, true},
	} {
		for i, has := range []state.Rights{state.RightsRead, state.RightsDraft, state.RightsSend, state.RightsAdmin} {
			if may := WhyNot(action, has, false) == ""; may != want[i] {
				t.Errorf("%s with the rights to %s: %v", action, has, may)
			}
		}
	}
}

func TestNothingLeadsOutOfARestrictedSession(t *testing.T) {
	for _, a := range leaving {
		if WhyNot(a, state.RightsAdmin, true) != WhyRestricted || WhyNot(a, state.RightsAdmin, false) != "" {
			t.Errorf("%s", a)
		}
	}
}
