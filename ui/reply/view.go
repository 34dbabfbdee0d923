package reply

import (
	"strings"

	"unibox/api"
	"unibox/keymap"
	"unibox/ui/env"
)

// mostTextRows bounds how high the text grows; a third of the pane does too.
const mostTextRows = 10

// Resize sets the size of the pane at whose bottom the box is.
func (b *Box) Resize(w, paneHeight int) {
	b.w, b.paneHeight = w, paneHeight
	b.text.SetSize(max(1, w-3), max(1, min(mostTextRows, paneHeight/3)))
}

// Height is how many rows the box takes with its rule, its files and its plan.
// An empty box without the cursor is one row of words.
func (b *Box) Height() int {
	if b.id == (api.ConversationID{}) || b.paneHeight < 5 {
		return 0
	}
	if b.folded() {
		return 2
	}
	return min(1+len(b.above())+b.text.Rows()+len(b.below()), b.paneHeight-2)
}

// Cursor is the cell of the text cursor in the view.
func (b *Box) Cursor() (x, y int) {
	x, y = b.text.Cursor()
	return 2 + x, 1 + len(b.above()) + y
}

// View draws the box: a rule with words, the text, files, the plan. It may be
// higher than Height.
func (b *Box) View() []string {
	if b.Height() == 0 {
		return nil
	}
	mode := b.env.Look.Mode
	rows := []string{b.rule()}
	if b.folded() {
		return append(rows, mode.Fit(b.idle(), b.w))
	}
	for _, row := range b.above() {
		rows = append(rows, mode.Fit("  "+row, b.w))
	}
	prompt := b.env.Look.Theme.Accent.Render(b.env.Look.Marks.Prompt)
	for i, line := range b.text.View() {
		if i > 0 {
			prompt = " "
		}
		rows = append(rows, mode.Fit(prompt+" "+line, b.w))
	}
	for _, row := range b.below() {
		rows = append(rows, mode.Fit("  "+row, b.w))
	}
	return rows
}

// folded: the box is a row of words.
func (b *Box) folded() bool { return !b.composing && b.Empty() && !b.beside.shown() }

// above is the row over the text: what the reply answers.
func (b *Box) above() []string {
	if !b.quote.Native() {
		return nil
	}
	mode, hint := b.env.Look.Mode, ""
	words := b.env.Quote(b.quote.Author, b.env.Unnamed(b.screen.Current().Conversation, b.quote.Text))
	if b.composing {
		hint = " " + b.env.Look.Marks.Dot + " " + b.env.T("%s takes it away", keymap.KeyName(b.env.Keys.Key(keymap.Leave, keymap.Composer)))
	}
	if mode.Width(hint) > (b.w-4)*2/3 {
		hint = ""
	}
	return []string{b.env.Look.Theme.Muted.Render(mode.Cut(words, b.w-4-mode.Width(hint)) + hint)}
}

// idle invites to reply, or says why that cannot be.
func (b *Box) idle() string {
	th := b.env.Look.Theme
	if why := b.screen.WhyNot(); why != "" {
		return "   " + th.Disabled.Render(why)
	}
	words := "   " + th.Key.Render(keymap.KeyName(b.env.Keys.Key(keymap.Reply, keymap.Thread))) + " " + th.Hint.Render(b.env.T("reply"))
	if at := b.offered(); at != "" {
		words += "   " + th.Key.Render(keymap.KeyName(b.env.Keys.Key(keymap.FollowUp, keymap.Thread))) + " " + th.Hint.Render(b.env.T("reminds you %s, as you wrote", at))
	}
	return words
}

// offered is when the reminder would come that the text offers which was just sent, "" if
// it offers none, or another one is written.
func (b *Box) offered() string {
	if b.screen.Offered == nil || !b.Empty() {
		return ""
	}
	return b.screen.Offered(b.id)
}

// rule heads the box: to whom and over what while one is written, and
// what is wrong with saving it.
func (b *Box) rule() string {
	th, k := b.env.Look.Theme, b.env.Look.Marks
	style, words := th.Rule, ""
	if b.composing {
		style = th.RuleFocused
		words = th.Title.Render(b.heading())
	}
	switch {
	case b.err != "":
		words = th.Failed.Render(b.env.Line(b.err))
	case b.sending:
		words = th.Muted.Render(b.env.T("putting it into the outbox%s", k.Ellipsis))
	}
	words = b.env.Look.Mode.Cut(words, b.w-4)
	if words == "" {
		return style.Render(strings.Repeat(k.Level, b.w))
	}
	left := style.Render(k.Level) + " " + words + " "
	return left + style.Render(strings.Repeat(k.Level, max(0, b.w-b.env.Look.Mode.Width(left))))
}

func (b *Box) heading() string {
	dot := " " + b.env.Look.Marks.Dot + " "
	rules := b.rules()
	if b.editing.Remote != "" {
		return b.env.T("Edit your message%senter saves it, esc leaves it as it was", dot)
	}
	row, _ := b.thread.Row()
	if f := b.first; f != nil && b.templatesOnly() {
		row = env.FirstRow(*f)
	} else if why := b.stopped(); f != nil && why != "" {
		return b.env.T("First message to %s waits%s%s", b.env.Line(f.To), dot, why)
	} else if f != nil {
		return b.env.T("First message to %s%s%s", b.env.Line(f.To), dot, b.env.Line(rules.Title))
	}
	if b.templatesOnly() {
		offers := b.env.T("enter offers them")
		if b.whyNoTemplate() != "" {
			offers = b.env.T("none can be sent from here")
		}
		return b.env.T("Templates only%s%s%s%s", dot, offers, dot, b.env.Look.Mode.Cut(b.env.Name(row.Conversation), 30))
	}
	if why := b.stopped(); why != "" {
		return b.env.T("Reply to %s waits%s%s", b.env.Look.Mode.Cut(b.env.Name(row.Conversation), 20), dot, why)
	}
	s := dot + b.env.Line(rules.Title)
	if n, unit := rules.Length(b.text.Value()); rules.MaxBody > 0 && n > rules.MaxBody*4/5 {
		s += b.env.T("%s%d of %d %s", dot, n, rules.MaxBody, unit)
	}
	if parts := b.parts(); parts != "" {
		s += dot + parts
	}
	lead := ""
	if at := b.offered(); at != "" {
		lead = b.env.T("%s reminds you %s, as you wrote", keymap.KeyName(b.env.Keys.Key(keymap.RemindMe, keymap.Composer)), at) + dot
	}
	return lead + b.replyTo(b.env.Name(row.Conversation), b.w-4-b.env.Look.Mode.Width(lead+s)) + s
}

// replyTo names whom a reply goes to in so many cells, as far as that can be: what is behind
// it counts more than the words before a name, and than the end of a long one.
func (b *Box) replyTo(name string, cells int) string {
	const least, most = 10, 30
	mode := b.env.Look.Mode
	words := mode.Width(b.env.T("Reply to %s", ""))
	if cells < words+min(least, mode.Width(name)) {
		return mode.Cut(name, min(most, max(least, cells)))
	}
	return b.env.T("Reply to %s", mode.Cut(name, min(most, cells-words)))
}

// stopped is why a reply would wait, "" if it would go out.
func (b *Box) stopped() string {
	if b.screen.Stopped == nil {
		return ""
	}
	return b.env.Line(b.screen.Stopped(b.id.Account))
}
