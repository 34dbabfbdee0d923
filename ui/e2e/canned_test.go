//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// C12: saved replies are files beside the config. lint names what is wrong with them, and
// the screen inserts the others.
func TestSavedRepliesAreFiles(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(nil)
	folder := filepath.Join(home, "replies")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"ready.md": "+++\ntitle = \"Ready\"\nfiles = [\"gone.pdf\"]\n+++\nOrder {{order}} is ready", "thanks.txt": "Thank you, {{first or \"friend\"}}!", "bad.md": "{{",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := outcome(t, command(t, home, "canned", "lint", "--config", "config.toml"), "")
	if got.code != 1 || !strings.Contains(got.out, "bad.md is left out: {{ has no }}") || !strings.Contains(got.out, "gone.pdf") || !strings.Contains(got.out, "2 saved replies, 2 problems") {
		t.Errorf("lint: %+v", got)
	}
	w := p.unibox(home)
	w.until("the whole list", listed.MatchString)
	w.visit(customer)
	w.press("r")
	w.wait(seenComposer)
	w.press("\x14")
	w.wait("Insert a saved reply", "thanks", "bad.md is left out")
	w.press("thanks", "enter")
	w.wait("> Thank you, ")
	w.press("enter")
	w.until("the reply in the thread", func(screen string) bool {
		return p.received("Thank you, "+strings.Fields(customer)[0]+"!") == 1
	})
}
