package triage

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

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

// Whether somebody waits is told to the platform by its own word, else by who wrote last,
// and taken back.
func TestAnsweredIsThePlatformsWord(t *testing.T) {
	for _, c := range []struct {
		said    api.Opt[bool]
		waits   bool
		want    string
		undoing string
	}{
		{api.Opt[bool]{}, true, "true", "false"}, {api.Opt[bool]{}, false, "false", "true"},
		{api.Known(true), true, "false", "true"}, {api.Known(false), false, "true", "false"},
	} {
		row := anna()
		row.Conversation.Answered = c.said
		row.WaitingSince = time.Time{}
		if c.waits {
			row.WaitingSince = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		tr, asked, said := on(api.CapAnswer, row)
		run(tr.Do(keymap.MarkAnswered))
		run(tr.Do(keymap.Undo))
		want := []string{fmt.Sprint(api.CapAnswer, " ", c.want), fmt.Sprint(api.CapAnswer, " ", c.undoing)}
		if !slices.Equal(asked.asked, want) || !strings.Contains((*said)[0], "for everyone (Pact)") {
			t.Errorf("%+v: asked %q and said %q", c, asked.asked, *said)
		}
	}
	without, _, _ := on(api.CapStar, anna())
	if why := without.Why(keymap.MarkAnswered); !strings.Contains(why, "not supported by Pact") {
		t.Errorf("without the ability: %q", why)
	}
}
