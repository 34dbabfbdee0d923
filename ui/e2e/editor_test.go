//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// The editor needs the terminal itself: with a pipe for input it would not
// start, and the screen would hang until a key was lost. It gets nothing else that
// is open.
func TestEditorGetsTheTerminal(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(nil)
	script := filepath.Join(home, "editor")
	body := "#!/bin/sh\nif test -t 0; then printf 'from a terminal' >>\"$1\"; else printf 'from a pipe' >>\"$1\"; fi\n" +
		"ls -l /proc/$$/fd >\"$1.open\" 2>/dev/null; if grep -q -e eventpoll -e socket -e '[.]db' \"$1.open\"; then printf ', and more' >>\"$1\"; fi\n"
	if err := os.WriteFile(script, []byte(body), 0o700); err != nil {
		t.Fatal(err)
	}
	w := p.unibox(home, "EDITOR="+script)
	w.write("typed, then ")
	w.press("\x18", "\x05") // ctrl+x ctrl+e
	w.wait("typed, then from a terminal")
	w.press("!")
	w.wait("from a terminal!")
}

// ctrl+z in the editor stops us with it, and fg continues both.
func TestEditorIsSuspended(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(nil)
	script := filepath.Join(home, "editor")
	body := "#!/bin/sh\nkill -s TSTP 0\nprintf 'after a pause' >>\"$1\"\n"
	if err := os.WriteFile(script, []byte(body), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Run("in a shell", func(t *testing.T) {
		w := inShell(t, home, "EDITOR="+script)
		w.reply("typed, then ")
		w.press("\x18", "\x05") // ctrl+x ctrl+e
		w.wait("Stopped", "shell>")
		w.press("fg", "enter")
		w.wait("typed, then after a pause")
	})
	t.Run("without one", func(t *testing.T) {
		w := p.unibox(p.home(nil), "EDITOR="+script)
		w.write("typed, then ")
		w.press("\x18", "\x05")
		w.wait("typed, then after a pause")
	})
}
