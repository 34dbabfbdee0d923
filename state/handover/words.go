package handover

import (
	"fmt"
	"time"
)

// Words say what stands in a handover, in the language of whoever reads it.
type Words interface {
	// T says an English text with what fills its places.
	T(english string, args ...any) string
	// In is T for a text that means several things; where says which.
	In(where, english string, args ...any) string
	// Plural says a text about n things, which fill its first place.
	Plural(n int, one, other string, args ...any) string
	// Date writes a time by a layout of package time.
	Date(t time.Time, layout string) string
}

// say is the language of the file.
func (f File) say() Words {
	if f.Say == nil {
		return english{}
	}
	return f.Say
}

// english are the words as they stand in the source.
type english struct{}

func (english) T(text string, args ...any) string { return fmt.Sprintf(text, args...) }

func (english) In(_, text string, args ...any) string { return fmt.Sprintf(text, args...) }

func (english) Plural(n int, one, other string, args ...any) string {
	if n == 1 {
		other = one
	}
	return fmt.Sprintf(other, append([]any{n}, args...)...)
}

func (english) Date(t time.Time, layout string) string { return t.Format(layout) }
