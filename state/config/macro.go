package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"unibox/state/macro"
)

// mostMacros is how many macros there may be.
const mostMacros = 50

var macroFields = fields[macro.Macro]{
	"name": text(func(m *macro.Macro) *string { return &m.Name }).says("what it is called in the palette").must(),
	"key":  text(func(m *macro.Macro) *string { return &m.Key }).takes("a key, such as `\"alt+1\"`").says("what runs it"),
	"do": {required: true, values: "a list of actions", means: "what is done, in that order: [macros](README.md#settings)", set: func(m *macro.Macro, value any) error {
		list, ok := texts(value)
		if !ok {
			return errors.New(`must be a list of actions, such as ["label: refund", "done"]`)
		}
		for _, text := range list {
			step, err := macro.Parse(text)
			if err != nil {
				return fmt.Errorf("has a mistake: %w", err)
			}
			m.Steps = append(m.Steps, step)
		}
		if err := macro.Check(m.Steps); err != nil {
			return fmt.Errorf("has a mistake: %w", err)
		}
		return nil
	}},
}

// macros reads the macros. One with a mistake is left out as a whole.
func (r *reader) macros(value any) {
	tables(r, macroFields, "macro", value, func(at path, m macro.Macro) {
		macros := &r.config.Macros
		m.Line = r.doc.line(at)
		switch {
		case !plainName(m.Name):
			r.blame(at, "", "a macro needs a name, of one line", leftOut("macro"))
		case len(m.Steps) == 0:
			r.blame(at, "", fmt.Sprintf("the macro %q needs do, a list of actions", m.Name), leftOut("macro"))
		case slices.ContainsFunc(*macros, func(other macro.Macro) bool { return strings.EqualFold(other.Name, m.Name) }):
			r.blame(at.with("name"), "", fmt.Sprintf("there is another macro %q", m.Name), leftOut("macro"))
		case len(*macros) == mostMacros:
			r.blame(at, "", fmt.Sprintf("there are more than %d macros", mostMacros), leftOut("macro"))
		default:
			*macros = append(*macros, m)
			r.use(at)
		}
	})
}

// MacroProblem is a problem with a macro, with its line.
func (c Config) MacroProblem(m macro.Macro, text string) Problem {
	return Problem{File: c.doc.file, Line: m.Line, Text: fmt.Sprintf("the macro %q: %s", m.Name, text), Instead: leftOut("macro")}
}
