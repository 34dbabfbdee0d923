package thread

import (
	"unibox/state"
	"unibox/ui/said"
	"unibox/ui/text"
	"unibox/ui/theme"
)

// fileRow names file i of an item and, while it is brought here or sent, how far
// that has come.
func (p *Pane) fileRow(it *item, i, w int) string {
	a := it.Message.Attachments[i]
	name := p.fileName(a.Name)
	if name == "" {
		name = p.env.T("file")
	}
	name = p.look.Marks.Clip + " " + name
	if known := said.File(p.env.Look.Language, a, text.Size(p.env.Look.Language, a.Size)); known != "" {
		name += "  " + known
	}
	row, th := p.look.Mode.Cut(name, w), p.look.Theme
	if far := p.far(it, i); far != "" {
		row = p.look.Mode.Cut(name, max(w/3, w-p.look.Mode.Width(far)-2))
		return p.look.Mode.Cut(th.Link.Render(row)+"  "+far, w)
	}
	return th.Link.Render(row)
}

// far is how far the transfer of file i has come; "" where there is none. The
// files of a message are sent as one, so that the last of them says it.
func (p *Pane) far(it *item, i int) string {
	if o := it.Sending; o != nil && i == len(it.Message.Attachments)-1 {
		if part, busy := p.progress(o.ID); busy {
			return p.look.Progress(part)
		}
	}
	t := p.transfer(state.FileOf(it.Message, i))
	percent, known := t.Percent()
	switch {
	case t.Status == state.TransferWaiting:
		p.look.Clock.Note()
		return p.look.Theme.Link.Render(p.env.T("waits"))
	case t.Status != state.TransferRunning:
		return ""
	case known:
		return p.look.Progress(float64(percent) / 100)
	}
	p.look.Clock.Note()
	return p.look.Theme.Link.Render(p.env.T("%s so far", text.Size(p.env.Look.Language, t.Got)))
}

// fileEnd is what is said under a file whose transfer is over.
func (p *Pane) fileEnd(t state.Transfer) (string, theme.Style) {
	th, m := p.look.Theme, p.look.Marks
	switch {
	case t.Status == state.TransferFailed:
		return p.env.T("%s not saved: %s", m.Failed, p.look.Mode.Line(p.env.Sentence(t.Why))), th.Failed
	case t.Status == state.TransferSaved && t.Odd != "":
		return p.env.T("saved as %s %s %s", p.path(t.Path), m.Dot, p.look.Mode.Line(p.env.Sentence(t.Odd))), th.Warn
	case t.Status == state.TransferSaved:
		return p.env.T("saved as %s", p.path(t.Path)), th.Muted
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
