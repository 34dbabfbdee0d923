package triage

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"unibox/api"
	"unibox/keymap"
	"unibox/ui/dialog"
)

// A note and a user's number are checked before they go to the platform.
func TestWhatIsWrittenOnly(t *testing.T) {
	for _, c := range []struct {
		action    keymap.Action
		can       api.Caps
		bad, fine string
	}{
		{keymap.WriteNote, api.CapNote, "  ", "calls at noon"},
		{keymap.Assign, api.CapAssignByID, "Maya", "42"},
	} {
		tr, asked, said := on(c.can, anna())
		if why := tr.Why(c.action); why != "" {
			t.Errorf("%s: %s", c.action, why)
		}
		run(tr.Do(c.action))
		line, ok := tr.screen.Dialogs.Top().(*dialog.Line)
		if !ok {
			t.Fatalf("%s opened %T", c.action, tr.screen.Dialogs.Top())
		}
		run(line.Enter(c.bad))
		if len(asked.asked) != 0 || tr.screen.Dialogs.Empty() {
			t.Errorf("%s took %q", c.action, c.bad)
		}
		run(line.Enter(c.fine))
		if !slices.Equal(asked.asked, []string{fmt.Sprint(c.can, " false")}) || !tr.screen.Dialogs.Empty() || len(*said) != 1 || !strings.Contains((*said)[0], "Pact") {
			t.Errorf("%s asked %q and said %q", c.action, asked.asked, *said)
		}
		without, _, _ := on(api.CapStar, anna())
		if why := without.Why(c.action); !strings.Contains(why, "not supported by Pact") {
			t.Errorf("%s without the ability: %q", c.action, why)
		}
	}
}
