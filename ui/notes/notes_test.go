package notes

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/note"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/look"
	"unibox/ui/theme"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// noted has notes that name who reads.
type noted struct {
	note.Store
	all []note.Mention
}

func (n noted) Mentions(context.Context, string, int) ([]note.Mention, error) { return n.all, nil }

// stored has some conversations.
type stored struct {
	env.Store
	rows map[api.ConversationID]state.Row
}

func (s stored) Row(_ context.Context, id api.ConversationID) (state.Row, error) {
	if row, ok := s.rows[id]; ok {
		return row, nil
	}
	return state.Row{}, state.ErrNoSuch
}

// X4: the list of notes that name you says nothing of what they say about a customer who is masked.
func TestX4TheListOfNotesNamesNobody(t *testing.T) {
	th := theme.New(colorprofile.ASCII, true)
	keys, err := keymap.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	grace, gone := api.ConversationID{Account: "shop", Remote: "1"}, api.ConversationID{Account: "shop", Remote: "79250000043"}
	of := func(id api.ConversationID, body string) note.Mention {
		return note.Mention{Note: note.New(id, "maya", body, noon)}
	}
	s := stored{rows: map[api.ConversationID]state.Row{grace: {Conversation: api.Conversation{ID: grace, Contact: api.Contact{Name: "Grace Okafor"}}}}}
	kept := noted{all: []note.Mention{of(grace, "@olga call Grace back"), of(gone, "@olga Omar too")}}
	e := &env.Env{Ctx: t.Context(), Now: func() time.Time { return noon }, Keys: keys, Store: s, Notes: kept, Me: "olga", Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)}}
	dialogs := dialog.NewStack(e)
	dialogs.Resize(120, 24)
	n := New(e, Screen{Dialogs: dialogs})
	show := func() string {
		dialogs.Update(n.Do(keymap.GoToMentions)())
		view := strings.Join(dialogs.View(), "\n")
		dialogs.Do(keymap.MenuClose)
		return view
	}
	secrets := []string{"Grace Okafor", "call Grace back", "Omar too", "79250000043"}
	for _, secret := range secrets {
		if view := show(); !strings.Contains(view, secret) {
			t.Fatalf("%q is not there to be masked:\n%s", secret, view)
		}
	}
	e.Privacy.Toggle(noon)
	e.Look.Mode.Private = true
	view := show()
	for _, secret := range secrets {
		if strings.Contains(view, secret) {
			t.Errorf("%q is shown:\n%s", secret, view)
		}
	}
	if !strings.Contains(view, "G••• O•••") || !strings.Contains(view, "maya: ••••••") || !strings.Contains(view, "••• 43") {
		t.Errorf("shows:\n%s", view)
	}
}
