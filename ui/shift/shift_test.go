package shift

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"unibox/api"
	"unibox/keymap"
	"unibox/state/journal"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/look"
	"unibox/ui/theme"
)

// A path that is mistyped can be corrected: the question stays, with what is wrong in it.
func TestAMistypedHandoverIsTypedAgain(t *testing.T) {
	th := theme.New(colorprofile.ASCII, true)
	e := &env.Env{Ctx: context.Background(), Now: time.Now, Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)}}
	e.Notify = func(s string, _ bool) tea.Cmd { t.Errorf("said %q", s); return nil }
	dialogs := dialog.NewStack(e)
	dialogs.Resize(100, 24)
	s := New(e, Options{Store: struct{ Store }{}, Dialogs: dialogs})
	s.Do(keymap.ReadHandover)
	path := filepath.Join(t.TempDir(), "handovr.json")
	dialogs.Paste(path)
	cmd, _ := dialogs.Do(keymap.MenuChoose)
	dialogs.Update(cmd())
	view := strings.Join(dialogs.View(), "\n")
	if !strings.Contains(view, "handovr.json") || !strings.Contains(view, "there is no such file: correct the path") {
		t.Fatalf("shows:\n%s", view)
	}
	if cmd, _ = dialogs.Do(keymap.MenuChoose); cmd == nil {
		t.Fatal("it is not read again")
	}
	dialogs.Do(keymap.MenuClose)
	if dialogs.Update(cmd()); !dialogs.Empty() {
		t.Error("what was left comes back")
	}
}

// The log says of a reply that waits that it is in the outbox, and its time as it is said
// everywhere else, by the clock of who reads it.
func TestX5TheLogSaysWhenAReplyIsToBeSent(t *testing.T) {
	th := theme.New(colorprofile.ASCII, true)
	zone := time.FixedZone("", 3600)
	e := &env.Env{Ctx: context.Background(), Now: func() time.Time { return time.Date(2026, 11, 29, 18, 0, 0, 0, zone) }, Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)}}
	dialogs := dialog.NewStack(e)
	dialogs.Resize(120, 24)
	s := New(e, Options{Store: struct{ Store }{}, Dialogs: dialogs})
	id := api.ConversationID{Account: "shop", Remote: "1"}
	put := journal.On(id, journal.Submitted)
	put.Result, put.Text, put.Until = "to be sent", "Hello", time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	s.showLog([]journal.Entry{put}, 0, map[api.ConversationID]string{id: "Omar"})
	if view := strings.Join(dialogs.View(), "\n"); !strings.Contains(view, "put into the outbox Omar") || !strings.Contains(view, "to be sent Mon 30 Nov 09:00 Hello") {
		t.Errorf("shows:\n%s", view)
	}
}
