package thread

import (
	"fmt"
	"strings"

	"unibox/api"
	"unibox/state"
	"unibox/ui/text"
	"unibox/ui/theme"
)

// fileLine names a file and how far it has come, in one row.
func (p *Pane) fileLine(a api.Attachment, t state.Transfer) string {
	name := p.look.Mode.Line(a.Name)
	if name == "" {
		name = "file"
	}
	parts := []string{p.look.Marks.Clip + " " + name}
	if size := text.Size(a.Size); size != "" {
		parts = append(parts, size)
	}
	if far := far(t); far != "" {
		parts = append(parts, far)
	}
	return strings.Join(parts, "  ")
}

// far is how far a transfer under way has come.
func far(t state.Transfer) string {
	percent, known := t.Percent()
	switch {
	case t.Status == state.TransferWaiting:
		return "waits"
	case t.Status != state.TransferRunning:
		return ""
	case known:
		return fmt.Sprintf("%d %%", percent)
	}
	return text.Size(t.Got) + " so far"
}

// fileEnd is what stands under a file whose transfer is over.
func (p *Pane) fileEnd(t state.Transfer) (string, theme.Style) {
	th, m := p.look.Theme, p.look.Marks
	switch {
	case t.Status == state.TransferFailed:
		return m.Failed + " not saved: " + p.look.Mode.Line(t.Why), th.Failed
	case t.Status == state.TransferSaved && t.Odd != "":
		return "saved as " + p.look.Mode.Line(text.Place(t.Path)) + " " + m.Dot + " " + p.look.Mode.Line(t.Odd), th.Warn
	case t.Status == state.TransferSaved:
		return "saved as " + p.look.Mode.Line(text.Place(t.Path)), th.Muted
	}
	return "", th.Muted
}

// fetched reports whether somebody asked for a file of an item: its rows change
// as the file comes.
func (p *Pane) fetched(it *item) bool {
	for i := range it.Message.Attachments {
		if p.transfer(state.FileOf(it.Message, i)).Status != state.TransferNone {
			return true
		}
	}
	return false
}
