package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// palette is the colours that the roles share.
type palette struct {
	muted, rule, accent     color.Color
	bar, selected, blurred  color.Color // backgrounds
	waiting, star, draft    color.Color
	own, theirs, link, note color.Color
	ok, read, warn, failed  color.Color
	match, matched          color.Color // text and background
	channels                [6]color.Color
	mutedAttr, selectAttr   lipgloss.Style // where a colour would not do
}

func choose(profile colorprofile.Profile, dark, contrast bool) palette {
	switch {
	case contrast && profile > colorprofile.ANSI && dark:
		return strongDark()
	case contrast && profile == colorprofile.ANSI256:
		return indexedStrongLight()
	case contrast && profile > colorprofile.ANSI:
		return strongLight()
	case contrast && dark:
		return basicDark().plain()
	case contrast:
		return basicLight().plain()
	case profile == colorprofile.ANSI && dark:
		return basicDark()
	case profile == colorprofile.ANSI:
		return basicLight()
	case profile == colorprofile.ANSI256 && dark:
		return indexedDark()
	case dark:
		return richDark()
	}
	return richLight()
}

// richDark is soft colours of about one lightness, for a background between
// black and #282828.
func richDark() palette {
	return palette{
		muted: rgb(0x9aa5b1), rule: rgb(0x4e5666), accent: rgb(0x87afff),
		bar: rgb(0x262626), selected: rgb(0x303a52), blurred: rgb(0x2c2c2c),
		waiting: rgb(0xffb86b), star: rgb(0xf5d76e), draft: rgb(0xd0b0ff),
		own: rgb(0x8fd6a8), theirs: rgb(0x9ccfff), link: rgb(0x7cc4ff), note: rgb(0xa8b8c8),
		ok: rgb(0x8fd694), read: rgb(0x6fe3ff), warn: rgb(0xffd280), failed: rgb(0xff9b93),
		match: rgb(0x1c1c1c), matched: rgb(0xf0c674),
		channels: [6]color.Color{rgb(0x7fd1b9), rgb(0xc9b0ff), rgb(0xf2a9cb), rgb(0x9fc5ff), rgb(0xdcc67e), rgb(0xa9d68e)},
	}
}

// indexedDark is richDark with greys of the 256 chosen by hand: the nearest ones
// are teal, and a selected row hardly differs from any other.
func indexedDark() palette {
	p := richDark()
	p.muted, p.note, p.rule = ansi.IndexedColor(248), ansi.IndexedColor(250), ansi.IndexedColor(240)
	p.bar, p.selected, p.blurred = ansi.IndexedColor(236), ansi.IndexedColor(237), ansi.IndexedColor(235)
	return p
}

// richLight is deep colours, for a background between white and #fdf6e3.
func richLight() palette {
	return palette{
		muted: rgb(0x565e6b), rule: rgb(0xb8bfca), accent: rgb(0x174ea6),
		bar: rgb(0xeeeeee), selected: rgb(0xdde5f0), blurred: rgb(0xebebeb),
		waiting: rgb(0x7a2e00), star: rgb(0x705000), draft: rgb(0x5c2a9d),
		own: rgb(0x146130), theirs: rgb(0x174ea6), link: rgb(0x0b4fb3), note: rgb(0x46566a),
		ok: rgb(0x17602f), read: rgb(0x00587a), warn: rgb(0x6e4f00), failed: rgb(0xab1f18),
		match: rgb(0x1c1c1c), matched: rgb(0xffd977),
		channels: [6]color.Color{rgb(0x00594e), rgb(0x552ea0), rgb(0x941f61), rgb(0x174ea6), rgb(0x5f4c00), rgb(0x2b5c18)},
	}
}

// basicDark leaves the greys out: some terminals show bright black as their
// background.
func basicDark() palette {
	p := palette{
		accent: ansi.BrightCyan, waiting: ansi.BrightYellow, star: ansi.BrightYellow, draft: ansi.BrightMagenta,
		own: ansi.BrightGreen, theirs: ansi.BrightCyan, link: ansi.BrightCyan,
		ok: ansi.BrightGreen, read: ansi.BrightCyan, warn: ansi.BrightYellow, failed: ansi.BrightRed,
		channels: [6]color.Color{ansi.BrightCyan, ansi.BrightMagenta, ansi.BrightGreen, ansi.BrightYellow, ansi.Cyan, ansi.Green},
	}
	return p.withoutGreys()
}

