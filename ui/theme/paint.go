package theme

import "github.com/charmbracelet/x/ansi"

// paint gives every role its look.
func paint(p painter, c palette) Theme {
	var (
		bold      = []ansi.Attr{ansi.AttrBold}
		faint     = []ansi.Attr{ansi.AttrFaint}
		italic    = []ansi.Attr{ansi.AttrItalic}
		underline = []ansi.Attr{ansi.AttrUnderline}
		reverse   = []ansi.Attr{ansi.AttrReverse}
	)
	t := Theme{
		Muted:    p.style(look{fg: c.muted, attrs: c.mutedAttr, mono: faint}),
		Disabled: p.style(look{fg: c.muted, attrs: append(c.mutedAttr, ansi.AttrItalic), mono: faint}),
		Accent:   p.style(look{fg: c.accent, mono: bold}),

		Bar:          p.style(look{bg: c.bar}),
		Title:        p.style(look{fg: c.muted, attrs: c.mutedAttr}),
		TitleFocused: p.style(look{fg: c.accent, attrs: bold, mono: underline}),
		Rule:         p.style(look{fg: c.rule, attrs: c.mutedAttr, mono: faint}),
		RuleFocused:  p.style(look{fg: c.accent, mono: bold}),
		Selected:     p.style(look{bg: c.selected, attrs: c.selectAttr, mono: reverse}),
		SelectedBlur: p.style(look{bg: c.blurred}),
		Match:        p.style(look{fg: c.match, bg: c.matched, attrs: c.selectAttr, mono: reverse}),

		Unread:  p.style(look{attrs: bold}),
		Waiting: p.style(look{fg: c.waiting, mono: bold}),
		Star:    p.style(look{fg: c.star}),
		Draft:   p.style(look{fg: c.draft, mono: italic}),
		Badge:   p.style(look{fg: c.accent}),

		Own:     p.style(look{fg: c.own}),
		Theirs:  p.style(look{fg: c.theirs, attrs: bold}),
		Day:     p.style(look{fg: c.muted, attrs: c.mutedAttr, mono: faint}),
		NewLine: p.style(look{fg: c.waiting, attrs: bold}),
		Link:    p.style(look{fg: c.link, attrs: underline}),
		Note:    p.style(look{fg: c.note, attrs: italic}),

		OK:     p.style(look{fg: c.ok}),
		Read:   p.style(look{fg: c.read, attrs: bold}),
		Warn:   p.style(look{fg: c.warn, mono: bold}),
		Failed: p.style(look{fg: c.failed, attrs: bold}),

		Key:  p.style(look{fg: c.accent, attrs: bold}),
		Hint: p.style(look{fg: c.muted, attrs: c.mutedAttr}),
	}
	for i, col := range c.channels {
		t.channels[i] = p.style(look{fg: col})
	}
	return t
}
