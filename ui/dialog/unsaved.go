package dialog

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/catalog"
	"unibox/ui/menu"
)

// Typed is what was typed and may not be saved yet.
type Typed interface {
	// Note hands over what is in the box, Flush saves all that was handed over, and
	// takes back nothing that is on its way into the outbox.
	Note() bool
	Flush(ctx context.Context) error
	// Unsaved counts the texts that could not be saved. WriteUnsaved writes them
	// elsewhere and forgets them, Abandon only forgets them, SaveAgain tries again.
	Unsaved() int
	WriteUnsaved(path string) error
	Abandon()
	SaveAgain() tea.Cmd
}

// fileAt is where a file can be made, and what is said of it: anywhere, or in an agent's folder.
type fileAt struct{ where, made catalog.Text }

var (
	fileAnywhere = fileAt{catalog.Text("on another disk"), catalog.Text("A file of this name is made, for you alone. Enter writes it and quits, esc stays.")}
	fileOfOwn    = fileAt{catalog.Text("in your own folder"), catalog.Text("A file of this name is made in your own folder. Enter writes it and quits, esc stays.")}
)

func (q Quit) fileAt() fileAt {
	if q.Env.Settings.Restricted {
		return fileOfOwn
	}
	return fileAnywhere
}

// unsaved says that texts would be lost, and what can be done.
func (q Quit) unsaved(err error) *Picker {
	type step func(*Picker) tea.Cmd
	n := q.Typed.Unsaved()
	words := []string{q.Env.Plural(n, "%d text that you typed is not saved: %s.", "%d texts that you typed are not saved: %s.", q.Env.Line(q.Env.Explain(err)))}
	return newPicker(menu.New(q.Env.T("Quit without saving?"), menu.Options{Text: words, Items: []menu.Item{
		{Label: q.Env.T("Stay"), Detail: q.Env.T("it is tried again"), Value: step(func(p *Picker) tea.Cmd { p.Close(); return q.Typed.SaveAgain() })},
		{Label: q.Env.T("Write it to a file and quit"), Detail: q.Env.Of(q.fileAt().where), Value: step(func(p *Picker) tea.Cmd { return p.next(newElsewhere(q)) })},
		{Label: q.Env.T("Quit and lose it"), Value: step(func(p *Picker) tea.Cmd { p.Close(); q.Typed.Abandon(); return q.Now() })},
	}}), func(p *Picker, it menu.Item) tea.Cmd { return it.Value.(step)(p) })
}

// writtenMsg is how writing a file ended.
type writtenMsg struct {
	to  *elsewhere
	err error
}

// elsewhere asks for the file that texts go to which could not be saved.
type elsewhere struct {
	Box
	quit Quit
}

func newElsewhere(q Quit) *elsewhere {
	return &elsewhere{quit: q, Box: Box{Menu: menu.New(q.Env.T("Write what was not saved"), menu.Options{Input: true, Prompt: q.Env.T("to"), Value: q.Elsewhere(), Wide: true,
		Text: []string{q.Env.Of(q.fileAt().made)}})}}
}

// Choose implements Dialog; there is nothing to choose.
func (d *elsewhere) Choose(menu.Item) tea.Cmd { return nil }

// Cancel implements canceler.
func (d *elsewhere) Cancel() tea.Cmd { return d.quit.Typed.SaveAgain() }

// Enter writes the file.
func (d *elsewhere) Enter(line string) tea.Cmd {
	path := strings.TrimSpace(line)
	if path == "" {
		d.SetNote(d.stack.env.T("type the name of a file"))
		return nil
	}
	d.SetBusy(d.stack.env.T("writing"))
	return func() tea.Msg { return writtenMsg{d, d.quit.Typed.WriteUnsaved(path)} }
}

func (msg writtenMsg) arrive(s *Stack) tea.Cmd {
	if msg.err != nil {
		msg.to.SetNote(s.env.T("not written, choose another name: %s", s.env.Explain(msg.err)))
		return nil
	}
	msg.to.Close()
	return msg.to.quit.Now()
}
