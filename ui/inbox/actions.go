package inbox

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
)

// Screen is what the pane asks of the screen as a whole.
type Screen struct {
	// CameFrom is the conversation to which one can go back; nil for nowhere.
	CameFrom func() api.ConversationID
	// Deeper opens the selected conversation, Back leaves the pane, Info shows
	// who the selected conversation is with.
	Deeper, Back, Info func() tea.Cmd
	// Await holds what is typed until the list is read.
	Await func() tea.Cmd
	// WhyNoInfo is the reason for which Info cannot be.
	WhyNoInfo func() string
}

func (p *Pane) makeActions() env.Actions {
	move := func(move func() bool) env.Action {
		return env.Action{Do: func() tea.Cmd { return p.more(move()) }}
	}
	typing := func(do func() tea.Cmd) env.Action {
		return env.Action{Do: func() tea.Cmd {
			if !p.Typing() {
				return nil
			}
			return do()
		}}
	}
	message := env.Action{Do: func() tea.Cmd { return nil }, Why: func() string { return p.env.T("no message is selected") }}
	return env.Actions{
		keymap.Down:        move(func() bool { return p.move(1) }),
		keymap.Up:          move(func() bool { return p.move(-1) }),
		keymap.PageDown:    move(func() bool { return p.page(1) }),
		keymap.PageUp:      move(func() bool { return p.page(-1) }),
		keymap.First:       move(p.first),
		keymap.Last:        move(p.last),
		keymap.Deeper:      {Do: func() tea.Cmd { return p.screen.Deeper() }},
		keymap.Back:        {Do: p.back},
		keymap.Select:      {Do: func() tea.Cmd { return p.more(p.mark()) }, Why: p.whyNoMark},
		keymap.SelectRange: {Do: func() tea.Cmd { p.markRange(); return nil }, Why: p.whyNoMark},
		keymap.SelectAll:   {Do: p.markAll, Why: p.whyNoMark},
		keymap.Details:     {Do: func() tea.Cmd { return p.screen.Info() }, Why: func() string { return p.screen.WhyNoInfo() }},
		// These come while the filter is typed.
		keymap.MenuDown:     typing(func() tea.Cmd { return p.more(p.move(1)) }),
		keymap.MenuUp:       typing(func() tea.Cmd { return p.more(p.move(-1)) }),
		keymap.MenuComplete: typing(p.complete),
		keymap.MenuClose:    typing(p.clearFilter),
		keymap.MenuChoose:   typing(p.endFilter),
		// These act on a message, and the list has none.
		keymap.RetryMessage: message, keymap.More: message, keymap.EditMessage: message, keymap.DeleteMessage: message,
	}
}

// more reads on if a move came close to what is not loaded.
func (p *Pane) more(more bool) tea.Cmd {
	if more {
		return p.Load()
	}
	return nil
}

// back ends the selection, shows all again where the list is filtered, or leaves the pane.
func (p *Pane) back() tea.Cmd {
	if len(p.chosen.ids) > 0 {
		p.Unmark()
		return nil
	}
	if p.filter.text != "" {
		return p.clearFilter()
	}
	return p.screen.Back()
}

// listMsg is a window of the list that was read.
type listMsg struct {
	seq  int
	list state.List
	err  error
}

// Load reads the window around the selection.
func (p *Pane) Load() tea.Cmd {
	seq, now := p.ask.Ask()
	if !now {
		return nil
	}
	query := p.query()
	asked, stop := context.WithCancel(context.Background())
	p.stop = stop
	return p.env.Read(func(ctx context.Context) tea.Msg {
		ctx, end := context.WithCancel(ctx)
		defer end()
		defer context.AfterFunc(asked, end)()
		if asked.Err() != nil {
			return nil
		}
		list, err := p.env.Store.List(ctx, query)
		if asked.Err() != nil {
			return nil
		}
		return listMsg{seq, list, err}
	})
}

// Reload reads another window; what was asked before gets no answer, which would be drawn
// and hold up the one that counts.
func (p *Pane) Reload() tea.Cmd {
	p.ask.Forget()
	if p.stop != nil {
		p.stop()
	}
	return p.Load()
}

// Update takes what was read and reports whether the message was that.
func (p *Pane) Update(msg tea.Msg) (handled bool, cmd tea.Cmd) {
	if all, ok := msg.(allMsg); ok {
		return true, p.gotAll(all)
	}
	if known, ok := msg.(namesMsg); ok {
		p.filter.names = known.Names
		p.lookOffers()
		return true, nil
	}
	read, ok := msg.(listMsg)
	if !ok {
		return false, nil
	}
	counts, again := p.ask.Answered(read.seq)
	switch {
	case !counts:
	case read.err != nil:
		p.Fail(read.err)
	default:
		p.set(read.list)
		again = again || p.wants()
	}
	if again {
		return true, p.Load()
	}
	return true, nil
}
