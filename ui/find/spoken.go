package find

import "unibox/ui/spoken"

// Spoken says at which of how many hits one is, and how far back was looked.
func (b *Bar) Spoken() string {
	switch {
	case b.line.Empty():
		return b.env.T("type words to find")
	case b.wrong != "":
		return b.env.Line(b.wrong)
	case !b.answered:
		return ""
	}
	return b.count() + ", " + b.far()
}

// Prompt is the line that is typed on.
func (b *Bar) Prompt() spoken.Prompt {
	return spoken.Prompt{On: true, Label: b.env.T("Find: "), Before: b.env.Look.Mode.Clean(b.line.Before()), Behind: b.env.Look.Mode.Clean(b.line.Behind())}
}
