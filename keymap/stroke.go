package keymap

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// modifiers in the order in which the terminal library names them.
var modifiers = []string{"ctrl+", "alt+", "shift+"}

// named are the keys with a name, beside f1 to f24.
var named = []string{"backspace", "begin", "delete", "down", "end", "enter", "esc", "home", "insert", "left", "menu", "pause", "pgdown",
	"pgup", "printscreen", "right", "space", "tab", "up"}

// aliases are other names that people know keys by.
var aliases = map[string]string{"bs": "backspace", "del": "delete", "escape": "esc", "ins": "insert", "pagedown": "pgdown", "pageup": "pgup",
	"pgdn": "pgdown", "return": "enter", "spacebar": "space"}

// sameBytes are chords that most terminals send as another key.
var sameBytes = map[string]string{"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "esc"}

// normalize writes a key of the config as the terminal library names it. why says
// what is wrong with one that no terminal sends.
func normalize(key string) (name, why string) {
	strokes := strings.Fields(key)
	if len(strokes) == 0 {
		return "", `"" is no key`
	}
	for i, stroke := range strokes {
		if strokes[i], why = normalizeStroke(stroke); why != "" {
			return "", why
		}
	}
	return strings.Join(strokes, " "), ""
}

func normalizeStroke(stroke string) (name, why string) {
	if utf8.RuneCountInString(stroke) == 1 {
		return stroke, ""
	}
	mods, base := cutModifiers(stroke)
	char, _ := utf8.DecodeRuneInString(base)
	single := utf8.RuneCountInString(base) == 1
	if !single {
		base = strings.ToLower(base)
		if full, ok := aliases[base]; ok {
			base = full
		}
	}
	name = strings.Join(mods, "") + base
	switch {
	case !single && !slices.Contains(named, base) && !functionKey(base):
		return "", fmt.Sprintf(`%q is no key that a terminal sends; keys are such as "x", "ctrl+x", "alt+enter", "shift+tab", "f5"`, stroke)
	case name == "ctrl+c":
		return "", "ctrl+c always leaves the program"
	case sameBytes[name] != "":
		return "", fmt.Sprintf("most terminals send %q as %q; choose another key", stroke, sameBytes[name])
	case single && slices.Equal(mods, []string{"shift+"}):
		return "", fmt.Sprintf("%q is typed as %q: write that", stroke, string(unicode.ToUpper(char)))
	case single && unicode.IsUpper(char):
		return "", fmt.Sprintf("%q is written %q", stroke, strings.Join(mods, "")+strings.ToLower(base))
	}
	return name, ""
}

// cutModifiers takes the modifiers off a stroke and puts them into their order.
func cutModifiers(stroke string) (mods []string, base string) {
	on := map[string]bool{}
	for base = stroke; ; {
		i := slices.IndexFunc(modifiers, func(m string) bool {
			return len(base) > len(m) && strings.EqualFold(base[:len(m)], m)
		})
		if i < 0 {
			break
		}
		on[modifiers[i]], base = true, base[len(modifiers[i]):]
	}
	for _, m := range modifiers {
		if on[m] {
			mods = append(mods, m)
		}
	}
	return mods, base
}

func functionKey(name string) bool {
	var n int
	_, err := fmt.Sscanf(name, "f%d", &n)
	return err == nil && n >= 1 && n <= 24 && name == fmt.Sprintf("f%d", n)
}
