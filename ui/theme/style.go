package theme

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// Style is a Lip Gloss style with the escape sequence that it begins with, which
// is computed once. A frame renders some 300 pieces of text: Lip Gloss computes
// the sequence again for each, and what follows a style inside a style is plain.
// The zero value leaves text as it is.
type Style struct {
	open  string
	gloss *lipgloss.Style
}

// compile makes a Style of a Lip Gloss style of colours and attributes.
func compile(s lipgloss.Style) Style {
	open, _, _ := strings.Cut(s.Render("x"), "x")
	return Style{open, &s}
}

// Lipgloss returns the style as Lip Gloss knows it, for a part of Bubbles. Its
// colours are those of the terminal's profile.
func (s Style) Lipgloss() lipgloss.Style {
	if s.gloss == nil {
		return lipgloss.NewStyle()
	}
	return *s.gloss
}

// Render returns one line of text in the style. Styles inside the text stand out
// from it and end where they did: what follows them has this style again.
func (s Style) Render(text string) string {
	if s.open == "" || text == "" {
		return text
	}
	return s.open + strings.ReplaceAll(text, ansi.ResetStyle, ansi.ResetStyle+s.open) + ansi.ResetStyle
}

// painter makes styles for one kind of terminal.
type painter struct{ profile colorprofile.Profile }

func (p painter) colourless() bool { return p.profile <= colorprofile.ASCII }

// style compiles a role's style. On a terminal without colours it loses its
// colours and inherits mono.
func (p painter) style(s, mono lipgloss.Style) Style {
	if p.colourless() {
		return compile(s.UnsetForeground().UnsetBackground().Inherit(mono))
	}
	if fg := s.GetForeground(); fg != (lipgloss.NoColor{}) {
		s = s.Foreground(p.profile.Convert(fg))
	}
	if bg := s.GetBackground(); bg != (lipgloss.NoColor{}) {
		s = s.Background(p.profile.Convert(bg))
	}
	return compile(s)
}
