package reply

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state/canned"
)

// withReplies is a box whose agent keeps replies as files.
func withReplies(t *testing.T, problems ...string) *fixture {
	t.Helper()
	f := newBox(t)
	f.env.SavedReplies = func() ([]canned.Reply, []string) {
		return []canned.Reply{
			{Title: "Ready", Body: `Hello {{first or "there"}}, order {{order}} is ready at {{place}}.`, Tags: []string{"pickup"}},
			{Title: "Thanks", Body: "Thank you!"},
			{Title: "Only an SMS", Body: "short", Channels: []api.ChannelKind{"sms"}},
		}, problems
	}
	f.run(f.Open(anna, nil))
	return f
}

// answer types a line into the open dialog and presses enter.
func (f *fixture) answer(line string) (said string) {
	for _, r := range line {
		f.dialogs.Key(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	said = strings.Join(f.dialogs.View(), "\n")
	cmd, _ := f.dialogs.Do(keymap.MenuChoose)
	f.run(cmd)
	return said
}

// ask opens the saved replies and lets them be read.
func (f *fixture) ask() string {
	f.dialogs.Update(f.Do(keymap.Canned)())
	return strings.Join(f.dialogs.View(), "\n")
}

// C12, C14: a reply is found by its name; what nobody knows of it is asked for, one thing
// after the other, and nothing is inserted before all is known.
func TestSavedReplyAsksForWhatItNeeds(t *testing.T) {
	f := withReplies(t)
	if said := f.ask(); !strings.Contains(said, "Ready #pickup") || !strings.Contains(said, "Thanks") || strings.Contains(said, "Only an SMS") {
		t.Fatalf("offers:\n%s", said)
	}
	f.answer("pickup")
	if said := f.answer("83592"); !strings.Contains(said, "Hello Anna, order {{order}}") || !strings.Contains(said, "83592") || f.Draft().Body != "" {
		t.Fatalf("asks, with %q in the box:\n%s", f.Draft().Body, said)
	}
	f.answer("")
	f.answer("the counter")
	if got := f.Draft().Body; got != "Hello Anna, order 83592 is ready at the counter." || !f.dialogs.Empty() {
		t.Errorf("in the box is %q", got)
	}
}

// What is left to be filled in does not go out without a question.
func TestHolesAreNotSent(t *testing.T) {
	f := withReplies(t)
	f.Paste("Order {{order}} is ready")
	f.run(f.Do(keymap.Send))
	if said := f.choose(0); !strings.Contains(said, "{{order}}") {
		t.Errorf("asked:\n%s", said)
	}
	if len(f.disk.sent) != 0 {
		t.Error("sent")
	}
}

// One file that is wrong is said, and keeps nobody from the others.
func TestSavedRepliesBesideAWrongOne(t *testing.T) {
	f := withReplies(t, "the saved reply bad.md is left out: it is not UTF-8")
	if said := f.ask(); !strings.Contains(said, "bad.md is left out") || !strings.Contains(said, "Thanks") {
		t.Errorf("shows:\n%s", said)
	}
}
