//go:build unix

package e2e

import (
	"strings"
	"testing"

	"unibox/screenshots/terminal"
)

// K1, C2: in a terminal that speaks the kitty keyboard protocol the program asks for it and gives it
// back; a line is begun by shift+enter, which others cannot send, chords count by the US layout
// whatever letter they type, and esc is at once what it is.
func TestTheKittyKeyboardProtocol(t *testing.T) {
	t.Parallel()
	kitty, err := terminal.OpenKitty(command(t, t.TempDir(), "demo", "--quiet"), 120, 40)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kitty.Close)
	w := window{kitty, t}
	w.until("the list", listed.MatchString)
	const disambiguates, alternates = 1, 4
	if got := w.Keyboard(); got != disambiguates|alternates {
		t.Errorf("the program set the flags %d", got)
	}
	if err := w.PressAt("ctrl+п", 'g'); err != nil { // in a Russian layout
		t.Fatal(err)
	}
	w.wait("Go to")
	w.press("esc")
	w.until("the dialog closed", func(screen string) bool { return !strings.Contains(screen, "Go to") })
	w.visit(customer)
	w.press("r")
	w.wait(seenComposer)
	w.press("the first line")
	w.wait("the first line")
	w.press("shift+enter")
	w.press("the second line")
	w.wait("> the first line", "the second line")
	w.press("enter")
	w.delivered("the first line")
	w.wait("the second line")
	w.press("esc")
	w.until("the box left", func(screen string) bool { return !strings.Contains(screen, seenComposer) })
	w.press("q")
	w.ended(0)
	if got := w.Keyboard(); got != 0 {
		t.Errorf("the flags %d are left set", got)
	}
}
