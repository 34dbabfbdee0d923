package thread

import (
	"errors"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/text"
	"unibox/ui/theme"
)

// gutter is the width of what is left of a message: the selection's bar, the time.
const gutter = 8

// widest is how wide messages are drawn at the most: longer lines are hard to read.
const widest = 100

// measure is how wide messages are drawn.
func (p *Pane) measure() int { return min(p.w, widest) }

// runGap is the silence after which a message says again who wrote it.
const runGap = 10 * time.Minute

// View draws the messages: exactly as many rows of w cells as there is room for. Under them
// is what was found.
func (p *Pane) View() []string {
	if !p.finder.On() || p.room == 0 || p.w == 0 {
		return p.messages()
	}
	return append(slices.Clone(p.messages()), p.finder.Status(p.w))
}

// messages draws them.
func (p *Pane) messages() []string {
	if p.w == 0 || p.h == 0 {
		return p.look.Rows(nil, p.w, p.h)
	}
	if last := p.drew.Rows(p.now(), p.w, p.h); last != nil && !p.loaded && p.err == nil {
		return last
	}
	if words, style := p.words(); words != "" {
		return p.drew.Keep(p.look.Rows(append([]string{""}, p.look.Words(style, words, p.w)...), p.w, p.h), p.w)
	}
	rows := make([]string, 0, p.h)
	first, _ := p.scroll.visible(p, p.h)
	y := p.scroll.rowOf(first, p) - p.Lead(first)
	for i := first; i < len(p.items) && y < p.h; i++ {
		for _, row := range append(p.above(i), p.draw(i)...) {
			if y >= 0 && y < p.h {
				rows = append(rows, row)
			}
			y++
		}
	}
	rows = p.look.Rows(rows, p.w, p.h)
	p.overlay(rows)
	return p.drew.Keep(rows, p.w)
}

// above are the rows over item i's body.
func (p *Pane) above(i int) []string {
	lead := slices.Clone(p.items[i].lead)
	if i == 0 && p.saysEdge() {
		lead[0] = p.center(p.edgeWords(), p.look.Theme.Day)
	}
	return lead
}

// saysEdge reports whether the first row says what comes before the oldest
// message: that it is the first, or that older ones follow from the platform.
func (p *Pane) saysEdge() bool { return p.window.Older != state.EdgeLocal }

// overlay puts the counts of new messages that are not on screen over the first
// row and the last.
func (p *Pane) overlay(rows []string) {
	if n := p.newAbove(); n > 0 && len(rows) > 1 {
		note := p.env.T(" %d new %s ", n, p.look.Marks.Up)
		if key := p.env.KeyFor(keymap.FirstNew); key != ":" {
			note = p.env.T(" %d new %s %s goes to the first ", n, p.look.Marks.Up, key)
		}
		rows[0] = p.look.Spread(rows[0], p.look.Theme.NewLine.Render(note), p.w)
	}
	if n := p.Unseen(); n > 0 && len(rows) > 0 && !p.scroll.follow {
		note := p.env.T(" %d new %s ", n, p.look.Marks.Down)
		rows[len(rows)-1] = p.look.Spread(rows[len(rows)-1], p.look.Theme.NewLine.Render(note), p.w)
	}
}

func (p *Pane) edgeWords() string {
	switch {
	case p.fetching.Err != "" && p.window.Older == state.EdgeRemote:
		return p.env.T("%s %s enter on the first message tries again", p.look.Mode.Line(p.env.Sentence(p.fetching.Err)), p.look.Marks.Dot)
	case p.window.Older == state.EdgeEnd:
		return p.env.T("the conversation begins here")
	case p.window.Older == state.EdgeRemote && p.fetching.Older:
		return p.env.T("reading older messages…%s", p.look.Busy.View())
	case p.window.Older == state.EdgeRemote:
		return p.env.T("older messages follow")
	}
	return ""
}

