package theme

import (
	"image/color"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// Style is a look, worked out once and put round strings many times. The zero
// value leaves text as it is.
type Style struct{ open string }

// Render returns s in the style. Styles inside s stand out from it and end
// where they did: what follows them has this style again.
func (s Style) Render(text string) string {
	if s.open == "" || text == "" {
		return text
	}
	return s.open + strings.ReplaceAll(text, ansi.ResetStyle, ansi.ResetStyle+s.open) + ansi.ResetStyle
}

// painter makes styles for one kind of terminal.
type painter struct{ profile colorprofile.Profile }

// look is what a role asks for. Mono takes the place of the colours on a
// terminal without; a colour of nil is the terminal's own.
type look struct {
	fg, bg      color.Color
	attrs, mono []ansi.Attr
}

func (p painter) style(l look) Style {
	sgr := ansi.NewStyle(l.attrs...)
	if p.profile <= colorprofile.ASCII {
		return opening(append(sgr, ansi.NewStyle(l.mono...)...))
	}
	if l.fg != nil {
		sgr = sgr.ForegroundColor(p.profile.Convert(l.fg))
	}
	if l.bg != nil {
		sgr = sgr.BackgroundColor(p.profile.Convert(l.bg))
	}
	return opening(sgr)
}

func opening(sgr ansi.Style) Style {
	if len(sgr) == 0 {
		return Style{}
	}
	return Style{sgr.String()}
}
