package reply

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"unibox/ui/spoken"
)

// Spoken is the box in words while the cursor is in it, and the line of the text that it is
// in. What stands under the text, as files and what goes out in several messages, is said
// when it changes.
func (b *Box) Spoken() (spoken.Part, spoken.Prompt) {
	mode := b.env.Look.Mode
	part := spoken.Part{ID: b.env.T("reply %s", b.heardID()), Title: mode.Line(ansi.Strip(b.heading()))}
	var says []string
	for _, row := range append(b.above(), b.below()...) {
		says = append(says, mode.Line(ansi.Strip(row)))
	}
	if b.err != "" {
		says = append(says, mode.Line(b.err))
	}
	part.State = strings.Join(says, "; ")
	return part, spoken.Prompt{On: true, Label: b.env.Look.Marks.Prompt + " ", Before: mode.Clean(b.text.Before()), Behind: mode.Clean(b.text.Behind())}
}

// heardID names what is written: to whom, or which message is edited.
func (b *Box) heardID() string {
	return string(b.id.Account) + " " + b.id.Remote + " " + b.editing.Remote
}