// words are shown instead of messages when there are none.
func (p *Pane) words() (string, theme.Style) {
	th := p.look.Theme
	switch {
	case p.id == (api.ConversationID{}):
		return p.env.T("Choose a conversation: j and k move, enter opens."), th.Muted
	case p.err != nil:
		if errors.Is(p.err, state.ErrNoSuch) {
			return p.env.T("This conversation is not here any more: it was deleted."), th.Muted
		}
		return p.env.T("This conversation could not be read: %s. ctrl+r tries again.", p.look.Mode.Line(p.env.Explain(p.err))), th.Failed
	case !p.loaded:
		return p.env.T("Reading the conversation…%s", p.look.Busy.View()), th.Muted
	case len(p.items) > 0:
		return "", th.Text
	case p.fetching.Err != "":
		return p.look.Mode.Line(p.env.Sentence(p.fetching.Err)), th.Failed
	case p.row.Checked.IsZero() && !p.row.Provisional:
		return p.env.T("Asking for the messages…%s", p.look.Busy.View()), th.Muted
	case p.window.Older == state.EdgeRemote:
		return p.env.T("All of it is older than what is kept here. Asking for it…%s", p.look.Busy.View()), th.Muted
	}
	return p.env.T("No messages yet. r writes the first."), th.Muted
}

func (p *Pane) center(s string, style theme.Style) string {
	s = p.look.Mode.Cut(s, p.w-2)
	return strings.Repeat(" ", max(0, (p.measure()-p.look.Mode.Width(s))/2)) + style.Render(s)
}

// leads computes the lines above each item: days, and the new-messages line.
func (p *Pane) leads() {
	for i, it := range p.items {
		it.lead = it.lead[:0]
		if i == 0 && p.saysEdge() {
			it.lead = append(it.lead, "") // words that change: see above
		}
		if p.startsDay(i) {
			day := text.Day(p.env.Look.Language, p.now(), p.at(i))
			it.lead = append(it.lead, p.ruled(day, p.look.Theme.Day))
		}
		if p.startsFresh(i) {
			it.lead = append(it.lead, p.ruled(p.env.T("new"), p.look.Theme.NewLine))
		}
	}
}

// ruled draws words between two short lines, in the middle.
func (p *Pane) ruled(words string, style theme.Style) string {
	dashes := strings.Repeat(p.look.Marks.Dash, 2)
	return p.center(dashes+" "+words+" "+dashes, style)
}

func (p *Pane) at(i int) time.Time {
	return p.items[i].Message.At.In(p.now().Location())
}

func (p *Pane) startsDay(i int) bool {
	if p.items[i].Gap {
		return false
	}
	before := p.previous(i)
	if before < 0 {
		return true
	}
	y1, m1, d1 := p.at(before).Date()
	y2, m2, d2 := p.at(i).Date()
	return y1 != y2 || m1 != m2 || d1 != d2
}

func (p *Pane) previous(i int) int {
	for i--; i >= 0 && p.items[i].Gap; i-- {
	}
	return i
}

func (p *Pane) startsFresh(i int) bool {
	if p.noFresh || !p.fresh(i) {
		return false
	}
	for k := i - 1; k >= 0; k-- {
		if p.fresh(k) {
			return false
		}
		if !p.items[k].Gap && p.items[k].Pos != 0 && p.items[k].Pos <= p.freshFrom {
			return true
		}
	}
	return p.window.Older == state.EdgeEnd || p.freshFrom == 0
}

func (p *Pane) fresh(i int) bool {
	it := p.items[i]
	return !it.Gap && it.Pos > p.freshFrom && it.Message.Direction == api.Inbound
}

// draw returns item i's rows, from its cache where nothing they show changed.
func (p *Pane) draw(i int) []string {
	it := p.items[i]
	want := drawn{w: p.w, selected: p.focused && it.key == p.selected, headed: p.startsRun(i), fetched: p.fetched(it), pictured: p.pictured(it)}
	if it.body != nil && it.drawn == want && !p.moves(it) {
		return it.body
	}
	it.drawn = want
	it.body = p.render(it)
	return it.body
}

