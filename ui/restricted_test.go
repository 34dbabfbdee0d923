package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"unibox/keymap"
	"unibox/state"
)

// restrictedFolder is an agent's own folder beside files of others, with links out of it, and
// an editor that leaves a mark where it runs.
func restrictedFolder(t *testing.T) (own, mark string) {
	t.Helper()
	dir := t.TempDir()
	own, mark = filepath.Join(dir, "agents", "olga"), filepath.Join(dir, "mark")
	if err := os.MkdirAll(own, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{filepath.Join(dir, "letter.txt"): "a letter", filepath.Join(own, "bill.txt"): "a bill", filepath.Join(dir, "handover.json"): "{}"} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, to := range map[string]string{"out.txt": "../../letter.txt", "up": "../.."} {
		if err := os.Symlink(to, filepath.Join(own, name)); err != nil {
			t.Fatal(err)
		}
	}
	editor := filepath.Join(dir, "editor")
	if err := os.WriteFile(editor, []byte("#!/bin/sh\ntouch "+mark+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VISUAL", editor)
	return own, mark
}

// composes waits until the reply box has the cursor.
func (a *app) composes() {
	a.t.Helper()
	a.until("the reply box", func(string) (is bool) {
		a.inspect(func(m *Model) { is = m.reply.Composing() && m.reply.Loaded() && m.dialogs.Empty() })
		return is
	})
}

// The ways out of a restricted session by keys: none starts a program, and no file is named
// that is not in the agent's own folder.
func TestWaysOutByKeys(t *testing.T) {
	own, mark := restrictedFolder(t)
	a := startApp(t, appOptions{w: 120, h: 40, settings: &Settings{Theme: "dark", MarkRead: "reply", Hints: true, Restricted: true, Drop: own}})
	a.open("Olivia Patel")
	for _, keys := range [][]string{{"ctrl+z"}, {"|"}, {"g", "s"}} {
		a.press(keys...)
		a.see("this session is restricted to unibox")
		a.press("ctrl+k", "esc") // what was said goes
		a.inspect(func(m *Model) {
			if m.env.Lent() {
				t.Errorf("%q gives the terminal away", keys)
			}
		})
	}
	a.press("r")
	a.composes()
	for _, keys := range [][]string{{"ctrl+x", "ctrl+e"}, {"alt+c"}, {"alt+w"}} {
		a.press(keys...)
		a.see("this session is restricted to unibox")
	}
	a.press("ctrl+o")
	screen := a.see("bill.txt")
	if strings.Contains(screen, "letter.txt") || !strings.Contains(screen, "leads out of your own folder") {
		t.Errorf("the own folder:\n%s", screen)
	}
	for _, line := range []string{"/etc/passwd", "../../letter.txt", "up/letter.txt", "~/x", own + "/../../letter.txt"} {
		a.paste(line)
		a.press("enter")
		a.settle()
		a.inspect(func(m *Model) {
			if n := len(m.reply.Draft().Files); n > 0 {
				t.Errorf("%q attaches a file", line)
			}
		})
		a.press("esc")
		a.composes()
		a.press("ctrl+o")
		a.see("bill.txt")
	}
	a.write("bil")
	a.see("bill.txt")
	a.press("enter")
	a.until("the file in the reply", func(string) (is bool) {
		a.inspect(func(m *Model) {
			files := m.reply.Draft().Files
			is = len(files) == 1 && files[0].Path == filepath.Join(own, "bill.txt")
		})
		return is
	})
	if _, err := os.Stat(mark); err == nil {
		t.Error("an editor ran")
	}
}

// A handover is read out of its folder alone, whatever path is typed.
func TestARestrictedHandoverIsOneOfItsFolder(t *testing.T) {
	own, _ := restrictedFolder(t)
	a := startApp(t, appOptions{w: 120, h: 40, settings: &Settings{Theme: "dark", MarkRead: "reply", Restricted: true, Drop: own}})
	a.see("Waiting")
	a.press("g", "t")
	a.see("Take over a shift")
	a.write(filepath.Join(filepath.Dir(filepath.Dir(own)), "handover.json"))
	a.press("enter")
	a.see("there is no such file")
}

// Who may not send has that said, and what they write stays a draft.
func TestWhoMayOnlyDraft(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, settings: &Settings{Theme: "dark", MarkRead: "reply", Hints: true, Rights: state.RightsDraft}})
	a.open("Olivia Patel")
	a.press("r")
	a.composes()
	a.write("Good morning")
	a.press("enter")
	a.see("somebody with the right to send has to do this")
	a.see("Good morning")
	a.press("esc", "e")
	a.see("somebody with the right to send")
	a.press("!")
	a.until("what may be done about them", func(screen string) bool {
		a.inspect(func(m *Model) {
			card := ansi.Strip(strings.Join(m.dialogs.View(), "\n"))
			for _, action := range []keymap.Action{keymap.Skip, keymap.Snooze, keymap.Done} {
				if m.never(action) == "" || strings.Contains(card, m.env.Keys.Spec(action).Short()) {
					t.Errorf("%s is offered:\n%s", action, screen)
				}
			}
		})
		return strings.Contains(screen, "Why is Olivia Patel here?")
	})
	rows, err := a.db.Unsent(t.Context())
	if err != nil || len(rows) > 0 {
		t.Errorf("%v, %v", rows, err)
	}
}
