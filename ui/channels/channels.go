// Package channels is the left pane: the views over all conversations, then
// each account with its channels. Narrow screens fold it to a rail of codes.
package channels

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"unibox/api"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/inbox"
	"unibox/ui/look"
)

// Pane is the channel list. It is used from one goroutine.
type Pane struct {
	env.Actions
	env    *env.Env
	screen Screen
	look   look.Look
	rules  func(api.Channel) api.ChannelRules
	ask    env.Question
	// sidebar is what was read; unsent counts what is in the outbox, -1 before that
	// is known.
	sidebar state.Sidebar
	unsent  int
	// answered: it was read, or could not be.
	answered bool
	health   []state.Health
	w, h     int
	focused  bool
	rail     bool
	entries  []entry
	at, top  int
	// scrolled: the agent scrolled away from what is selected.
	scrolled bool
	// visiting is a list that is shown and is none of the entries, such as that of a
	// label; it has one while it is shown.
	visiting inbox.Selection
}

// entry is one row: something to choose, or an account's heading.
type entry struct {
	sel     inbox.Selection
	code    string
	count   int
	urgent  bool
	heading bool
}

var viewTitles = map[state.View]catalog.Text{
	state.ViewWaiting: "Waiting", state.ViewClosing: "Closing soon", state.ViewUnread: "Unread", state.ViewAll: "All", state.ViewStarred: "Starred",
	state.ViewSnoozed: "Snoozed", state.ViewDrafts: "Drafts", state.ViewOutbox: "Outbox", state.ViewDone: "Done",
}

var viewCodes = map[state.View]catalog.Text{
	state.ViewWaiting: "Wa", state.ViewClosing: "Cl", state.ViewUnread: "Un", state.ViewAll: "Al", state.ViewStarred: "St",
	state.ViewSnoozed: "Sn", state.ViewDrafts: "Dr", state.ViewOutbox: "Ou", state.ViewDone: "Do",
}

// New returns a pane with the views and no accounts yet.
func New(e *env.Env, s Screen) *Pane {
	p := &Pane{env: e, screen: s, unsent: -1, rules: func(c api.Channel) api.ChannelRules { return e.Rules(c.ID.Account, c.Kind) }}
	p.Actions = p.makeActions()
	p.set(state.Sidebar{})
	return p
}

// SetLook sets how it looks.
func (p *Pane) SetLook(l look.Look) { p.look = l }

// Resize sets the size in cells.
func (p *Pane) Resize(w, h int) { p.w, p.h = w, h }

// Fold folds the pane to a rail of codes, or unfolds it.
func (p *Pane) Fold(rail bool) { p.rail = rail }

// Focus says whether keys go to this pane.
func (p *Pane) Focus(on bool) { p.focused = on }

// SetHealth says how the accounts are doing: of one that is not read to its end
// there may be more than is counted.
func (p *Pane) SetHealth(all []state.Health) { p.health = all }

// more reports whether there may be more than the entry counts: of what the messages
// say until all are read, of what the list says until that is.
func (p *Pane) more(e entry) bool {
	if len(p.health) == 0 { // nothing was heard of any account
		return e.sel.View == state.ViewWaiting || e.sel.View == state.ViewClosing || e.sel.View == state.ViewUnread
	}
	return slices.ContainsFunc(p.health, func(h state.Health) bool {
		if e.sel.Account != "" {
			return e.sel.Account == h.Account && !h.Complete()
		}
		switch e.sel.View {
		case state.ViewWaiting, state.ViewClosing, state.ViewUnread:
			return !h.Complete()
		case state.ViewAll, state.ViewStarred, state.ViewDone:
			return h.Partial || h.Unended != ""
		}
		return false
	})
}

// set takes new counts; what is selected stays so.
func (p *Pane) set(s state.Sidebar) {
	was := p.Selection()
	p.sidebar = s
	p.fill()
	p.Show(was)
}

// fill lists what there is to choose.
func (p *Pane) fill() {
	s := p.sidebar
	p.entries = p.entries[:0]
	for _, v := range state.Views {
		if v == state.ViewClosing && !p.Closes() {
			continue
		}
		p.entries = append(p.entries, entry{sel: inbox.Selection{View: v, Title: p.env.Of(viewTitles[v])}, code: p.env.Of(viewCodes[v]),
			count: p.count(v), urgent: v == state.ViewWaiting || v == state.ViewClosing})
	}
	for i, v := range p.env.Saved {
		p.entries = append(p.entries, p.saved(v, i))
	}
	if p.visiting != (inbox.Selection{}) {
		p.entries = append(p.entries, entry{sel: p.visiting, code: "#", count: -1})
	}
	for _, a := range s.Accounts {
		p.entries = append(p.entries, entry{heading: true, sel: inbox.Selection{Title: a.Label}})
		for _, c := range a.Channels {
			p.entries = append(p.entries, p.channel(a, c))
		}
	}
}

// Closes reports whether there is a channel on which free text may be sent for some time
// only.
func (p *Pane) Closes() bool {
	for _, a := range p.sidebar.Accounts {
		for _, c := range a.Channels {
			if p.rules(c.Channel).Window > 0 {
				return true
			}
		}
	}
	return false
}

// Timed reports whether the clock alone changes what a saved view holds.
func (p *Pane) Timed() bool {
	return slices.ContainsFunc(p.env.Saved, func(v env.SavedView) bool { return env.Timed(v.Filter) })
}

// HasRead reports whether the counts were read.
func (p *Pane) HasRead() bool { return p.sidebar.Views != nil }

