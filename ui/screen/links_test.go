package screen

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// T7: a terminal that would show a link's sequence as text, or drops it, gets none, unless the
// agent says so.
func TestT7WhereLinksAre(t *testing.T) {
	for env, want := range map[string]bool{
		"TERM=xterm-256color": true, "TERM=xterm-kitty": true, "TERM=foot": true, "TERM=linux": false, "TERM=vt100": false, "TERM=dumb": false, "": false,
		"TERM=screen.xterm-256color": false, "TERM=xterm-256color STY=1": false, "TERM=tmux-256color": false, "TERM=xterm-256color TERM_PROGRAM=Apple_Terminal": false,
		"TERM=tmux-256color TMUX=x TERM_PROGRAM=tmux TERM_PROGRAM_VERSION=3.3a":         false,
		"TERM=tmux-256color TMUX=x TERM_PROGRAM=tmux TERM_PROGRAM_VERSION=3.4":          true,
		"TERM=screen-256color TMUX=x TERM_PROGRAM=tmux TERM_PROGRAM_VERSION=3.5a":       true,
		"TERM=tmux-256color TMUX=x TERM_PROGRAM=tmux TERM_PROGRAM_VERSION=next-3.6":     false,
		"TERM=tmux-256color TMUX=x TERM_PROGRAM=iTerm.app TERM_PROGRAM_VERSION=3.5.1-x": false,
		"TERM=tmux-256color TMUX=x": false,
	} {
		env := strings.Fields(env)
		if got := Links("auto", env); got != want {
			t.Errorf("%v: %v", env, got)
		}
		if !Links("on", env) || Links("off", env) {
			t.Errorf("%v: the setting does not count", env)
		}
	}
}

// T7: whatever stands in a row, the terminal gets no link but to the web, mail and telephone,
// and of those that it gets nothing ends the sequence early.
func TestT7NoOtherLinkReachesTheTerminal(t *testing.T) {
	const good = "\x1b]8;id=1;https://a.example/?a=1;b\x1b\\ok\x1b]8;;\x1b\\"
	for row, want := range map[string]string{
		good: "\x1b]8;id=1;https://a.example/?a=1;b\x07",
		"\x1b]8;;file:///etc/passwd\x1b\\a\x1b]8;;\x1b\\":                        "",
		"\x1b]8;;javascript:alert(1)\x1b\\a\x1b]8;;\x1b\\":                       "",
		"\x1b]8;;https://a.example/\u009c\x9b2J\x1b\\a\x1b]8;;\x1b\\":            "",
		"\x1b]8;id=1:x=\u202e;https://a.example\x1b\\a\x1b]8;;\x1b\\":            "",
		"\x1b]8;;https://" + strings.Repeat("a", 3000) + "\x1b\\a\x1b]8;;\x1b\\": "",
	} {
		for _, whole := range []bool{true, false} {
			p := newPainter([]string{"TERM=xterm-256color"}, false)
			p.resize(40, 2)
			v := tea.NewView("")
			p.view = &v
			if !whole {
				p.frame()
			}
			v = tea.NewView(row)
			out := string(p.frame())
			got := strings.Contains(out, "\x1b]8;id") || strings.Contains(out, "\x1b]8;;h") || strings.Contains(out, "\x1b]8;;f") || strings.Contains(out, "\x1b]8;;j")
			if got != (want != "") || !strings.Contains(out, want) {
				t.Errorf("%q is written as %q", row, out)
			}
		}
	}
}
