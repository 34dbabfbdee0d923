//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// C8: what was switched by a key is in the config once the agent says so by g w, with all that
// stood there, and holds at the next start.
func TestWhatWasSwitchedIsInTheConfig(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(func(config string) string { return "# ours\n[ui]\ntheme = \"dark\" # at night\n\n" + config })
	file := filepath.Join(home, "config.toml")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w := p.unibox(home)
	w.until("the list", listed.MatchString)
	w.press("H")
	w.wait("the hint line is hidden; H shows it, g w keeps it so")
	w.press("g", "w")
	w.wait("kept in the config: hints = false")
	w.press("q")
	w.ended(0)
	after, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	kept := strings.Replace(string(after), "hints = false\n", "", 1)
	if kept == string(after) || kept != string(before) {
		t.Errorf("the config is now\n%s", after)
	}
	w = p.unibox(home)
	w.until("the list", listed.MatchString)
	w.press("H")
	w.until("the hint line is back", func(screen string) bool {
		return strings.Contains(screen, "? ") && !strings.Contains(screen, "is hidden")
	})
}
