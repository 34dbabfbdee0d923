package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"unibox/ui/env"
	"unibox/ui/menu"
)

// Place is a list that one can go to: a view, a channel, a label.
type Place struct {
	// Label is its name, Detail what it is, Right a count.
	Label, Detail, Right string
	Go                   func() tea.Cmd
}

// mostPlaces is how many places are offered beside people.
const mostPlaces = 6

// places are lists, to be searched by name.
type places []Place

func (p places) String(i int) string { return strings.ToLower(p[i].Label) }
func (p places) Len() int            { return len(p) }

// called are the places whose name holds a line, and those that have its letters in their
// order.
func (p places) called(e *env.Env, line string) (hold, nearly []menu.Item) {
	line = strings.ToLower(strings.TrimSpace(line))
	if line == "" {
		return nil, nil
	}
	for _, m := range fuzzy.FindFrom(line, p) {
		if len(hold)+len(nearly) == mostPlaces {
			break
		}
		it := p[m.Index].item(e)
		if strings.Contains(p.String(m.Index), line) {
			hold = append(hold, it)
		} else {
			nearly = append(nearly, it)
		}
	}
	return hold, nearly
}

func (p Place) item(e *env.Env) menu.Item {
	return menu.Item{Label: e.Line(p.Label), Detail: e.Line(p.Detail), Right: p.Right, Value: p}
}
