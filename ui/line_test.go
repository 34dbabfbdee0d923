package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"unibox/ui/tty"
)

// A line is taken for slow by what the terminal's answer took, unless the config says
// what it is; the screen says so, and how to end it.
func TestASlowLineIsFoundOut(t *testing.T) {
	for _, c := range []struct {
		line string
		took time.Duration
		want bool
	}{
		{"", 40 * time.Millisecond, false}, {"auto", time.Second, true}, {"fast", time.Second, false}, {"slow", time.Millisecond, true},
	} {
		m := bare(60, 30, 120, 40)
		m.opt.Settings.Line = c.line
		m.env.Look.Clock.Slow = c.line == "slow"
		m.Update(tty.AnsweredMsg{Took: c.took})
		screen := ansi.Strip(m.View().Content)
		if strings.Contains(screen, "slow line") != c.want || strings.Contains(screen, `line = "fast" under [ui]`) != (c.line == "auto") {
			t.Errorf("%q, answered in %v:\n%s", c.line, c.took, screen)
		}
	}
	m := bare(60, 30, 120, 40)
	m.Update(tty.AnsweredMsg{Took: time.Second})
	m.Update(tty.AnsweredMsg{Took: 10 * time.Millisecond})
	if m.env.Look.Clock.Slow {
		t.Error("a fast answer after a slow one changes nothing")
	}
}
