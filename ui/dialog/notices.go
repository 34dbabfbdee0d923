package dialog

import (
	tea "charm.land/bubbletea/v2"

	"unibox/ui/env"
	"unibox/ui/menu"
)

// widest is how many cells of a sentence stand in a row of a wide dialog.
const widest = 100

// Notice is a sentence and what stands before it, such as a mark or a time.
type Notice struct{ Lead, Text string }

// NewNotices lists sentences in full, in rows of at most w cells; choosing one copies
// it.
func NewNotices(e *env.Env, title string, notices []Notice, w int) *Choice {
	var items []menu.Item
	for _, n := range notices {
		lead := n.Lead + " "
		for _, row := range e.Look.Mode.Wrap(e.Line(n.Text), max(10, min(w, widest)-e.Look.Mode.Width(lead))) {
			items = append(items, menu.Item{Lead: lead, Label: row, Value: e.Line(n.Text)})
			lead = e.Look.Mode.Fit("", e.Look.Mode.Width(lead))
		}
	}
	return NewChoice(title, menu.Options{Items: items, Wide: true}, func(it menu.Item) tea.Cmd { return copyFact(e, it) })
}
