package ui

import (
	"strings"
	"testing"

	"unibox/keymap"
)

// Whose window closes soon has a list of its own, in which the soonest comes first; the
// strip counts who waits and closes within the hour, the row and the title say how long
// is left.
func TestClosingSoonIsAListOfItsOwn(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, keys: secondVersion})
	a.until("the warning", func(s string) bool {
		return strings.Contains(s, "Closing 1 ") || strings.Contains(s, "Closing 1 within the hour")
	})
	a.until("the view with its count", func(s string) bool { return strings.Contains(s, "Closing soon    2 ") })
	a.see("⇥0:4")
	a.press("L")
	a.see("CLOSING SOON · soonest first")
	list := a.until("both", func(s string) bool { return strings.Contains(s, " 0:4") && strings.Contains(s, " 2:") })
	if strings.Index(list, " 0:4") > strings.Index(list, " 2:") {
		t.Errorf("the later one is first:\n%s", list)
	}
	a.press("enter")
	a.see(" left for free text")
}

// Where no channel has such a limit there is no list for it, and the key says so.
func TestNothingClosesWithoutALimit(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	if s := a.see("Telegram"); strings.Contains(s, "Closing soon") {
		t.Errorf("the channels show it:\n%s", s)
	}
	a.becauseOf(keymap.GoToClosing, "no channel here limits how long a customer can be answered")
}