// moves reports whether an item's rows depend on the clock, on an upload or on
// a download.
func (p *Pane) moves(it *item) bool {
	return it.Sending != nil && it.Sending.Status.Moving() || it.drawn.fetched
}

func (p *Pane) render(it *item) []string {
	switch {
	case it.note != nil:
		return p.drawNote(it)
	case it.Gap:
		return []string{p.bar(it, p.center(p.env.T("messages are missing here %s enter reads them", p.look.Marks.Dot), p.look.Theme.Note))}
	case it.Message.Kind == api.KindEvent:
		return []string{p.bar(it, p.center(p.unnamed(p.look.Mode.Line(it.Message.Body)), p.look.Theme.Note))}
	}
	rows := p.content(it)
	if it.drawn.headed {
		rows = append([]string{p.header(it)}, rows...)
	} else {
		rows[0] = p.inGutter(it, p.clock(it), rows[0])
	}
	for k := range rows {
		rows[k] = p.bar(it, rows[k])
	}
	return rows
}

// startsRun reports whether a message says who wrote it: each of ours (its
// mark is there), the first of the customer's in a row, and one after a
// pause or under a line across the pane. Holes and events say so themselves.
func (p *Pane) startsRun(i int) bool {
	it, before := p.items[i], i-1
	if it.Gap || it.note != nil || it.Message.Kind == api.KindEvent {
		return false
	}
	if before < 0 || len(it.lead) > 0 || p.items[before].Gap || p.items[before].note != nil || it.Message.Direction == api.Outbound {
		return true
	}
	was := p.items[before].Message
	return was.Direction != it.Message.Direction || was.Author != it.Message.Author ||
		was.Kind != it.Message.Kind || it.Message.At.Sub(was.At) > runGap
}

// bar puts the selection's bar in a row's first cell.
func (p *Pane) bar(it *item, row string) string {
	if !it.drawn.selected {
		return p.look.Mode.Fit(row, p.w)
	}
	rest := strings.TrimPrefix(row, " ")
	return p.look.Mode.Fit(p.look.Theme.Accent.Render(p.look.Marks.Bar)+rest, p.w)
}

func (p *Pane) clock(it *item) string {
	return it.Message.At.In(p.now().Location()).Format("15:04")
}

func (p *Pane) inGutter(it *item, clock, row string) string {
	if p.gutter() < gutter {
		return row
	}
	return " " + p.look.Theme.Muted.Render(p.look.Mode.Fit(clock, gutter-2)) + " " + strings.TrimPrefix(row, strings.Repeat(" ", gutter))
}

// gutter is narrower where the pane is.
func (p *Pane) gutter() int {
	if p.w < 40 {
		return 2
	}
	return gutter
}

func (p *Pane) header(it *item) string {
	th := p.look.Theme
	name, style := p.author(it), th.Theirs
	if it.Message.Direction == api.Outbound {
		style = th.Own
	}
	glyph, word, markStyle := p.Mark(it.Item)
	mark := glyph
	if it.drawn.selected && word != "" {
		mark += " " + word
	}
	left := " " + th.Muted.Render(p.clock(it)) + "  " + style.Render(p.look.Mode.Cut(name, max(4, p.measure()/2)))
	return p.look.Spread(left, markStyle.Render(mark)+" ", p.measure())
}

func (p *Pane) author(it *item) string {
	return p.masked(p.writer(it.Message.Author, it.Message.Direction), it.Message.Direction)
}

// writer is what the writer of a message is called, if that is not known, by the side.
func (p *Pane) writer(name string, side api.Direction) string {
	if name = p.look.Mode.Line(name); name != "" {
		return name
	}
	if side == api.Outbound {
		return p.env.T("you")
	}
	return p.title(p.row)
}
