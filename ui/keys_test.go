package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/layout"
	"unibox/ui/tty"
)

// An agent with another layout gives commands without switching: by what the
// terminal reports of the key, else by the table. A Latin layout is taken at its
// word, whatever stands there in the US one.
func TestStrokes(t *testing.T) {
	for _, c := range []struct {
		key    tea.KeyPressMsg
		typing bool
		want   string
	}{
		{tea.KeyPressMsg{Code: 'j', Text: "j"}, false, "j"},
		{tea.KeyPressMsg{Code: 'о', Text: "о"}, false, "о j"},
		{tea.KeyPressMsg{Code: 'о', ShiftedCode: 'О', Text: "О", Mod: tea.ModShift}, false, "О J"},
		{tea.KeyPressMsg{Code: 'о', Text: "о"}, true, "о"},
		{tea.KeyPressMsg{Code: 'ჟ', BaseCode: 'j', Text: "ჟ"}, false, "ჟ j"},
		{tea.KeyPressMsg{Code: 'ч', Mod: tea.ModCtrl}, true, "ctrl+ч ctrl+x"},
		{tea.KeyPressMsg{Code: 'ч', BaseCode: 'x', Mod: tea.ModCtrl}, true, "ctrl+ч ctrl+x"},
		{tea.KeyPressMsg{Code: 'ы', Mod: tea.ModAlt}, true, "alt+ы alt+s"},
		{tea.KeyPressMsg{Code: 'ξ', Text: "ξ"}, false, "ξ j"},
		{tea.KeyPressMsg{Code: 'ח', Text: "ח"}, false, "ח j"},
		{tea.KeyPressMsg{Code: 'ت', Text: "ت"}, false, "ت j"},
		{tea.KeyPressMsg{Code: 'z', BaseCode: 'y', Mod: tea.ModCtrl}, true, "ctrl+z"}, // German
		{tea.KeyPressMsg{Code: 'a', BaseCode: 'q', Mod: tea.ModCtrl}, true, "ctrl+a"}, // French
		{tea.KeyPressMsg{Code: 'é', BaseCode: '2', Mod: tea.ModCtrl}, true, "ctrl+é"},
		{tea.KeyPressMsg{Code: tea.KeyUp}, false, "up"},
	} {
		if got := strings.Join(strokes(c.key, c.typing), " "); got != c.want {
			t.Errorf("%+v is %q, want %q", c.key, got, c.want)
		}
	}
}

// A Russian chord edits text as the Latin one does, and a German one as it says.
func TestChordsEditInAnyLayout(t *testing.T) {
	for _, k := range []tea.KeyPressMsg{
		{Code: 'г', Mod: tea.ModCtrl}, {Code: 'г', BaseCode: 'u', Mod: tea.ModCtrl}, {Code: 'u', BaseCode: 'r', Mod: tea.ModCtrl},
	} {
		m, _ := replying(t)
		m.Update(tea.PasteMsg{Content: "привет"})
		m.Update(k)
		if body := m.reply.Draft().Body; body != "" {
			t.Errorf("%+v leaves %q", k, body)
		}
	}
}

// Esc and a letter, or a chord, that came as one key are two, unless they mean something
// together here, or the terminal tells them apart.
func TestEscAndALetterAtOnce(t *testing.T) {
	alt := func(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Mod: tea.ModAlt} }
	m, _ := replying(t)
	m.Update(alt('h')) // out of the box, and to the pane at its left
	if m.reply.Composing() || m.focus != layout.List {
		t.Errorf("composing %v, in pane %v", m.reply.Composing(), m.focus)
	}
	m, _ = replying(t)
	m.Update(alt('р')) // the same key
	if m.reply.Composing() || m.focus != layout.List {
		t.Errorf("composing %v, in pane %v", m.reply.Composing(), m.focus)
	}
	m, _ = replying(t)
	m.Update(tea.KeyPressMsg{Code: 'g', Mod: tea.ModAlt | tea.ModCtrl}) // out of the box, and "go to"
	if m.reply.Composing() || m.dialogs.Empty() {
		t.Errorf("composing %v, nothing open over the panes %v", m.reply.Composing(), m.dialogs.Empty())
	}
	m, _ = replying(t)
	m.Update(tea.PasteMsg{Content: "one two"})
	for _, meant := range []tea.KeyPressMsg{alt('b'), alt('d'), alt(tea.KeyEnter)} {
		if m.Update(meant); !m.reply.Composing() {
			t.Errorf("%v left the box", meant)
		}
	}
	if body := m.reply.Draft().Body; body != "one \n" {
		t.Errorf("edited to %q", body)
	}
	m, _ = replying(t)
	m.Update(tea.KeyboardEnhancementsMsg{Flags: 1})
	if m.Update(alt('h')); !m.reply.Composing() {
		t.Error("alt+h is esc where the terminal sends esc otherwise")
	}
}

// From a terminal that does not mark pastes lines that came at once are text where
// text is typed, and keys in a pane.
func TestABurst(t *testing.T) {
	const lines = "these are two lines of a paste\rand nothing of it is sent\r"
	m, out := replying(t)
	m.Update(tty.BurstMsg{Text: lines})
	if body := m.reply.Draft().Body; body != strings.ReplaceAll(lines, "\r", "\n") || len(out.drafts) > 0 {
		t.Errorf("in the box is %q, and %d were sent", body, len(out.drafts))
	}
	m = bare(9, 3, 120, 40)
	m.Update(tty.BurstMsg{Text: "jjkjjkjjkjjkjjkjjkjjkjjkjj\r"})
	if m.reply.Composing() || m.focus != layout.Thread {
		t.Errorf("composing %v, in pane %v", m.reply.Composing(), m.focus)
	}
	m = bare(9, 3, 120, 40)
	m.Update(tty.BurstMsg{Text: "\rr" + lines}) // a command, and what is pasted then
	if body := m.reply.Draft().Body; body != strings.ReplaceAll(lines, "\r", "\n") {
		t.Errorf("in the box is %q", body)
	}
}
