package app

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"

	"unibox/state/config"
	"unibox/ui/catalog"
	"unibox/ui/theme"
)

// Wishes are what the config wants of the theme, and what is wrong with that.
func Wishes(c config.Config) (theme.Wishes, []config.Problem) {
	w, roles := theme.Wishes{Contrast: c.UI.Contrast == "high", Own: theme.Own{}}, theme.Roles()
	var problems []config.Problem
	for _, role := range slices.Sorted(maps.Keys(c.Colors)) {
		style, err := theme.ParseStyle(c.Colors[role])
		switch {
		case !slices.Contains(roles, role):
			why := "there are " + strings.Join(roles, ", ")
			if near := config.Nearest(role, roles); near != "" {
				why = "did you mean " + near + "?"
			}
			problems = append(problems, c.ColorProblem(role, fmt.Sprintf("unknown role %q (%s)", role, why)))
		case err != nil:
			problems = append(problems, c.ColorProblem(role, role+": "+err.Error()))
		default:
			w.Own[role] = style
		}
	}
	return w, problems
}

// ascii reports whether nothing but ASCII is drawn: as the config says, or else where the
// locale has no more.
func ascii(u config.UI, e Environ) bool {
	return u.ASCII == "on" || u.ASCII == "auto" && plainLocale(e.Locale())
}

// Environ describes the terminal of a session, in the form of os.Environ.
type Environ []string

// Get is the value of a variable, "" without one.
func (e Environ) Get(name string) string { return uv.Environ(e).Getenv(name) }

// Locale is how the terminal's user has said that letters are written; empty if nobody has.
func (e Environ) Locale() string {
	return cmp.Or(e.Get("LC_ALL"), e.Get("LC_CTYPE"), e.Get("LANG"))
}

// Locale is that of this process.
func Locale() string { return Environ(os.Environ()).Locale() }

// UnicodeLocale reports whether a locale has all letters.
func UnicodeLocale(locale string) bool {
	return strings.Contains(strings.ToLower(strings.ReplaceAll(locale, "-", "")), "utf8")
}

// plainLocale reports whether a locale cannot do more than ASCII, or does more in a way that
// is not ours. Where none is set nobody has said so: over SSH it is often not passed on.
func plainLocale(locale string) bool { return locale != "" && !UnicodeLocale(locale) }

// Language is the language of the screen. A terminal that has no more than ASCII gets the one
// that needs no more, unless another is asked for.
func (e Environ) Language(u config.UI) *catalog.Language {
	if ascii(u, e) && (u.Language == "" || u.Language == catalog.Auto) {
		return nil
	}
	return catalog.Choose(u.Language, e.Get)
}

// Language is that of a screen on the terminal of this process.
func Language(u config.UI) *catalog.Language { return Environ(os.Environ()).Language(u) }

// keepSetting writes a key of [ui] into the config, nil where the config goes with the session,
// or is for all agents.
func (s Session) keepSetting() func(key string, on bool) error {
	file := s.Config.File()
	if file == "" || s.Temporary || s.OwnConfig || s.Agent != nil {
		return nil
	}
	return func(key string, on bool) error {
		for n := 1; ; n++ {
			e, err := config.Change(file, s.Platforms.Config(), "ui", key, strconv.FormatBool(on))
			if err != nil {
				return err
			}
			if before, _ := e.Text(); before == nil {
				return catalog.Errorf("%s is not there any more: what was switched holds for this session", file)
			}
			if err := e.Write(); n == attempts || !errors.Is(err, config.ErrChanged) {
				return err
			}
		}
	}
}

// attempts is how often a change is tried that somebody else's came before.
const attempts = 20
