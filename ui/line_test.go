package ui

import (
	"image"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/ui/picture"
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

// T8: what the terminal says of its pictures counts, its own answer more than the size of its window; it
// is asked for its colours once it says that it draws sixels.
func TestT8TheTerminalSaysHowItDrawsPictures(t *testing.T) {
	var c colors
	for _, step := range []struct {
		msg       tea.Msg
		news, ask bool
	}{
		{tty.CellMsg{Width: 9, Height: 17, Guessed: true}, true, false}, {tty.CellMsg{Width: 8, Height: 16}, true, false},
		{tty.CellMsg{Width: 9, Height: 17, Guessed: true}, false, false}, {tty.AnsweredMsg{}, false, false},
		{tty.AnsweredMsg{Sixel: true}, true, true}, {tty.AnsweredMsg{Sixel: true}, false, false}, {tty.RegistersMsg(16), true, false},
	} {
		if news, ask := c.learn(step.msg); news != step.news || (ask != nil) != step.ask {
			t.Errorf("%#v: news %v, asks %v", step.msg, news, ask != nil)
		}
	}
	if want := (picture.Said{Sixel: true, Cell: image.Pt(8, 16), Registers: 16}); c.said != want {
		t.Errorf("%+v", c.said)
	}
}
