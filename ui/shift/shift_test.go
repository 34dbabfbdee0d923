package shift

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"unibox/keymap"
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
