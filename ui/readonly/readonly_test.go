package readonly

import (
	"errors"
	"slices"
	"testing"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

// X3: what sends or changes anything does not count as looking, and nothing is taken.
func TestX3OnlyLookingIsLooking(t *testing.T) {
	for _, a := range []keymap.Action{keymap.Reply, keymap.Send, keymap.Done, keymap.Star, keymap.DeleteMessage, keymap.React, keymap.PrivateNote, keymap.NewConversation,
		keymap.RetryMessage, keymap.ManageChannels, keymap.Undo, keymap.EditMessage, keymap.Snooze, "macro.anything", "an action of tomorrow"} {
		if Looks(a) {
			t.Errorf("%s counts as looking", a)
		}
	}
	for _, a := range []keymap.Action{keymap.Down, keymap.Search, keymap.Copy, keymap.Details, keymap.Quit, keymap.GoToOutbox, keymap.Privacy} {
		if !Looks(a) {
			t.Errorf("%s is refused", a)
		}
	}
	_, submitted := Outbox{}.Submit(t.Context(), state.Draft{}, nil)
	_, saved := Store{}.SaveDraft(t.Context(), state.Draft{})
	for _, err := range []error{submitted, saved, Store{}.SetFlags(t.Context(), api.ConversationID{}, state.FlagChange{}), Changes{}.Submit(t.Context(), state.Change{}), Outbox{}.Decide(t.Context(), state.Outbound{}, state.Retry)} {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("taken: %v", err)
		}
	}
}

// Every name that is listed is one of the table's.
func TestX3TheListIsOfTheTable(t *testing.T) {
	keys, _ := keymap.New(nil)
	for a := range looks {
		if !slices.ContainsFunc(keys.All(), func(s keymap.Spec) bool { return s.Action == a }) {
			t.Errorf("%s is no action", a)
		}
	}
}
