package queue

import (
	"fmt"
	"strings"
	"time"

	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/text"
	"unibox/ui/theme"
)

// mostWhy is how many rows the selected entry may take to say why it waits;
// every other one takes one.
const mostWhy = 4

// View draws the pane: exactly h rows of w cells, the title first.
func (p *Pane) View() []string {
	rows := []string{p.titleRow()}
	if words := p.words(); words != "" {
		return p.look.Rows(append(rows, append([]string{""}, p.look.Words(p.look.Theme.Muted, words, p.w)...)...), p.w, p.h)
	}
	p.clamp()
	if p.sticky(p.top) > 0 {
		rows = append(rows, p.whose(p.entries[p.top]))
	}
	for i := p.top; i < len(p.entries) && len(rows) < p.h; i++ {
		rows = append(rows, p.rows(i)...)
	}
	return p.look.Rows(rows, p.w, p.h)
}

func (p *Pane) titleRow() string {
	th := p.look.Theme
	style := th.Title
	if p.focused {
		style = th.TitleFocused
	}
	title := " " + style.Render(p.env.T("OUTBOX"))
	if p.counts.Decide > 0 {
		title += th.Warn.Render(p.env.T(" %s %d to decide", p.look.Marks.Dot, p.counts.Decide))
	}
	count := ""
	if p.loaded {
		count = fmt.Sprintf("%d ", p.counts.Total)
	}
	return p.look.Spread(title, th.Muted.Render(count), p.w)
}

// words are shown instead of entries when there are none.
func (p *Pane) words() string {
	switch {
	case p.err != nil:
		return p.env.T("The outbox could not be read: %s. ctrl+r tries again.", p.look.Mode.Line(p.env.Explain(p.err)))
	case !p.loaded:
		return p.env.T("Reading the outbox…%s", p.look.Busy.View())
	case len(p.entries) == 0:
		return p.env.T("The outbox is empty: everything you sent is out, and nothing waits for you to decide.")
	}
	return ""
}

func (p *Pane) height(i int) int {
	e := p.entries[i]
	n := 1 + len(p.whyRows(e, i == p.index))
	if e.heads {
		n++
	}
	return n
}

// rows draws entry i: whose it is where a conversation begins, how it begins
// and when it is tried, why it waits.
func (p *Pane) rows(i int) []string {
	e, selected := p.entries[i], i == p.index
	var rows []string
	if e.heads {
		rows = append(rows, p.whose(e))
	}
	bar := " "
	if selected {
		bar = p.look.Theme.Accent.Render(p.look.Marks.Bar)
	}
	own := []string{p.beginning(e)}
	style := p.whyStyle(e)
	for _, row := range p.whyRows(e, selected) {
		own = append(own, "   "+style.Render(row))
	}
	for _, row := range own {
		if row = bar + " " + row; selected {
			row = p.under().Render(p.look.Mode.Fit(row, p.w))
		}
		rows = append(rows, row)
	}
	return rows
}

// whose is the name of an entry's conversation, and its channel.
func (p *Pane) whose(e entry) string {
	code := p.codes(e.Conversation)
	name := p.look.Theme.Text.Render(p.env.Name(e.Conversation))
	return p.look.Spread("  "+name, " "+p.look.Theme.Channel(code).Render(p.look.Mode.Fit(code, 5)), p.w)
}

func (p *Pane) under() theme.Style {
	if p.focused {
		return p.look.Theme.Selected
	}
	return p.look.Theme.SelectedBlur
}

// beginning is the mark of an entry, how it begins, and on the right who sent it off and when
// something happens to it.
func (p *Pane) beginning(e entry) string {
	glyph, style := p.mark(e)
	glyph, _, _ = strings.Cut(glyph, " ")
	left := style.Render(p.look.Mode.Fit(glyph, 2)) + " " + p.look.Theme.Text.Render(p.says(e))
	when, style := p.when(e)
	right := " " + style.Render(when) + " "
	if by := p.by(e); by != "" {
		right = " " + p.look.Theme.Muted.Render(p.look.Mode.Cut(by, longestBy)) + right
	}
	return p.look.Spread(left, right, p.w-2)
}

