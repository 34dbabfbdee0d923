// Package keymap declares every action of the program once: its name, what it
// does, where it holds and its keys. Bindings, palette, help, hint line, config
// check and the table in README.md all read this one table.
//
// Names are kept for ever: people put them in their config.
package keymap

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Action is the lasting name of something an agent can do.
type Action string

// Scope is a part of the screen that keys belong to. The focused part's scope
// is asked first, then Global.
type Scope string

// The scopes. A printable key is never bound in Composer, Note or Menu. Note is the box
// in which a private note is written.
const (
	Global   Scope = "global"
	Channels Scope = "channels"
	List     Scope = "list"
	Thread   Scope = "thread"
	Composer Scope = "composer"
	Menu     Scope = "menu"
	Note     Scope = "note"
)

// Spec describes one action.
type Spec struct {
	Action Action
	// Title is what the palette calls it, Hint the word or two for the hint
	// line; an action without a Hint is not shown there.
	Title, Hint string
	// Group is where the action is listed, as the table has it; Heading is what that is called
	// on screen.
	Group, Heading string
	Scopes         []Scope
	// Keys are strokes as the terminal library names them; a space divides
	// the strokes of a sequence.
	Keys []string
	// words are more by which it is found.
	words string
}

// Short is the title up to its first pause, for the beginning of a sentence.
func (s Spec) Short() string {
	if end := strings.IndexAny(s.Title, ",;:("); end > 0 {
		return strings.TrimSpace(s.Title[:end])
	}
	return s.Title
}

// Problem is a mistake in the configured keys, as a sentence.
type Problem struct {
	Name, Why string
}

// String is the problem in one line, for a person.
func (p Problem) String() string { return fmt.Sprintf("keys: %s: %s", p.Name, p.Why) }

// Map resolves strokes to actions.
type Map struct {
	specs []Spec
	by    map[Scope]map[string]Action
	// columns are the words over the table that Markdown makes.
	columns []string
}

// New applies overrides to the table. Their names are actions, or an action in
// one scope only as "thread/move.down"; an empty list unbinds. A key that no
// terminal sends, and one that another action has, is refused and reported, and
// the rest holds. An action that is left without any of its keys by that keeps its
// default ones. own are actions of the user's, bound after those of the table.
func New(overrides map[string][]string, own ...Spec) (*Map, []Problem) {
	b := &binder{overrides: overrides, by: map[Scope]map[string]Action{}, specs: slices.Concat(specs, own)}
	for _, name := range slices.Sorted(maps.Keys(overrides)) {
		if why := b.unknown(name); why != "" {
			b.report(name, why, "")
		}
	}
	b.bindAll()
	m := &Map{by: b.by, columns: columns}
	for _, spec := range b.specs {
		spec.Keys = b.bound(spec)
		m.specs = append(m.specs, spec)
	}
	return m, b.problems
}

func (b *binder) unknown(name string) string {
	scope, action, scoped := strings.Cut(name, "/")
	if !scoped {
		action = scope
	}
	i := slices.IndexFunc(b.specs, func(s Spec) bool { return string(s.Action) == action })
	switch {
	case i < 0:
		return "there is no such action; `unibox keys` lists them"
	case scoped && !slices.Contains(b.specs[i].Scopes, Scope(scope)):
		return fmt.Sprintf("%s does not hold in %q", action, scope)
	}
	return ""
}

// Printable reports whether a key is text where text is typed.
func Printable(key string) bool { return printable(key) }

func printable(key string) bool {
	first, _, _ := strings.Cut(key, " ")
	return len([]rune(first)) == 1 || first == "space"
}

// Match says what typed strokes are.
type Match uint8

// The matches.
const (
	None Match = iota
	Partial
	Full
)

// Lookup resolves typed strokes, the first scope first.
func (m *Map) Lookup(strokes []string, scopes ...Scope) (Action, Match) {
	typed := strings.Join(strokes, " ")
	for _, scope := range scopes {
		if action, ok := m.by[scope][typed]; ok {
			return action, Full
		}
	}
	for _, scope := range scopes {
		for key := range m.by[scope] {
			if strings.HasPrefix(key, typed+" ") {
				return "", Partial
			}
		}
	}
	return "", None
}

// Specs lists the actions that hold in any of the scopes, in the table's order.
func (m *Map) Specs(scopes ...Scope) []Spec {
	return slices.DeleteFunc(slices.Clone(m.specs), func(s Spec) bool {
		return !slices.ContainsFunc(s.Scopes, func(sc Scope) bool { return slices.Contains(scopes, sc) })
	})
}

// All lists every action, the user's changes included.
func (m *Map) All() []Spec { return slices.Clone(m.specs) }

// Spec returns what the table says of an action; empty if it has no such.
func (m *Map) Spec(action Action) Spec {
	if i := slices.IndexFunc(m.specs, func(s Spec) bool { return s.Action == action }); i >= 0 {
		return m.specs[i]
	}
	return Spec{}
}

// Key returns the first key of an action in a scope, or "".
func (m *Map) Key(action Action, scope Scope) string {
	for _, key := range m.Spec(action).Keys {
		if m.by[scope][key] == action {
			return key
		}
	}
	return ""
}

// KeyName is a key as a person reads it.
func KeyName(key string) string { return strings.ReplaceAll(key, "pgdown", "pgdn") }

// Markdown renders the table, one section per group.
func (m *Map) Markdown() string {
	var b strings.Builder
	group := ""
	for _, s := range m.specs {
		if s.Group != group {
			group = s.Group
			fmt.Fprintf(&b, "\n**%s**\n\n| %s |\n|---|---|---|---|\n", s.Heading, strings.Join(m.columns, " | "))
		}
		where := make([]string, len(s.Scopes))
		for i, scope := range s.Scopes {
			where[i] = string(scope)
		}
		fmt.Fprintf(&b, "| %s | %s | `%s` | %s |\n", keyList(s.Keys), s.Title, s.Action, strings.Join(where, ", "))
	}
	return strings.TrimPrefix(b.String(), "\n")
}

func keyList(keys []string) string {
	quoted := make([]string, len(keys))
	for i, key := range keys {
		quoted[i] = "`" + strings.ReplaceAll(key, "|", "\\|") + "`"
	}
	return strings.Join(quoted, " ")
}
