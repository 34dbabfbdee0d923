package channels

import (
	"context"
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/inbox"
)

// Screen is what the pane asks of the screen as a whole.
type Screen struct {
	// Chosen shows the list of the pane's selection, Deeper goes to that list.
	Chosen, Deeper func() tea.Cmd
}

// page is how many entries a page has; far is more than there are.
const page, far = 5, 1000

func (p *Pane) makeActions() env.Actions {
	move := func(n int) env.Action { return env.Action{Do: func() tea.Cmd { return p.move(n) }} }
	return env.Actions{
		keymap.Down: move(1), keymap.Up: move(-1), keymap.PageDown: move(page), keymap.PageUp: move(-page),
		keymap.First: move(-far), keymap.Last: move(far),
		keymap.Deeper: {Do: func() tea.Cmd { return p.screen.Deeper() }},
		keymap.Back:   {Do: func() tea.Cmd { return nil }},
	}
}

func (p *Pane) move(n int) tea.Cmd {
	if !p.selectNext(n) {
		return nil
	}
	return p.screen.Chosen()
}

// sidebarMsg is what was read of the views and the accounts.
type sidebarMsg struct {
	seq     int
	sidebar state.Sidebar
	err     error
}

// Load reads the counts and the accounts with their channels.
func (p *Pane) Load() tea.Cmd {
	seq, now := p.ask.Ask()
	if !now {
		return nil
	}
	return p.env.Read(func(ctx context.Context) tea.Msg {
		sidebar, err := p.env.Store.Sidebar(ctx)
		return sidebarMsg{seq, sidebar, err}
	})
}

// Update takes what was read and reports whether the message was that.
func (p *Pane) Update(msg tea.Msg) (handled bool, cmd tea.Cmd) {
	read, ok := msg.(sidebarMsg)
	if !ok {
		return false, nil
	}
	counts, again := p.ask.Answered(read.seq)
	p.answered = p.answered || counts
	if counts && read.err == nil {
		slices.SortStableFunc(read.sidebar.Accounts, func(a, b state.SidebarAccount) int { return p.env.Order(a.ID) - p.env.Order(b.ID) })
		p.set(read.sidebar)
	}
	if again {
		return true, p.Load()
	}
	return true, nil
}

// SetUnsent sets how much is in the outbox.
func (p *Pane) SetUnsent(n int) {
	p.unsent = n
	p.set(p.sidebar)
}

// Places are the entries as lists that choose goes to, but for the views that are left out.
func (p *Pane) Places(choose func(inbox.Selection) tea.Cmd, without ...state.View) (all []dialog.Place) {
	for _, e := range p.entries {
		if e.heading || e.sel == p.visiting || e.sel.Account == "" && e.sel.Filter == "" && slices.Contains(without, e.sel.View) {
			continue
		}
		what := p.env.T("view")
		switch {
		case e.sel.Account != "":
			what = p.env.T("channel %s %s", p.look.Marks.Dot, e.sel.Owner)
		case e.sel.Filter != "":
			what = p.env.T("view %s %s", p.look.Marks.Dot, e.sel.Filter)
		}
		place := dialog.Place{Label: e.sel.Title, Detail: what, Go: func() tea.Cmd { return choose(e.sel) }}
		if e.count > 0 {
			place.Right = strconv.Itoa(e.count)
		}
		all = append(all, place)
	}
	return all
}

// Accounts returns the accounts with their channels.
func (p *Pane) Accounts() []state.SidebarAccount { return p.sidebar.Accounts }

// Closing returns how many wait who soon get nothing but a template any more.
func (p *Pane) Closing() int { return p.sidebar.Closing }

// Count returns how many conversations a view holds.
func (p *Pane) Count(v state.View) int { return p.sidebar.Views[v] }