// Answered reports whether they were read, or cannot be: nothing waits for them any longer.
func (p *Pane) Answered() bool { return p.answered }

// count is what a view holds: conversations, or, of the outbox, what is unsent.
func (p *Pane) count(v state.View) int {
	if v == state.ViewOutbox && p.unsent >= 0 {
		return p.unsent
	}
	return p.sidebar.Views[v]
}

// saved is the entry of a saved view.
func (p *Pane) saved(v env.SavedView, i int) entry {
	e := entry{sel: inbox.Selection{View: v.View(), Title: v.Name, Filter: v.Filter}, code: cmp.Or(v.Code, "V"+strconv.Itoa(i+1)), count: -1}
	if i < len(p.sidebar.Saved) {
		e.count = p.sidebar.Saved[i]
	}
	e.urgent = e.sel.View == state.ViewWaiting || e.sel.View == state.ViewClosing
	return e
}

func (p *Pane) channel(a state.SidebarAccount, c state.SidebarChannel) entry {
	rules := p.rules(c.Channel)
	title := rules.Title
	if c.Channel.Name != "" {
		title = c.Channel.Name
	}
	return entry{
		sel:  inbox.Selection{View: state.ViewAll, Account: c.Channel.ID.Account, Channel: c.Channel.ID, Title: title, Owner: a.Label},
		code: rules.Code, count: c.Waiting, urgent: true,
	}
}

// Selection returns what is selected.
func (p *Pane) Selection() inbox.Selection {
	if p.at < len(p.entries) {
		return p.entries[p.at].sel
	}
	return inbox.Selection{View: state.ViewWaiting, Title: p.env.Of(viewTitles[state.ViewWaiting])}
}

// Show selects what the list shows, if it is there.
func (p *Pane) Show(sel inbox.Selection) {
	if p.visiting != sel && (p.visiting != inbox.Selection{} || sel.Filter != "") {
		p.visiting = inbox.Selection{}
		if sel.Filter != "" && !slices.ContainsFunc(p.env.Saved, func(v env.SavedView) bool { return v.Filter == sel.Filter }) {
			p.visiting = sel
		}
		p.fill()
	}
	p.at = 0
	for i, e := range p.entries {
		if !e.heading && e.sel.View == sel.View && e.sel.Account == sel.Account && e.sel.Channel == sel.Channel && e.sel.Filter == sel.Filter {
			p.at = i
		}
	}
}

// selectNext moves the selection by n entries, over headings, and reports whether it
// moved.
func (p *Pane) selectNext(n int) bool {
	was, step := p.at, 1
	p.scrolled = false
	if n < 0 {
		step = -1
	}
	for i := p.at + step; n != 0 && i >= 0 && i < len(p.entries); i += step {
		if p.entries[i].heading {
			continue
		}
		p.at = i
		n -= step
	}
	return p.at != was
}

// View draws the pane: exactly h rows of w cells, the title first.
func (p *Pane) View() []string {
	th := p.look.Theme
	style := th.Title
	if p.focused {
		style = th.TitleFocused
	}
	title := p.env.T("CHANNELS")
	if p.rail {
		title = p.env.T("CH")
	}
	rows := []string{" " + style.Render(title)}
	n := max(1, p.h-1)
	p.top = max(0, min(p.top, len(p.entries)-n))
	if !p.scrolled {
		p.top = min(max(p.top, p.at-n+1), p.at)
	}
	for i := p.top; i < min(p.top+n, len(p.entries)); i++ {
		rows = append(rows, p.row(i))
	}
	return p.look.Rows(rows, p.w, p.h)
}

func (p *Pane) row(i int) string {
	e, th := p.entries[i], p.look.Theme
	if e.heading {
		if p.rail {
			return " " + th.Rule.Render(strings.Repeat(p.look.Marks.Dash, max(0, p.w-2)))
		}
		return " " + th.Muted.Render(p.look.Mode.Cut(p.look.Mode.Line(e.sel.Title), p.w-2))
	}
	here := "  "
	if i == p.at {
		here = th.Accent.Render(p.look.Marks.Here) + " "
	}
	margin := " "
	if p.rail && (e.count > 99 || e.count > 9 && p.more(e)) {
		margin = ""
	}
	row := p.look.Spread(p.lead(e, here), p.countText(e)+margin, p.w)
	switch {
	case i == p.at && p.focused:
		return th.Selected.Render(row)
	case i == p.at:
		return th.SelectedBlur.Render(row)
	}
	return row
}

func (p *Pane) lead(e entry, here string) string {
	title := p.look.Mode.Line(e.sel.Title)
	if p.rail {
		title = e.code
		here = strings.TrimSuffix(here, " ")
	}
	if e.sel.Account != "" {
		if p.rail {
			return here + p.look.Theme.Channel(e.code).Render(e.code[:min(2, len(e.code))])
		}
		return here + p.look.Theme.Channel(e.code).Render(p.look.Mode.Fit(e.code, 5)) + title
	}
	return here + title
}

func (p *Pane) countText(e entry) string {
	th, count, more := p.look.Theme, strconv.Itoa(e.count), p.more(e)
	if more && p.rail { // which has room for three characters
		count = strconv.Itoa(min(e.count, 99))
	}
	if more {
		count += "+"
	}
	switch {
	case e.count < 0:
		return ""
	case e.count == 0 && !(more && e.sel.View == state.ViewWaiting):
		return ""
	case p.rail && e.count > 999 && !more:
		return th.Muted.Render("+")
	case e.urgent:
		return th.Waiting.Render(count)
	}
	return th.Muted.Render(count)
}
