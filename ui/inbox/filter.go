package inbox

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state/query"
	"unibox/ui/composer"
	"unibox/ui/env"
	"unibox/ui/names"
)

// countWidth is how many cells of the title row the count of a filtered list may
// take.
const countWidth = 8

// filter narrows the list to names, handles and previews with its words.
type filter struct {
	// text is what the list is narrowed to, line the input it is typed on.
	text string
	line *composer.Composer
	// typing: keys go to the line.
	typing bool
	// wrong says what of the line is not understood; the list is narrowed to what was
	// before.
	wrong string
	// names are what channels, accounts and labels are called, read as the line opens; offers
	// complete the word that is typed.
	names  names.Names
	offers names.Offers
}

// namesMsg are the names that were read.
type namesMsg struct{ names.Names }

// readNames reads what a filter may name.
func (p *Pane) readNames() tea.Cmd {
	return p.env.Read(func(ctx context.Context) tea.Msg {
		known, err := names.Read(ctx, p.env.Store)
		if err != nil {
			return nil // the line works without them
		}
		return namesMsg{known}
	})
}

// lookOffers works out what completes the word that is typed.
func (p *Pane) lookOffers() {
	p.filter.offers.Look(p.env, p.filter.names, query.Conversations(), p.filter.line.Before(), nil)
}

// complete puts what is offered in place of the word that is typed, one after the other;
// where nothing is, the key moves down.
func (p *Pane) complete() tea.Cmd {
	before := p.filter.line.Before()
	completed, ok := p.filter.offers.Take(before)
	if !ok {
		return p.more(p.move(1))
	}
	p.filter.line.Complete(len(before), completed)
	return p.typed()
}

// unknown says which name of the filter nobody has, "" for none.
func (p *Pane) unknown() string {
	return p.filter.names.Unknown(p.env, p.filter.text, query.Conversations())
}

// completion says what tab makes of the line, "" for nothing.
func (p *Pane) completion() string {
	if !p.filter.typing {
		return ""
	}
	return p.filter.offers.Words(p.env.Look.Language)
}

// filterLead is before the text of the filter.
const filterLead = " / "

// filterText is the filter in the title row: hidden while customers are masked, whom it may
// name, but where it is typed.
func (p *Pane) filterText() string {
	if p.filter.typing {
		return filterLead + strings.TrimRight(p.filter.line.View()[0], " ")
	}
	if p.look.Mode.Private {
		return filterLead + p.env.Hidden()
	}
	return filterLead + p.look.Mode.Line(p.filter.text)
}

// CursorX is the column of the text cursor in the title row while the filter
// is typed.
func (p *Pane) CursorX() int {
	x, _ := p.filter.line.Cursor()
	return min(p.look.Mode.Width(filterLead)+x, p.w-1)
}

// StartFilter opens the line that narrows the list.
func (p *Pane) StartFilter() tea.Cmd {
	p.filter.typing = true
	return p.readNames()
}

// Typing reports whether the filter is being typed: printable keys are text.
func (p *Pane) Typing() bool { return p.filter.typing }

// Does says what a key of a menu does while a filter is typed, "" for what it always does.
func (p *Pane) Does(action keymap.Action) string {
	if action != keymap.MenuChoose {
		return ""
	}
	return p.env.T("to the list")
}

// Key gives a key to the filter.
func (p *Pane) Key(k tea.KeyPressMsg) tea.Cmd {
	p.filter.line.Key(k)
	return tea.Batch(p.env.Full(p.filter.line), p.typed())
}

// Paste gives pasted text to the filter.
func (p *Pane) Paste(text string) tea.Cmd {
	p.filter.line.Insert(strings.Join(strings.Fields(text), " "))
	return tea.Batch(p.env.Full(p.filter.line), p.typed())
}

// typed narrows the list to what is on the line, if that changed.
func (p *Pane) typed() tea.Cmd {
	line := p.filter.line.Value()
	p.lookOffers()
	_, err := query.Parse(line, query.Conversations())
	if p.filter.wrong = ""; err != nil {
		p.filter.wrong = p.env.Explain(err)
		p.drew.Drop()
		return nil
	}
	if line == p.filter.text {
		return nil
	}
	p.narrow(line)
	return p.Reload()
}

// endFilter keeps what was typed and gives the keys back to the list.
func (p *Pane) endFilter() tea.Cmd {
	if p.filter.wrong != "" {
		return p.env.Say(p.filter.wrong)
	}
	if p.filter.typing = false; !p.loaded { // what is typed next is about who is found
		return p.screen.Await()
	}
	return nil
}

// clearFilter shows all again; the conversation that was found stays selected.
func (p *Pane) clearFilter() tea.Cmd {
	p.filter.typing = false
	p.filter.line.SetValue("")
	p.filter.wrong = ""
	p.narrow("")
	return p.Reload()
}

// Filter is what the list is narrowed by, "" while that is still typed.
func (p *Pane) Filter() string {
	if p.filter.typing {
		return ""
	}
	return p.filter.text
}

// Narrow narrows the list to what was typed in an earlier session; a line that is not
// understood narrows nothing.
func (p *Pane) Narrow(line string) tea.Cmd {
	if _, err := query.Parse(line, query.Conversations()); err != nil || line == "" {
		return nil
	}
	p.filter.line.SetValue(line)
	p.narrow(line)
	return p.readNames()
}

// Timed reports whether the clock alone moves rows in and out of what is typed.
func (p *Pane) Timed() bool { return env.Timed(p.filter.text) }

// narrow shows what matches a text, from the first row, or all.
func (p *Pane) narrow(text string) {
	if text == p.filter.text {
		return
	}
	found := p.selected
	p.filter.text = text
	p.Unmark()
	p.restart()
	if text == "" && found != (api.ConversationID{}) {
		p.selected, p.touched = found, true
	}
}
