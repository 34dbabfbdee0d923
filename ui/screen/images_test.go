package screen

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// T8: a picture is given to the terminal before the frame that shows it, once; taken away when it
// is shown no more and when the terminal is given back; and given again when we have the
// terminal again.
func TestT8ThePicturesOfTheTerminal(t *testing.T) {
	const send, drop = "\x1b_Ga=T;AAAA\x1b\\", "\x1b_Ga=d\x1b\\"
	p := painted(view([]string{"text"}, nil))
	p.keep(imageMsg{id: 7, send: send, drop: drop})
	out := p.draw(view([]string{"place"}, nil))
	if at := strings.Index(out, send); at < 0 || at > strings.Index(out, "plac") || strings.Count(out, send) != 1 {
		t.Errorf("shown: %q", out)
	}
	if out := p.draw(view([]string{"other"}, nil)); strings.Contains(out, "\x1b_") {
		t.Errorf("given again: %q", out)
	}
	if left := string(p.leave()); !strings.HasPrefix(left, drop) {
		t.Errorf("given back: %q", left)
	}
	p.reset()
	if out := p.draw(view([]string{"other"}, nil)); strings.Count(out, send) != 1 || strings.Index(out, send) < strings.Index(out, "\x1b[?1049h") {
		t.Errorf("had again: %q", out)
	}
	p.keep(imageMsg{id: 7})
	if out := p.draw(view([]string{"text"}, nil)); strings.Count(out, drop) != 1 {
		t.Errorf("dropped: %q", out)
	}
	if left := string(p.leave()); strings.Contains(left, "\x1b_") {
		t.Errorf("given back without a picture: %q", left)
	}
	p.keep(imageMsg{id: 8, send: send, drop: drop})
	p.keep(imageMsg{id: 8})
	p.reset()
	if out := p.draw(view([]string{"text"}, nil)); strings.Contains(out, "\x1b_") {
		t.Errorf("one that came and went: %q", out)
	}
}

// T8: the cells of a picture in kitty, each of which is a character with three marks, come to the
// terminal whole and again in part, and are gone with the row.
func TestT8CellsOfAPicture(t *testing.T) {
	const cell = "\U0010eeee\u0305\u030d\u0305"
	row := "a \x1b[38;5;76m" + strings.Repeat(cell, 5) + "\x1b[m b"
	for _, clusters := range []bool{false, true} {
		p := newPainter([]string{"TERM=xterm-256color"}, false)
		if clusters {
			p.clusters = true
		}
		p.resize(40, 3)
		v := tea.NewView(row)
		p.view = &v
		if out := string(p.frame()); strings.Count(out, cell) != 5 || !strings.Contains(out, "38;5;76m"+cell) {
			t.Errorf("whole: %q", out)
		}
		part := strings.Replace(row, cell+cell+"\x1b[m", "xy\x1b[m", 1)
		p.draw(view([]string{part}, nil))
		if out := p.draw(view([]string{row}, nil)); strings.Count(out, cell) < 2 || !strings.Contains(out, "38;5;76m") {
			t.Errorf("in part: %q", out)
		}
		if out := p.draw(view([]string{"text"}, nil)); strings.Contains(out, cell) {
			t.Errorf("gone: %q", out)
		}
	}
}
