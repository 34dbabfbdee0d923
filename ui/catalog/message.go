package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"

	"unibox/state"
)

// Message is a text with what fills its places, to be said once it is known in which
// language: what a command line finds out, or a [Errorf] that goes up to who reports it. The
// zero value says nothing.
type Message struct {
	// one is set where the text counts, and then the first arg is n.
	one, text string
	n         int
	args      []any
}

// Say is the message of a text, with the places that fmt.Sprintf has. What fills them may be
// messages and errors, which are said in the same language.
func Say(english string, args ...any) Message { return Message{text: english, args: args} }

// Message is the message of a text without places.
func (t Text) Message() Message { return Message{text: string(t)} }

// Count is the message of a text about n things; see [Language.Plural].
func Count(n int, one, other string, args ...any) Message {
	return Message{one: one, text: other, n: n, args: args}
}

// Verbatim is the message of a text that comes from elsewhere, and is said as it is.
func Verbatim(text string) Message { return Say("%s", text) }

// Below is the message of a sentence that a layer below the screen says; see [Language.Sentence].
func Below(english string) Message { return Say("%s", sentence(english)) }

// sentence is one of a layer below.
type sentence string

// String is the message in English.
func (m Message) String() string { return (*Language)(nil).Said(m) }

// Said says a message.
func (w *Language) Said(m Message) string {
	args := make([]any, len(m.args))
	for i, a := range m.args {
		switch a := a.(type) {
		case Message:
			args[i] = w.Said(a)
		case error:
			args[i] = w.Error(a)
		case sentence:
			args[i] = w.Sentence(string(a))
		default:
			args[i] = a
		}
	}
	if m.one != "" {
		return w.Plural(m.n, m.one, m.text, args...)
	}
	return format(unwrapping.Replace(w.text(m.text)), args)
}

// unwrapping makes a text for people of one for fmt.Errorf.
var unwrapping = strings.NewReplacer("%w", "%s", "]w", "]s")

// fault is an error that can be said in a language.
type fault struct {
	error
	said Message
}

func (f *fault) Unwrap() error { return f.error }

// Errorf is fmt.Errorf with an English text that [Language.Error] says in another language.
// The error itself is in English, and so are logs.
func Errorf(english string, args ...any) error {
	return &fault{fmt.Errorf(english, args...), Say(english, args...)}
}

// Fault is the error of a message.
func Fault(m Message) error { return &fault{errors.New(m.String()), m} }

// Error says an error. What is in it from elsewhere is said as it is, and what a system says
// of files as [state.PlainError] has it.
func (w *Language) Error(err error) string {
	if f, ok := err.(*fault); ok {
		return w.Said(f.said)
	}
	if f := (*fault)(nil); !errors.As(err, &f) { // its own text says more than any pattern
		plain := state.PlainError(err)
		if said := w.Sentence(plain); said != plain {
			return said
		}
	}
	within := wrapped(err)
	if len(within) == 0 || ofSystem(err) {
		return w.Sentence(state.PlainError(err))
	}
	text := err.Error()
	for _, inner := range within {
		if inner != nil {
			text = strings.Replace(text, inner.Error(), w.Error(inner), 1)
		}
	}
	return text
}

// ofSystem reports whether an error is one whose words state.PlainError replaces.
func ofSystem(err error) bool {
	switch err.(type) {
	case *fs.PathError, *os.LinkError, *exec.Error:
		return true
	}
	return false
}

func wrapped(err error) []error {
	switch err := err.(type) {
	case interface{ Unwrap() []error }:
		return err.Unwrap()
	case interface{ Unwrap() error }:
		return []error{err.Unwrap()}
	}
	return nil
}
