package menu

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"unibox/ui/spoken"
)

// Spoken is the box in words; depth tells it from one of the same title below it.
func (m *Menu) Spoken(depth int) spoken.Part {
	line := m.look.Mode.Line
	part := spoken.Part{ID: fmt.Sprint("menu ", depth, " ", m.title), Title: line(m.title)}
	for _, par := range m.opt.Text {
		part.Intro = append(part.Intro, line(par))
	}
	part.State = line(m.note)
	it, ok := m.Selected()
	switch {
	case !ok:
		part.State = strings.Trim(part.State+" "+line(m.opt.Empty), " ")
	case m.input != nil && m.opt.Filter:
		part.Selected = spoken.Thing{ID: fmt.Sprint(m.at, len(m.shown), it.Label, it.Detail), Words: m.itemWords(it)}
	default:
		part.Selected = spoken.Thing{ID: fmt.Sprint(m.at, it.Label, it.Detail, it.Lead, it.Tail), Words: m.itemWords(it)}
	}
	return part
}

// itemWords are a choice in one line, with where it stands among the others.
func (m *Menu) itemWords(it Item) string {
	words := strings.Join(strings.Fields(m.look.Mode.Line(it.Lead+it.Label+it.Tail)), " ")
	for _, s := range []string{it.Detail, it.Right} {
		if s = m.look.Mode.Line(s); s != "" {
			words += ", " + s
		}
	}
	if it.Why != "" {
		words += m.look.T(", not now: %s", m.look.Mode.Line(it.Why))
	}
	return m.look.T("%s, %d of %d", words, m.at+1, len(m.shown))
}

// Prompt is the line that is typed on, if there is one.
func (m *Menu) Prompt() spoken.Prompt {
	if m.input == nil {
		return spoken.Prompt{}
	}
	p := spoken.Prompt{On: true, Label: m.look.Mode.Line(m.opt.Prompt), Before: m.look.Mode.Clean(m.input.Before()), Behind: m.look.Mode.Clean(m.input.Behind())}
	if p.Label == "" {
		p.Label = ">"
	}
	p.Label += " "
	if m.opt.Secret {
		p.Before, p.Behind = strings.Repeat("*", utf8.RuneCountInString(p.Before)), strings.Repeat("*", utf8.RuneCountInString(p.Behind))
	}
	return p
}
