package env

import (
	"testing"
	"time"

	"unibox/ui/catalog"
)

// What is counted stands in the form that its number wants, and whole in one language.
func TestCountedInRussian(t *testing.T) {
	ru, _ := catalog.For("ru")
	for got, want := range map[string]string{
		times(ru, 3):             "3 раза",
		times(ru, 5):             "5 раз",
		Span(ru, 2*time.Hour):    "2 ч",
		span(ru, 3*24*time.Hour): "3 дня",
		span(ru, 5*time.Hour):    "5 ч",
		Reading{Known: 3, Of: 9, Left: 72 * time.Hour}.Words(ru)[0]: "прочитано 3 из 9, осталось примерно 3 дня",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
