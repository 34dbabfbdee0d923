package shift

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"unibox/api"
	"unibox/keymap"
	"unibox/state/handover"
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

// The newest handover of the folder is offered, and enter alone takes it.
func TestTheNewestHandoverIsOffered(t *testing.T) {
	th := theme.New(colorprofile.ASCII, true)
	e := &env.Env{Ctx: context.Background(), Now: time.Now, Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)}}
	dialogs := dialog.NewStack(e)
	dialogs.Resize(200, 24)
	folder := t.TempDir()
	_, data, err := handover.File{Made: time.Now(), By: "olga"}.Write(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(data, []byte("{"), 0o600); err != nil { // so that what is wrong says which was read
		t.Fatal(err)
	}
	s := New(e, Options{Store: struct{ Store }{}, Folder: folder, Dialogs: dialogs})
	for _, cmd := range all(s.Do(keymap.ReadHandover)) {
		dialogs.Update(cmd())
	}
	if view := strings.Join(dialogs.View(), "\n"); !strings.Contains(view, "Enter alone takes the newest") || !strings.Contains(view, filepath.Base(data)) {
		t.Fatalf("offers:\n%s", view)
	}
	cmd, _ := dialogs.Do(keymap.MenuChoose)
	if cmd == nil {
		t.Fatal("nothing is read")
	}
	dialogs.Update(cmd())
	if view := strings.Join(dialogs.View(), "\n"); !strings.Contains(view, "this is no handover of unibox, or it is damaged") {
		t.Errorf("after enter:\n%s", view)
	}
}

// all are the commands of a batch.
func all(cmd tea.Cmd) []tea.Cmd {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	if batch, ok := msg.(tea.BatchMsg); ok {
		return batch
	}
	return []tea.Cmd{func() tea.Msg { return msg }}
}
