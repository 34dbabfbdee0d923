package dialog

import (
	tea "charm.land/bubbletea/v2"

	"unibox/ui/catalog"
	"unibox/ui/menu"
)

// Choice offers items and closes when one is chosen.
type Choice struct {
	Box
	choose   func(menu.Item) tea.Cmd
	complete func(menu.Item) tea.Cmd
	send     func() tea.Cmd
}

func (c *Choice) choice() *Choice { return c }

// NewChoice returns a dialog that gives the chosen item to choose.
func NewChoice(title string, opt menu.Options, choose func(menu.Item) tea.Cmd) *Choice {
	return &Choice{Box: Box{Menu: menu.New(title, opt)}, choose: choose}
}

// OnComplete passes the selected item to complete when tab is pressed, and closes.
func (c *Choice) OnComplete(complete func(menu.Item) tea.Cmd) *Choice {
	c.complete = complete
	return c
}

// OnSend sends by the key that does so whatever is selected, and closes.
func (c *Choice) OnSend(send func() tea.Cmd) *Choice {
	c.send = send
	return c
}

// SendAnyway sends what is asked about, if that is what is asked.
func (c *Choice) SendAnyway() tea.Cmd {
	if c.send == nil {
		return nil
	}
	c.Close()
	return c.send()
}

// Choose implements Dialog.
func (c *Choice) Choose(it menu.Item) tea.Cmd {
	c.Close()
	return c.choose(it)
}

// Complete chooses the other way.
func (c *Choice) Complete() tea.Cmd {
	it, ok := c.Selected()
	switch {
	case c.complete == nil:
		c.Move(1)
		return nil
	case !ok:
		return nil
	}
	c.Close()
	return c.complete(it)
}

// NewQuestion asks for a yes or a no; no comes first.
func NewQuestion(say *catalog.Language, title string, text []string, yes string, do func() tea.Cmd) *Choice {
	return newYesNo(title, text, say.T("No"), yes, nil, do)
}

// newYesNo offers to leave it and to do it.
func newYesNo(title string, text []string, no, yes string, leave, do func() tea.Cmd) *Choice {
	return NewChoice(title, menu.Options{Text: text,
		Items: []menu.Item{{Label: no, Value: leave}, {Label: yes, Value: do}}},
		func(it menu.Item) tea.Cmd {
			if chosen := it.Value.(func() tea.Cmd); chosen != nil {
				return chosen()
			}
			return nil
		})
}

// NewEither offers two things to do.
func NewEither(title string, text []string, one string, doOne func() tea.Cmd, other string, doOther func() tea.Cmd) *Choice {
	return newYesNo(title, text, one, other, doOne, doOther)
}

// Word asks a question that is answered by typing a word.
type Word struct {
	Box
	word string
	yes  func() tea.Cmd
}

// NewWord returns a dialog that does yes once word was typed.
func NewWord(say *catalog.Language, title, word, explain string, yes func() tea.Cmd) *Word {
	return &Word{Box: Box{Menu: menu.New(title, menu.Options{Input: true, Prompt: say.T("type %s", word), Text: []string{explain}})}, word: word, yes: yes}
}

// Choose implements Dialog; there is nothing to choose.
func (w *Word) Choose(menu.Item) tea.Cmd { return nil }

// Enter checks the word.
func (w *Word) Enter(line string) tea.Cmd {
	if line != w.word {
		w.SetNote(w.stack.env.T("type %s to go on, or esc to leave it", w.word))
		return nil
	}
	w.Close()
	return w.yes()
}

// Picker offers items and stays open until its choose closes it.
type Picker struct {
	Box
	choose func(*Picker, menu.Item) tea.Cmd
}

func newPicker(m *menu.Menu, choose func(*Picker, menu.Item) tea.Cmd) *Picker {
	return &Picker{Box: Box{Menu: m}, choose: choose}
}

// Choose implements Dialog.
func (p *Picker) Choose(it menu.Item) tea.Cmd { return p.choose(p, it) }
