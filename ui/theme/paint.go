package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// paint gives every role its style. Without colours, what has to be dark on light is
// so by the terminal's own two, dark being its background.
func paint(p painter, c palette, dark bool) Theme {
	var (
		plain     = lipgloss.NewStyle()
		bold      = plain.Bold(true)
		faint     = plain.Faint(true)
		italic    = plain.Italic(true)
		underline = plain.Underline(true)
		reverse   = plain.Reverse(true)

		onLight  = plain.Reverse(dark)
		muted    = text(c.muted).Inherit(c.mutedAttr)
		selected = ground(c.selected).Inherit(c.selectAttr)
	)
	t := Theme{
		Muted:    p.style(muted, faint),
		Disabled: p.style(muted.Inherit(italic), faint),
		Accent:   p.style(text(c.accent), bold),

		Bar:          p.style(ground(c.bar), plain),
		Title:        p.style(muted, plain),
		TitleFocused: p.style(text(c.accent).Bold(true), underline),
		Rule:         p.style(text(c.rule).Inherit(c.mutedAttr), faint),
		RuleFocused:  p.style(text(c.accent), bold),
		Selected:     p.style(selected, reverse),
		SelectedBlur: p.style(ground(c.blurred), plain),
		Match:        p.style(text(c.match).Inherit(ground(c.matched)).Inherit(c.selectAttr), reverse),

		Unread:  p.style(bold, plain),
		Waiting: p.style(text(c.waiting), bold),
		Star:    p.style(text(c.star), plain),
		Draft:   p.style(text(c.draft), italic),
		Badge:   p.style(text(c.accent), plain),

		Own:     p.style(text(c.own), plain),
		Theirs:  p.style(text(c.theirs).Bold(true), plain),
		Day:     p.style(muted, faint),
		NewLine: p.style(text(c.waiting).Bold(true), plain),
		Link:    p.style(text(c.link).Underline(true), plain),
		Private: p.style(text(c.warn), bold),
		Note:    p.style(text(c.note).Italic(true), plain),

		OK:     p.style(text(c.ok), plain),
		Read:   p.style(text(c.read).Bold(true), plain),
		Warn:   p.style(text(c.warn), bold),
		Failed: p.style(text(c.failed).Bold(true), plain),

		Key:  p.style(text(c.accent).Bold(true), plain),
		Hint: p.style(muted, plain),
		QR:   p.style(text(rgb(0x000000)).Inherit(ground(rgb(0xffffff))), onLight),
	}
	for i, col := range c.channels {
		t.channels[i] = p.style(text(col), plain)
	}
	return t
}

// text is a style of a text colour, nil for the terminal's own.
func text(c color.Color) lipgloss.Style {
	if c == nil {
		return lipgloss.NewStyle()
	}
	return lipgloss.NewStyle().Foreground(c)
}

// ground is a style of a background, nil for the terminal's own.
func ground(c color.Color) lipgloss.Style {
	if c == nil {
		return lipgloss.NewStyle()
	}
	return lipgloss.NewStyle().Background(c)
}
