package dialog

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// Typed is what was typed and may not be saved yet.
type Typed interface {
	// Note hands over what is in the box, Flush saves all that was handed over.
	Note() bool
	Flush(ctx context.Context) error
	// Unsaved counts the texts that could not be saved. WriteUnsaved writes them
	// elsewhere and forgets them, Abandon only forgets them, SaveAgain tries again.
	Unsaved() int
	WriteUnsaved(path string) error
	Abandon()
	SaveAgain() tea.Cmd
}

// unsaved says that texts would be lost, and what can be done.
func (q Quit) unsaved(err error) *Picker {
	type step func(*Picker) tea.Cmd
	n := q.Typed.Unsaved()
	words := []string{env.Count(n, "text that you typed is", "texts that you typed are") + " not saved: " + q.Env.Line(api.Explain(err)) + "."}
	return newPicker(menu.New("Quit without saving?", menu.Options{Text: words, Items: []menu.Item{
		{Label: "Stay", Detail: "it is tried again", Value: step(func(p *Picker) tea.Cmd { p.Close(); return q.Typed.SaveAgain() })},
		{Label: "Write it to a file and quit", Detail: "on another disk", Value: step(func(p *Picker) tea.Cmd { return p.next(newElsewhere(q)) })},
		{Label: "Quit and lose it", Value: step(func(p *Picker) tea.Cmd { p.Close(); q.Typed.Abandon(); return q.Now() })},
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
	return &elsewhere{quit: q, Box: Box{Menu: menu.New("Write what was not saved", menu.Options{Input: true, Prompt: "to", Value: q.Elsewhere(), Wide: true,
		Text: []string{"A file of this name is made, for you alone. Enter writes it and quits, esc stays."}})}}
}

// Choose implements Dialog; there is nothing to choose.
func (d *elsewhere) Choose(menu.Item) tea.Cmd { return nil }

// Cancel implements canceler.
func (d *elsewhere) Cancel() tea.Cmd { return d.quit.Typed.SaveAgain() }

// Enter writes the file.
func (d *elsewhere) Enter(line string) tea.Cmd {
	path := strings.TrimSpace(line)
	if path == "" {
		d.SetNote("type the name of a file")
		return nil
	}
	d.SetBusy("writing")
	return func() tea.Msg { return writtenMsg{d, d.quit.Typed.WriteUnsaved(path)} }
}

func (msg writtenMsg) arrive(*Stack) tea.Cmd {
	if msg.err != nil {
		msg.to.SetNote("not written, choose another name: " + api.Explain(msg.err))
		return nil
	}
	msg.to.Close()
	return msg.to.quit.Now()
}
