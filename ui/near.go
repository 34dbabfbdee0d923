package ui

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"unibox/keymap"
	"unibox/ui/dialog"
	"unibox/ui/env"
)

// mostNear is how many keys are named that are near one that means nothing.
const mostNear = 2

// longestNext is how much of what a key does is said where many are named.
const longestNext = 26

// following says what may come after the first keys of a binding, "" for nothing.
func (m *Model) following(strokes []string) string {
	first := strings.Join(strokes, " ") + " "
	var all []string
	for _, s := range m.offered(m.env.Keys.Specs(m.scopes()...)) {
		for _, key := range s.Keys {
			if next, ok := strings.CutPrefix(key, first); ok {
				all = append(all, next+" "+m.env.Look.Mode.Cut(strings.ToLower(s.Short()), longestNext))
				break
			}
		}
	}
	return strings.Join(all, ", ")
}

// near says which keys are like one that means nothing: the same letter otherwise, or with
// ctrl or alt. "" for none.
func (m *Model) near(name string) string {
	mod, letter := "", name
	if i := strings.LastIndex(name, "+"); i > 0 && i < len(name)-1 {
		mod, letter = name[:i+1], name[i+1:]
	}
	if len([]rune(letter)) != 1 {
		return ""
	}
	var all []string
	for _, key := range []string{letter, strings.ToLower(letter), strings.ToUpper(letter), "ctrl+" + strings.ToLower(letter), "alt+" + strings.ToLower(letter)} {
		if key == mod+letter || strings.Contains(strings.Join(all, " "), key+" (") {
			continue
		}
		action, match := m.env.Keys.Lookup([]string{key}, m.scopes()...)
		if match == keymap.Full && len(all) < mostNear && m.never(action) == "" {
			all = append(all, fmt.Sprintf("%s (%s)", key, called(m.env.Keys.Spec(action))))
		}
	}
	return strings.Join(all, ", ")
}

// longestTitle is how long a title may be that stands whole in a sentence.
const longestTitle = 40

func called(s keymap.Spec) string {
	if utf8.RuneCountInString(s.Title) <= longestTitle {
		return s.Title
	}
	return s.Short()
}

// elsewhere says where a key works that means nothing in the panes, and what it does there; ""
// for nowhere.
func elsewhere(e *env.Env, name string) (keymap.Action, string) {
	for _, scope := range []keymap.Scope{keymap.Composer, keymap.Menu} {
		if action, match := e.Keys.Lookup([]string{name}, scope); match == keymap.Full {
			spec := e.Keys.Spec(action)
			return action, e.T("%s (%s) %s", name, spec.Short(), dialog.Only(e, spec))
		}
	}
	return "", ""
}