// longestBy is how wide the name of who sent an entry off may be.
const longestBy = 10

// by is who sent an entry off, where several agents are; "" where nobody knows.
func (p *Pane) by(e entry) string {
	switch {
	case e.Message == nil || e.gone || len(p.env.Team.Colleagues) == 0:
		return ""
	case e.Message.By == p.env.Me && p.env.Me != "":
		return p.env.T("you")
	}
	return p.env.Line(e.Message.By)
}

func (p *Pane) mark(e entry) (string, theme.Style) {
	m, th := p.look.Marks, p.look.Theme
	switch {
	case e.gone:
		return m.Dot, th.Muted
	case e.Change == nil:
		glyph, _, style := p.look.Sending(*e.Message, p.env.Planning(), p.progress)
		return glyph, style
	case e.Change.Refused:
		return m.Failed, th.Failed
	}
	return m.Retry, th.Warn
}

// says is how an entry begins: files first, because they are the shorter.
func (p *Pane) says(e entry) string {
	if e.Change != nil {
		return p.env.Sentence(e.Change.Cap.String())
	}
	o := e.Message
	var parts []string
	for i, f := range o.Files {
		if i == 2 {
			parts = append(parts, fmt.Sprintf("+%d", len(o.Files)-i))
			break
		}
		parts = append(parts, p.look.Marks.Clip+" "+p.brief(e, f.Name))
	}
	if body := p.brief(e, o.Body); body != "" {
		parts = append(parts, body)
	}
	return strings.Join(parts, " ")
}

// brief is as much of a text as a row can show, and nothing of it where the customer is masked:
// what we write to them names them.
func (p *Pane) brief(e entry, s string) string {
	if s != "" && p.env.Hides(e.Conversation.ID) {
		return p.env.Hidden()
	}
	if most := 8 * p.w; len(s) > most {
		s = s[:most]
	}
	return p.look.Mode.Line(s)
}

// clock is now as the time of day by which an entry waits has it.
func (p *Pane) clock(e entry) time.Time {
	if e.Message == nil {
		return p.now()
	}
	return p.env.Planning()
}

// when is the moment that matters next.
func (p *Pane) when(e entry) (string, theme.Style) {
	th, now := p.look.Theme, p.look.Clock.At(p.clock(e))
	switch {
	case e.gone:
		return "", th.Muted
	case e.Decides():
		return p.env.T("decide"), th.Warn
	case e.behind != "":
		return "", th.Muted
	}
	if e.Message != nil && e.Message.Timed() {
		return p.env.T("for %s", soon(p.env.Look.Language, now, e.Message.At.In(now.Location()))), th.Accent
	}
	if wait := p.next(e).Sub(now); wait > 0 {
		return p.env.T("in %s", p.look.Clock.In(p.env.Look.Language, wait)), th.Warn
	}
	if e.Message == nil {
		return "", th.Muted
	}
	if !e.Message.At.IsZero() {
		return p.env.T("for %s", text.Clock(p.env.Look.Language, now, e.Message.At.In(now.Location()))), th.Accent
	}
	return text.Clock(p.env.Look.Language, now, e.Message.Submitted.In(now.Location())), th.Muted
}

// soon is a moment to come, with the time of day where that is within a week.
func soon(say *catalog.Language, now, at time.Time) string {
	switch {
	case at.Sub(now) >= 6*24*time.Hour:
		return say.Date(at, "2 Jan")
	case at.YearDay() == now.YearDay():
		return at.Format("15:04")
	}
	return say.Date(at, "Mon 15:04")
}

// next is when the next try is due; a check of what the platform already has is
// not shown.
func (p *Pane) next(e entry) (at time.Time) {
	switch {
	case e.Change != nil:
		return e.Change.NotBefore
	case e.Message.Status == state.Queued:
		return e.Message.NotBefore
	}
	return at
}
