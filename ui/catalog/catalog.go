// Package catalog says what the program says, in the language of whoever looks at the
// screen. English is the source: a text is written in the code where it is used, as a
// whole sentence with its places ("%[1]s writes since %[2]s"), and that sentence is the
// key by which a translation is found. What has no translation is said in English, whole.
//
// A language belongs to a session, not to the process: it is a value that is handed to the
// parts, with how they look. What goes to a customer, into a log or to another program is
// never said through it.
package catalog

import (
	"fmt"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Language is one language. Nil is English, and so is the zero value. It is made once and
// only read afterwards, by any number of goroutines.
type Language struct {
	tag   string
	rules language.Tag
	// forms are the plural forms in the order in which the translations give them.
	forms []plural.Form
	texts map[string][]string
	// patterns recognize sentences of the layers below.
	patterns patterns
}

// divider is between a context and its text, and apart between the forms of a text that
// counts, in a key.
const divider, apart = "\x04", "\x00"

// Tag is the language as the config names it: "en", "ru".
func (w *Language) Tag() string {
	if w == nil || w.tag == "" {
		return English
	}
	return w.tag
}

// T says a text. Its places are those of fmt.Sprintf; without args it is said as it is.
func (w *Language) T(english string, args ...any) string { return format(w.text(english), args) }

// In is T for a text that means several things in English, as "Open" may be a command or a
// state. Where it stands tells a translator which is meant, and is not shown.
func (w *Language) In(where, english string, args ...any) string {
	if w == nil || w.texts == nil {
		return format(english, args)
	}
	if said := w.texts[where+divider+english]; len(said) > 0 {
		return format(said[0], args)
	}
	return format(english, args)
}

// Plural says a text about n things: one is the English text for a single one, other for all
// other numbers. The first place is n, and args are the places behind it.
func (w *Language) Plural(n int, one, other string, args ...any) string {
	form := other
	if n == 1 {
		form = one
	}
	if w != nil && w.texts != nil {
		if said, at := w.texts[one+apart+other], w.form(n); at < len(said) {
			form = said[at]
		}
	}
	return format(form, append([]any{n}, args...))
}

// Of says a text that was noted with [Text].
func (w *Language) Of(t Text) string { return w.text(string(t)) }

// Text is an English text that stands in a table, to be said with [Language.Of] or [Language.T]
// when it is used. The type marks it for the test that looks for texts without a translation.
type Text string

// form is the place of the plural form for n things.
func (w *Language) form(n int) int {
	if n < 0 {
		n = -n
	}
	is := plural.Cardinal.MatchPlural(w.rules, n, 0, 0, 0, 0)
	for i, f := range w.forms {
		if f == is {
			return i
		}
	}
	return len(w.forms) - 1
}

func (w *Language) text(english string) string {
	if w == nil || w.texts == nil {
		return english
	}
	if said := w.texts[english]; len(said) > 0 {
		return said[0]
	}
	return english
}

// Has reports whether the language has a text of its own.
func (w *Language) Has(english string) bool { return w != nil && len(w.texts[english]) > 0 }

// format fills the places. A form that names none of them is said as it is: "one message".
func format(text string, args []any) string {
	if len(args) == 0 || !strings.Contains(text, "%") {
		return text
	}
	return fmt.Sprintf(text, args...)
}
