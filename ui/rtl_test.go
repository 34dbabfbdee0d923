package ui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/ui/layout"
)

// hebrew is a model whose customer has a Hebrew name and writes Hebrew with a number and a
// Latin word in it.
func hebrew(t *testing.T, setting string) *Model {
	t.Helper()
	m := bare(3, 3, 120, 24)
	s := m.opt.Store.(*shelf)
	for i := range s.rows {
		s.rows[i].Conversation.Contact.Name = "דוד לוי"
		p, _ := s.rows[i].Preview.Get()
		p.Body = "הזמנה 125 ב WhatsApp (היום)"
		s.rows[i].Preview = api.Known(p)
	}
	s.items[2].Message.Body = "הזמנה 125 ב WhatsApp (היום)"
	s.items[1].Message.Body = "see דוד 12"
	m.opt.Settings.RTL = setting
	m.restyle()
	m.run(m.inbox.Reload())
	m.run(m.thread.Reload())
	return m
}

func reversed(s string) string {
	runes := []rune(s)
	slices.Reverse(runes)
	return string(runes)
}

// L6: a Hebrew name and message are drawn in the order in which they are read, a message that
// begins so on the right, and nothing beside them moves; a terminal that does that by itself gets
// them as they were written, and no control character either way.
func TestHebrewIsDrawnAsItIsRead(t *testing.T) {
	for setting, want := range map[string]struct{ name, body, mixed string }{
		"own":      {reversed("דוד לוי"), "(םויה) WhatsApp ב 125 הנמזה", "see 12 " + reversed("דוד")},
		"terminal": {"דוד לוי", "הזמנה 125 ב WhatsApp (היום)", "see דוד 12"},
	} {
		m := hebrew(t, setting)
		view := ansi.Strip(m.View().Content)
		if strings.ContainsAny(view, "\u2066\u2067\u2068\u2069\u200e\u200f") {
			t.Errorf("%s: a control character is drawn", setting)
		}
		for _, row := range strings.Split(view, "\n") {
			if w := m.env.Look.Mode.Width(row); w != 120 {
				t.Errorf("%s: %q is %d wide", setting, row, w)
			}
		}
		for _, text := range []string{want.name, want.body, want.mixed} {
			if !strings.Contains(view, text) {
				t.Errorf("%s: %q is not drawn:\n%s", setting, text, view)
			}
		}
		thread := m.lay.Panes[layout.Thread]
		for _, row := range strings.Split(view, "\n") {
			if at := strings.Index(row, want.body); at >= 0 && m.env.Look.Mode.Width(row[:at]) > thread.X {
				if behind := strings.TrimSpace(row[at+len(want.body):]); behind != "" {
					t.Errorf("%s: %q is behind the message", setting, behind)
				}
				if end := m.env.Look.Mode.Width(row[:at+len(want.body)]); end < 120-3 {
					t.Errorf("%s: a message from right to left ends in column %d", setting, end)
				}
			}
		}
	}
}

// L6, L7: the reply keeps the order of typing, with the cursor behind what was typed.
func TestHebrewIsTypedInItsOrder(t *testing.T) {
	m := hebrew(t, "own")
	m.focusOn(layout.Thread)
	m.compose()
	m.drafted()
	before := m.cursor()
	for _, r := range "שלום" {
		m.handle(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	if got := m.cursor(); got.X != before.X+4 || got.Y != before.Y || !strings.Contains(ansi.Strip(m.View().Content), "שלום") {
		t.Errorf("the cursor is at %d, was at %d:\n%s", got.X, before.X, ansi.Strip(m.View().Content))
	}
}
