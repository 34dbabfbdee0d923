package dialog

import (
	tea "charm.land/bubbletea/v2"

	"unibox/ui/env"
	"unibox/ui/menu"
)

// widest is how many cells of a sentence stand in a row of a wide dialog.
const widest = 100

// NewNotices lists sentences in full, in rows of at most w cells; choosing one copies
// it.
func NewNotices(e *env.Env, title string, sentences []string, w int) *Choice {
	var items []menu.Item
	for _, sentence := range sentences {
		lead := e.Look.Marks.Problem + " "
		for _, row := range e.Look.Mode.Wrap(e.Line(sentence), max(10, min(w, widest))) {
			items = append(items, menu.Item{Lead: lead, Label: row, Value: e.Line(sentence)})
			lead = "  "
		}
	}
	return NewChoice(title, menu.Options{Items: items, Wide: true}, func(it menu.Item) tea.Cmd { return copyFact(e, it) })
}
