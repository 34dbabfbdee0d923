package statusbar

import (
	"charm.land/bubbles/v2/key"

	"unibox/state"
)

// Strip is what the top row says beside the accounts.
type Strip struct {
	// Crumbs says where one is while a single pane is shown, else "".
	Crumbs string
	// Waiting and Unread count conversations, Unsent and Decide what is in the
	// outbox.
	Waiting, Unread, Unsent, Decide int
	// Selected counts what is selected in the list.
	Selected int
	// Closing counts who waits and gets nothing but a template any more in less than an
	// hour.
	Closing int
}

// Strip draws the top row: what waits on the left, how old the data of each
// account is on the right.
func (b *Bar) Strip(s Strip) string {
	th, mode := b.env.Look.Theme, b.env.Look.Mode
	left := " " + th.TitleFocused.Render("unibox")
	if b.env.Settings.ReadOnly {
		left += " " + th.Warn.Render(b.env.T("READ-ONLY"))
	}
	if s.Crumbs != "" {
		left += " " + th.Muted.Render(mode.Cut(s.Crumbs, max(4, b.w/2)))
	} else {
		more := b.more()
		left += "  " + th.Waiting.Render(b.env.T("Waiting %d%s", s.Waiting, more)) + th.Muted.Render(b.env.T(" %s Unread %d%s", b.env.Look.Marks.Dot, s.Unread, more))
	}
	if s.Selected > 0 {
		left += th.Accent.Render(b.env.T(" %s %d selected", b.env.Look.Marks.Dot, s.Selected))
	}
	left += b.closingText(s.Closing, b.w-mode.Width(left))
	here := b.hereText() + b.lineText()
	left += b.outboxText(s, b.w-mode.Width(left)-mode.Width(here)) + here
	return th.Bar.Render(b.env.Look.Spread(left, b.healths(b.w-mode.Width(left)-1), b.w))
}

// closingText warns, while it holds, of who can be answered for less than an hour: in
// full if that leaves room in w cells for the accounts with their names.
func (b *Bar) closingText(n, w int) string {
	if n == 0 {
		return ""
	}
	mode := b.env.Look.Mode
	words := b.env.T(" %s Closing %d", b.env.Look.Marks.Dot, n)
	if full := b.env.T("%s within the hour", words); mode.Width(full)+mode.Width(b.healthRow(b.healthText(2))) < w {
		words = full
	}
	return b.env.Look.Theme.Warn.Render(words)
}

// lineText says that the line is taken for slow, because less is drawn then.
func (b *Bar) lineText() string {
	if clock := b.env.Look.Clock; clock == nil || !clock.Slow {
		return ""
	}
	return b.env.Look.Theme.Muted.Render(" " + b.env.Look.Marks.Dot + b.env.T(" slow line"))
}

// more follows a count of conversations while there may be more.
func (b *Bar) more() string {
	if state.Complete(b.health) {
		return ""
	}
	return "+"
}

// outboxText counts what is unsent: in words, if that leaves room in w cells
// for the accounts with their names.
func (b *Bar) outboxText(s Strip, w int) string {
	if s.Unsent == 0 {
		return ""
	}
	mode, marks := b.env.Look.Mode, b.env.Look.Marks
	words := b.env.T(" %s Outbox %d", marks.Dot, s.Unsent)
	if s.Decide > 0 {
		full := b.env.T("%s, %d to decide", words, s.Decide)
		words = b.env.T(" %s Decide %d", marks.Dot, s.Decide)
		if s.Decide < s.Unsent {
			words += b.env.T(" of %d", s.Unsent)
		}
		if mode.Width(full)+mode.Width(b.healthRow(b.healthText(2))) < w {
			words = full
		}
	}
	return b.env.Look.Theme.Warn.Render(words)
}

// Hints draws the line of keys that matter where the focus is, as many as fit; the
// last ones always.
func (b *Bar) Hints(bindings []key.Binding, last int) string {
	return b.hints.View(bindings, last, b.w)
}
