package readonly

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/note"
	"unibox/ui/env"
)

// acts are the actions that send or change something, and those that only matter where
// something is written.
var acts = []keymap.Action{
	keymap.Undo, keymap.ManageChannels, keymap.WriteHandover, keymap.ReadHandover,
	keymap.Reply, keymap.Done, keymap.DoneNext, keymap.Star, keymap.Unread, keymap.Snooze, keymap.Skip, keymap.FollowUp, keymap.Pin, keymap.Mute, keymap.Label,
	keymap.NewConversation, keymap.CloseConversation, keymap.Archive, keymap.Block, keymap.OptOut, keymap.Assign, keymap.TakeOver, keymap.WriteNote,
	keymap.PrivateNote, keymap.MarkAnswered, keymap.ChooseContact, keymap.Template, keymap.DeleteConversation,
	keymap.RetryMessage, keymap.EditMessage, keymap.DeleteMessage, keymap.React, keymap.PinMessage, keymap.Quote, keymap.Reschedule, keymap.RunCommand,
	keymap.Send, keymap.NewLine, keymap.SendNext, keymap.SendDoneNext, keymap.RemindMe, keymap.Attach, keymap.Detach, keymap.Editor, keymap.Schedule, keymap.Plain,
	keymap.Unsend, keymap.Canned, keymap.CommandHere, keymap.AnswerNote, keymap.Spelling, keymap.Complete, keymap.NextOffer, keymap.PrevOffer, keymap.Leave,
	keymap.ReadOlder, keymap.ReadNewer, keymap.SaveNote, keymap.NoteNewLine, keymap.NoteComplete, keymap.LeaveNote,
	keymap.SendAnyway, keymap.KeepSearch, keymap.KeepSwitch,
}

// X3: of each action of the table it is decided whether it only looks. What is not of the
// table does not count as looking.
func TestX3OnlyLookingIsLooking(t *testing.T) {
	keys, _ := keymap.New(nil)
	left := slices.Concat(looks, acts)
	for _, s := range keys.All() {
		if slices.Contains(acts, s.Action) == slices.Contains(looks, s.Action) {
			t.Errorf("%s looks or acts: say which", s.Action)
		}
		if Looks(s.Action) != slices.Contains(looks, s.Action) {
			t.Errorf("%s counts as looking: %v", s.Action, Looks(s.Action))
		}
		left = slices.DeleteFunc(left, func(a keymap.Action) bool { return a == s.Action })
	}
	if len(left) > 0 {
		t.Errorf("no actions: %s", left)
	}
	for _, a := range []keymap.Action{"macro.anything", "an action of tomorrow", "go.tomorrow", ""} {
		if Looks(a) {
			t.Errorf("%s counts as looking", a)
		}
	}
}

// X3: nothing is taken. A method that is new in what the screen is given fails here until
// it is decided whether it reads.
func TestX3NothingIsTaken(t *testing.T) {
	_, submitted := Outbox{}.Submit(t.Context(), state.Draft{}, nil)
	_, back := Outbox{}.Takeback(t.Context(), state.Outbound{})
	_, then := Outbox{}.WhenSent(t.Context(), api.ConversationID{}, state.WhenSent{})
	_, saved := Store{}.SaveDraft(t.Context(), state.Draft{})
	_, begun := Notes{}.SaveNoteDraft(t.Context(), note.Draft{}, "", "a")
	for i, err := range []error{submitted, back, then, saved, begun,
		Store{}.SetFlags(t.Context(), api.ConversationID{}, state.FlagChange{}), Store{}.SetLabels(t.Context(), api.ConversationID{}, nil, nil),
		Changes{}.Submit(t.Context(), state.Change{}), Changes{}.Dismiss(t.Context(), 1),
		Outbox{}.Decide(t.Context(), state.Outbound{}, state.Retry), Outbox{}.Reschedule(t.Context(), state.Outbound{}, time.Time{}),
		Notes{}.AddNote(t.Context(), note.Note{}, nil), Notes{}.EditNote(t.Context(), note.Note{}, "", nil), Notes{}.DeleteNote(t.Context(), note.Note{})} {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("%d is taken: %v", i, err)
		}
	}
	Store{}.Replying(api.ConversationID{}) // which would panic below
	if err := (Notes{}).SeeMentions(t.Context(), api.ConversationID{}, "olga"); err != nil {
		t.Error(err)
	}
	// What the parts inside are still asked for reads, or keeps what platforms say.
	known := strings.Fields(`Archive Chosen Condition Draft Find Health IDs Indexing Labels List Queue Row SaveConversations SearchMessages Sessions Sidebar Timeline
		Mentions NoteAuthors NoteDraft Notes
		Replying SaveDraft SetFlags SetLabels AddNote DeleteNote EditNote SaveNoteDraft SeeMentions`)
	for _, of := range []reflect.Type{reflect.TypeFor[env.Store](), reflect.TypeFor[note.Store]()} {
		for m := range of.Methods() {
			if !slices.Contains(known, m.Name) {
				t.Errorf("%s.%s reads or writes: say which", of, m.Name)
			}
		}
	}
}