// basicLight keeps away from yellow and cyan, which nobody can read on white.
func basicLight() palette {
	p := palette{
		accent: ansi.Blue, waiting: ansi.Red, star: ansi.Magenta, draft: ansi.Magenta,
		own: ansi.Green, theirs: ansi.Blue, link: ansi.Blue,
		ok: ansi.Green, read: ansi.Blue, warn: ansi.Red, failed: ansi.Red,
		channels: [6]color.Color{ansi.Blue, ansi.Magenta, ansi.Green, ansi.Red, ansi.Blue, ansi.Magenta},
	}
	return p.withoutGreys()
}

// strongDark is bright colours for a background between black and #282828: each stands out
// seven to one, also on a selected row.
func strongDark() palette {
	p := palette{
		muted: rgb(0xf0f0f0), rule: rgb(0xffffff), accent: rgb(0xffff66),
		blurred: rgb(0x303030),
		waiting: rgb(0xffd08a), star: rgb(0xffff66), draft: rgb(0xe6ccff),
		own: rgb(0xa8ffb0), theirs: rgb(0xaee4ff), link: rgb(0xaee4ff), note: rgb(0xf0f0f0),
		ok: rgb(0xa8ffb0), read: rgb(0x8cf5ff), warn: rgb(0xffe08a), failed: rgb(0xffc4be),
		match: rgb(0x000000), matched: rgb(0xffff66),
		channels: [6]color.Color{rgb(0x9cf5dc), rgb(0xe0ccff), rgb(0xffc8e4), rgb(0xc4dcff), rgb(0xffe99a), rgb(0xccf7b0)},
	}
	return p.reversed()
}

// strongLight is deep colours for a background between white and #f5f5f5.
func strongLight() palette {
	p := palette{
		muted: rgb(0x202020), rule: rgb(0x000000), accent: rgb(0x00297a),
		blurred: rgb(0xe8e8e8),
		waiting: rgb(0x5e1c00), star: rgb(0x4a3400), draft: rgb(0x43107a),
		own: rgb(0x00401a), theirs: rgb(0x00297a), link: rgb(0x00297a), note: rgb(0x202020),
		ok: rgb(0x00401a), read: rgb(0x003a54), warn: rgb(0x4a3400), failed: rgb(0x7a0b06),
		match: rgb(0x000000), matched: rgb(0xffe066),
		channels: [6]color.Color{rgb(0x003d35), rgb(0x3c1280), rgb(0x660f42), rgb(0x00297a), rgb(0x443800), rgb(0x1a3f0c)},
	}
	return p.reversed()
}

// indexedStrongLight has the few of the 256 colours that are dark enough.
func indexedStrongLight() palette {
	navy, wine, plum, grey := rgb(0x00005f), rgb(0x5f0000), rgb(0x5f005f), rgb(0x262626)
	p := strongLight()
	p.accent, p.theirs, p.link, p.ok, p.read, p.own = navy, navy, navy, navy, navy, plum
	p.waiting, p.warn, p.failed, p.star, p.draft = wine, wine, wine, plum, plum
	p.channels = [6]color.Color{navy, plum, wine, grey, navy, plum}
	return p
}

// reversed has the selected row in the terminal's own two colours, exchanged: nothing
// stands out more.
func (p palette) reversed() palette {
	p.selectAttr = lipgloss.NewStyle().Reverse(true)
	return p
}

// plain shows nothing fainter than the terminal's own text.
func (p palette) plain() palette {
	p.mutedAttr = lipgloss.NewStyle()
	return p
}

func (p palette) withoutGreys() palette {
	p.mutedAttr = lipgloss.NewStyle().Faint(true)
	p.selectAttr = lipgloss.NewStyle().Reverse(true)
	return p
}

func rgb(hex uint32) color.Color {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}
