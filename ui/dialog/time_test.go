package dialog

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/keymap"
)

// What is typed is shown as a date before it is chosen, and what is not understood is
// named and chooses nothing.
func TestTimeThatIsTyped(t *testing.T) {
	s, e, _ := newStack(nil)
	e.Now = func() time.Time { return time.Date(2026, 11, 25, 10, 20, 0, 0, time.UTC) }
	var chosen []string
	s.Open(NewTime(e, e.Now, "Snooze Ada", "It comes back then.", nil, func(at time.Time) tea.Cmd {
		chosen = append(chosen, at.Format(time.RFC3339))
		return nil
	}))
	if text := shown(s); !strings.Contains(text, "tomorrow morning") || !strings.Contains(text, "Thu 26 Nov 09:00") {
		t.Fatalf("offers:\n%s", text)
	}
	write(s, "tomorow 9")
	do(t, s, keymap.MenuChoose)
	if text := shown(s); !strings.Contains(text, `"tomorow" is not understood`) || strings.Contains(text, "tomorrow morning") || len(chosen) != 0 {
		t.Fatalf("%v chosen:\n%s", chosen, text)
	}
	s.Top().box().SetValue("")
	write(s, "fri 14:30")
	if text := shown(s); !strings.Contains(text, "Fri 27 Nov 14:30") || !strings.Contains(text, "in 2d") {
		t.Fatalf("means:\n%s", text)
	}
	seconds := e.Now().Add(20 * time.Second) // the time is rounded to a minute, what is said of it is not rounded down
	e.Now = func() time.Time { return seconds }
	for typed, want := range map[string]string{"через 2 часа": "in 2h", "полчаса": "in 30m", "in 3 days": "in 3d"} {
		s.Top().box().SetValue("")
		write(s, typed)
		if text := shown(s); !strings.Contains(ansi.Strip(text), " "+want+" │") {
			t.Errorf("%s, want %q:\n%s", typed, want, text)
		}
	}
	s.Top().box().SetValue("")
	write(s, "fri 14:30")
	do(t, s, keymap.MenuChoose)
	if len(chosen) != 1 || chosen[0] != "2026-11-27T14:30:00Z" || !s.Empty() {
		t.Errorf("%v chosen:\n%s", chosen, shown(s))
	}
}
