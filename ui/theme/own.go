package theme

import (
	"fmt"
	"image/color"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// Own are the styles that a user has given to roles, by the role's name: that of Theme's
// field in small letters with hyphens, such as "title-focused".
type Own map[string]lipgloss.Style

// Roles are the names that a style can be given to.
func Roles() []string { return slices.Sorted(maps.Keys(roleNames(&Theme{}))) }

// roleNames are the styles of a theme by the names of their roles.
func roleNames(t *Theme) map[string]*Style {
	all := map[string]*Style{}
	for field, value := range reflect.ValueOf(t).Elem().Fields() {
		if field.IsExported() && field.Name != "QR" { // which is for a camera
			all[hyphened(field.Name)] = value.Addr().Interface().(*Style)
		}
	}
	return all
}

// hyphened is TitleFocused as title-focused, and OK as ok.
func hyphened(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) && !unicode.IsUpper(rune(name[i-1])) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// attributes are the words of a style that are no colours.
var attributes = map[string]func(lipgloss.Style) lipgloss.Style{
	"bold":      func(s lipgloss.Style) lipgloss.Style { return s.Bold(true) },
	"faint":     func(s lipgloss.Style) lipgloss.Style { return s.Faint(true) },
	"italic":    func(s lipgloss.Style) lipgloss.Style { return s.Italic(true) },
	"underline": func(s lipgloss.Style) lipgloss.Style { return s.Underline(true) },
	"reverse":   func(s lipgloss.Style) lipgloss.Style { return s.Reverse(true) },
}

// basic are the sixteen colours of every terminal, in the order of their numbers.
var basic = []string{"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"}

// ParseStyle reads a style as a config says it: a colour of the text, "on" and one of the
// ground, and attributes, such as "#ffb86b on #262626 bold". A colour is #rrggbb, #rgb, a
// number up to 255, or red, bright-red and so on. The error says what is not understood.
func ParseStyle(words string) (lipgloss.Style, error) {
	s, ground := lipgloss.NewStyle(), false
	all := strings.Fields(strings.ToLower(words))
	for _, word := range all {
		if word == "on" {
			ground = true
			continue
		}
		if set, ok := attributes[word]; ok && !ground {
			s = set(s)
			continue
		}
		c, err := parseColour(word)
		switch {
		case err != nil:
			return s, err
		case ground:
			s, ground = s.Background(c), false
		default:
			s = s.Foreground(c)
		}
	}
	if len(all) == 0 || ground {
		return s, fmt.Errorf(`a colour is missing: write one like "#ffb86b on #262626 bold"`)
	}
	return s, nil
}

func parseColour(word string) (color.Color, error) {
	if hex, ok := strings.CutPrefix(word, "#"); ok {
		if len(hex) == 3 {
			hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
		}
		if n, err := strconv.ParseUint(hex, 16, 24); err == nil && len(hex) == 6 {
			return rgb(uint32(n)), nil
		}
	}
	if n, err := strconv.ParseUint(word, 10, 8); err == nil {
		return ansi.IndexedColor(n), nil
	}
	name, bright := strings.CutPrefix(word, "bright-")
	if n := slices.Index(basic, name); n >= 0 {
		if bright {
			n += len(basic)
		}
		return ansi.BasicColor(n), nil
	}
	return nil, fmt.Errorf("%q is neither a colour (#rrggbb, a number up to 255, red, bright-red …) nor bold, faint, italic, underline or reverse", word)
}

// wear gives roles the user's own styles. What a terminal without colours shows of them is
// their attributes, and what the role has there anyway.
func (t *Theme) wear(p painter, own Own) {
	roles := roleNames(t)
	for name, style := range own {
		if role, ok := roles[name]; ok {
			*role = p.style(style, monoOf(p, *role))
		}
	}
}

func monoOf(p painter, role Style) lipgloss.Style {
	if p.colourless() {
		return role.Lipgloss()
	}
	return lipgloss.NewStyle()
}
