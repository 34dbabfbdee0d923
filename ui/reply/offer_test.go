package reply

import (
	"context"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state/canned"
)

// theirs keeps one saved reply.
type theirs struct{ api.Provider }

func (theirs) SavedReplies(context.Context) ([]api.SavedReply, error) {
	return []api.SavedReply{{Title: "Hours of the platform", Body: "9 to 5"}}, nil
}

// press types keys one by one.
func (f *fixture) press(text string) {
	for _, r := range text {
		f.run(f.Key(tea.KeyPressMsg{Code: r, Text: string(r)}))
	}
}

// C12: a saved reply by ;name as it is typed, with a preview, own ones beside the platform's, the
// customer's language first; tab takes it, variables are filled in, enter sends what stands there.
func TestSavedReplyByName(t *testing.T) {
	f := newBox(t)
	f.Resize(100, 40)
	f.env.SavedReplies = func() ([]canned.Reply, []string) {
		return []canned.Reply{
			{Name: "hours-en", Title: "Opening hours", Body: "We are open, {{first}}", Language: "en", Tags: []string{"shop"}},
			{Name: "hours-de", Title: "Öffnungszeiten", Body: "Wir haben\x1b[2J offen", Language: "de"},
		}, nil
	}
	f.env.Accounts[0].Provider, f.env.Accounts[0].Caps = theirs{}, api.CapCanned
	f.thread.messages = []api.Message{{Direction: api.Inbound, Body: "Hallo, wann ist offen? Danke"}}
	f.run(f.Open(anna, nil))
	f.press("Hi! ;hou")
	view := strings.Join(f.View(), "\n")
	de, en, platform := strings.Index(view, "Öffnungszeiten"), strings.Index(view, "Opening hours #shop"), strings.Index(view, "Hours of the platform")
	if de < 0 || en < de || platform < 0 || !strings.Contains(view, "Wir haben") || strings.Contains(view, "\x1b[2J") {
		t.Fatalf("offered:\n%q", view)
	}
	f.run(f.Do(keymap.NextOffer))
	if !strings.Contains(strings.Join(f.View(), "\n"), "→") {
		t.Error("the selected one is not marked")
	}
	f.run(f.Do(keymap.PrevOffer))
	f.run(f.Do(keymap.Complete))
	if got := f.Draft().Body; got != "Hi! Wir haben offen" {
		t.Errorf("%q", got)
	}
	f.press(" ;opening")
	f.run(f.Do(keymap.Complete))
	if got := f.Draft().Body; got != "Hi! Wir haben offen We are open, Anna" {
		t.Errorf("%q", got)
	}
	if f.Why(keymap.Complete) == "" {
		t.Error("something is still offered")
	}
}

// A plain semicolon, a smiley and a time are text, and esc takes away what is offered and
// nothing else.
func TestSignsThatAreText(t *testing.T) {
	f := newBox(t)
	f.env.SavedReplies = func() ([]canned.Reply, []string) { return []canned.Reply{{Name: "x", Title: "x", Body: "saved"}}, nil }
	f.run(f.Open(anna, nil))
	for _, text := range []string{"one; two;", " 10:30", " :) :D ;)", " note:x;x"} {
		f.press(text)
		if f.Why(keymap.Complete) == "" {
			t.Errorf("something is offered behind %q", text)
		}
	}
	f.press(" ;x")
	f.run(f.Do(keymap.Leave))
	if f.Why(keymap.Complete) == "" || !f.Composing() {
		t.Error("esc took something else away")
	}
	f.run(f.Do(keymap.Leave))
	if f.Composing() || !strings.HasSuffix(f.Draft().Body, ";x") {
		t.Errorf("the second esc leaves the reply as it is: %q", f.Draft().Body)
	}
}

// An emoji by its name.
func TestEmojiByName(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.press("Done :tad")
	if view := strings.Join(f.View(), "\n"); !strings.Contains(view, "🎉") {
		t.Fatalf("%s", view)
	}
	f.run(f.Do(keymap.Complete))
	f.press("!")
	if got := f.Draft().Body; got != "Done 🎉!" {
		t.Errorf("%q", got)
	}
}

// C12: esc at a question of a saved reply takes nothing away: its name stands, and what was
// answered before is on the line when it is asked again.
func TestLeavingAQuestionLosesNothing(t *testing.T) {
	f := withReplies(t)
	f.press("Look ;read")
	f.run(f.Do(keymap.Complete))
	f.answer("83592")
	f.dialogs.Do(keymap.MenuClose)
	if got := f.Draft().Body; got != "Look ;read" {
		t.Fatalf("left: %q", got)
	}
	f.run(f.Do(keymap.Complete))
	if said := f.answer(""); !strings.Contains(said, "83592") {
		t.Errorf("asked again:\n%s", said)
	}
	f.answer("the counter")
	if got := f.Draft().Body; got != "Look Hello Anna, order 83592 is ready at the counter." || f.Why(keymap.Complete) == "" {
		t.Errorf("in the box is %q", got)
	}
}
