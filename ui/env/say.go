package env

import "unibox/ui/catalog"

// T says a text in the language of the screen; see package words.
func (e *Env) T(english string, args ...any) string { return e.Look.T(english, args...) }

// In is T for a text that means several things in English.
func (e *Env) In(where, english string, args ...any) string {
	return e.Look.In(where, english, args...)
}

// Plural says a text about n things.
func (e *Env) Plural(n int, one, other string, args ...any) string {
	return e.Look.Plural(n, one, other, args...)
}

// Of says a text that stands in a table.
func (e *Env) Of(t catalog.Text) string { return e.Look.Of(t) }

// Sentence says what the layers below say, a reason above all, which is kept in English.
func (e *Env) Sentence(english string) string { return e.Look.Sentence(english) }
