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

// begun keeps notes that are being written, as the store does.
type begun struct {
	note.Store
	texts map[note.Draft]string
}

func (b *begun) NoteDraft(_ context.Context, d note.Draft) (string, error) { return b.texts[d], nil }

func (b *begun) NoteAuthors(context.Context) ([]string, error) { return nil, nil }

func (b *begun) SaveNoteDraft(_ context.Context, d note.Draft, was, body string) (string, error) {
	if stored := b.texts[d]; stored != "" && stored != was {
		body = state.MergeText(was, body, stored)
	}
	b.texts[d] = body
	return body, nil
}

// What another session wrote in the same note comes into the box once, and can be taken out.
func TestANoteThatTwoSessionsWrite(t *testing.T) {
	th := theme.New(colorprofile.ASCII, true)
	keys, err := keymap.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	d := note.Draft{Conversation: api.ConversationID{Account: "shop", Remote: "1"}, Writer: "olga"}
	kept := &begun{texts: map[note.Draft]string{}}
	e := &env.Env{Ctx: t.Context(), Now: func() time.Time { return noon }, Keys: keys, Notes: kept, Me: "olga", Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)}}
	dialogs := dialog.NewStack(e)
	dialogs.Resize(120, 24)
	n := New(e, Screen{Dialogs: dialogs})
	w := &writer{notes: n, name: "Grace", draft: d}
	w.begin("")
	save := func(text string) {
		w.SetValue(text)
		dialogs.Update(w.keep()())
	}
	save("call her")
	kept.texts[d] = "call her\n\npay back" // the other session
	save("call her today")
	if got := w.Value(); got != "call her today\n\npay back" || kept.texts[d] != got {
		t.Errorf("the box holds %q, kept is %q", got, kept.texts[d])
	}
	save("call her today!\n\npay back")
	save("pay back")
	if got := w.Value(); got != "pay back" || kept.texts[d] != got {
		t.Errorf("the box holds %q, kept is %q", got, kept.texts[d])
	}
}
