package thread

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/theme"
)

// Typing reports whether printable keys are text here: of the line that finds words.
func (p *Pane) Typing() bool { return p.finder.On() }

// Key gives a key to that line, Paste pasted text. CursorX is the column of its cursor.
func (p *Pane) Key(k tea.KeyPressMsg) tea.Cmd { return p.finder.Key(k) }
func (p *Pane) Paste(text string) tea.Cmd     { return p.finder.Paste(text) }
func (p *Pane) CursorX() int                  { return min(p.finder.CursorX(), max(p.w-1, 0)) }

// Does says what a key of a menu does while words are looked for, "" for what it always does.
func (p *Pane) Does(action keymap.Action) string {
	switch action {
	case keymap.MenuChoose:
		return p.env.T("older hit")
	case keymap.MenuDown:
		return p.env.T("newer hit")
	}
	return ""
}

func (p *Pane) whyNoFind() string {
	if p.id == (api.ConversationID{}) {
		return p.env.T("no conversation is open")
	}
	return ""
}

func (p *Pane) startFind() tea.Cmd { return p.finder.Start(p.id) }

// endFind leaves the thread where it is.
func (p *Pane) endFind() tea.Cmd {
	p.finder.Stop()
	return p.Feed()
}

// foundOther draws the hits of other words, and makes room for the row under the messages.
func (p *Pane) foundOther() {
	p.redraw()
	p.Resize(p.w, p.room)
}

// showHit goes to a message that was found.
func (p *Pane) showHit(pos state.Pos) tea.Cmd {
	p.ShowMessage(pos)
	if p.find(key{pos: pos}) >= 0 {
		p.arrive()
		return p.Feed()
	}
	return p.Reload()
}

// sides are what goes before and behind a row of a text: what puts it on the right, and what
// keeps its order.
func (p *Pane) sides(b body, row string) (open, end string) {
	open, end = p.look.Mode.Isolates(row, b.rtl)
	if b.rtl {
		open = strings.Repeat(" ", max(0, b.w-p.look.Mode.Width(row))) + open
	}
	return open, end
}

// marked draws the rows of a text with what is looked for marked.
func (p *Pane) marked(indent string, style theme.Style, b body) []string {
	words := p.finder.Words()
	plain, hit := func(s string) string { return style.Render(s) }, func(s string) string { return p.look.Theme.Match.Render(s) }
	all := make([]string, len(b.rows))
	for i, row := range b.rows {
		open, end := p.sides(b, row)
		open = indent + open
		all[i] = open + plain(row)
		if !words.None() {
			all[i] = open + words.Mark(row, plain, hit)
		}
		all[i] = b.link(i, len(open), all[i]) + end
	}
	return all
}
