// Package inbox is the middle pane: the list of conversations. It holds a
// window of the list and draws what is visible of it. What arrives changes
// rows, never which one is selected or where it is on screen.
package inbox

import (
	"context"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/query"
	"unibox/ui/composer"
	"unibox/ui/env"
	"unibox/ui/look"
)

// rowHeight is how many screen rows a conversation takes.
const rowHeight = 2

// Selection is what the list shows.
type Selection struct {
	View    state.View
	Account api.AccountID
	Channel api.ChannelID
	// Filter is that of a saved view, in the words of package query.
	Filter string
	// Title names it for people, Owner the account of a channel.
	Title, Owner string
}

// Name is title and account: several accounts have a channel of one name.
func (s Selection) Name(m look.Look) string {
	title, owner := m.Mode.Line(s.Title), m.Mode.Line(s.Owner)
	if owner == "" || strings.EqualFold(owner, title) {
		return title
	}
	return title + " " + m.Marks.Dot + " " + owner
}

// Pane is the list of conversations. It is used from one goroutine.
type Pane struct {
	env.Actions
	env     *env.Env
	screen  Screen
	ask     env.Question
	stop    context.CancelFunc // ends the last reading
	look    look.Look
	codes   func(api.Conversation) string
	now     func() time.Time
	w, h    int
	focused bool

	sel    Selection
	filter filter
	keep   api.ConversationID
	// released is the selected row that may leave the list.
	released api.ConversationID

	chosen chosen
	list   state.List
	loaded bool
	err    error
	health []state.Health
	// replying says who else writes to a conversation.
	replying map[api.ConversationID]string
	// beside says which colleague has taken a conversation or looks at it.
	beside map[api.ConversationID]string
	// writing is the conversation to which a reply is being written here.
	writing api.ConversationID

	selected api.ConversationID
	// touched: the agent chose the row. Until then the first one is selected,
	// whatever arrives above it.
	touched bool
	// index is the selected row's index in the whole list, top that of the first
	// row on screen.
	index, top int
	// jump is an index to go to that is not loaded; -1 if there is none.
	jump int
	// drew are the rows drawn last, for while another list is read.
	drew look.Last
	// shown are those of conversations, for a step.
	shown shown
}

// New returns an empty pane that shows who is waiting.
func New(e *env.Env, s Screen) *Pane {
	p := &Pane{env: e, screen: s, codes: e.Code, now: func() time.Time { return e.Now() }, jump: -1, sel: Selection{View: state.ViewWaiting, Title: e.T("Waiting")}}
	p.filter.line = composer.New()
	p.filter.line.SetLimit(query.Longest, query.MostWords)
	p.Actions = p.makeActions()
	return p
}

// SetLook sets how it looks.
func (p *Pane) SetLook(l look.Look) {
	p.look = l
	p.drew.Drop()
	p.filter.line.SetLook(l.Mode, l.Marks)
}

// Resize sets the size in cells, title row included.
func (p *Pane) Resize(w, h int) {
	at := p.index - p.top
	p.w, p.h = w, h
	p.filter.line.SetSize(w-len(filterLead)-countWidth, 1)
	p.top = p.index - min(at, max(0, p.visible()-1))
	p.clamp()
}

// Focus says whether keys go to this pane.
func (p *Pane) Focus(on bool) { p.focused = on }

// SetHealth says how the accounts are doing, for the words on an empty list and
// for its foot.
func (p *Pane) SetHealth(h []state.Health) {
	p.health = h
	p.clamp()
}

// SetReplying says who else is writing to a conversation, in clean words.
func (p *Pane) SetReplying(words map[api.ConversationID]string) { p.replying = words }

// SetBeside says which colleague has taken a conversation or looks at it, in clean words.
func (p *Pane) SetBeside(words map[api.ConversationID]string) { p.beside = words }

// SetWriting says to which conversation a reply is being written here, empty for
// none. Its row says that and not the draft, which is beside it and changes with each
// key.
func (p *Pane) SetWriting(id api.ConversationID) { p.writing = id }

// Choose shows another selection, from its first row.
func (p *Pane) Choose(sel Selection) {
	if sel == p.sel {
		return
	}
	p.sel, p.filter.text, p.filter.wrong, p.filter.typing = sel, "", "", false
	p.Unmark()
	p.keep = api.ConversationID{} // it was kept in the list that was left
	p.filter.line.SetValue("")
	p.restart()
}

// Selection returns what is shown.
func (p *Pane) Selection() Selection { return p.sel }

// Keep names the conversation that stays listed even if it leaves the view; the
// empty one lets the selected row go as well.
func (p *Pane) Keep(id api.ConversationID) {
	p.keep = id
	if id == (api.ConversationID{}) {
		p.released = p.selected
	}
}

// kept is the row that stays: the selected one, so that no other takes its place
// under a key, or the one that is open.
func (p *Pane) kept() api.ConversationID {
	if p.touched && p.selected != p.released {
		return p.selected
	}
	return p.keep
}

func (p *Pane) restart() {
	p.list, p.loaded, p.err = state.List{}, false, nil
	p.drew.Hold(p.now())
	p.selected, p.index, p.top, p.jump = api.ConversationID{}, 0, 0, -1
	p.released = api.ConversationID{}
	p.touched = false
}

// Touch keeps the selection on its row from now on, whatever arrives above it.
func (p *Pane) Touch() { p.touched = p.touched || p.loaded && p.list.Total > 0 }

// query asks for the window around the selection.
func (p *Pane) query() state.ListQuery {
	span := max(60, 6*p.visible())
	q := state.ListQuery{
		View: p.sel.View, Account: p.sel.Account, Channel: p.sel.Channel, Text: p.filter.text,
		Around: p.selected, Offset: max(0, p.index-span/2), Limit: span, Keep: p.kept(),
	}
	if p.sel.Filter != "" {
		q.Text = p.sel.Filter + " " + p.filter.text
	}
	if p.filter.text != "" {
		q.Keep = api.ConversationID{}
	}
	if !p.touched { // the first screen, and the one behind it
		q.Around, q.Offset, q.Limit = api.ConversationID{}, 0, max(40, 2*p.visible())
	}
	if p.jump >= 0 {
		q.Around, q.Offset = api.ConversationID{}, max(0, p.jump-span/2)
	}
	return q
}

// set takes a window that was read. The selected conversation keeps its row on
// screen; if it is gone, the one that took its index is selected.
func (p *Pane) set(list state.List) {
	onScreen := p.index - p.top
	p.list, p.loaded, p.err = list, true, nil
	switch at := p.find(p.selected); {
	case !p.touched && p.jump < 0:
		p.index, p.top = 0, 0
	case p.jump >= 0:
		p.index, p.jump = p.jump, -1
		p.selected = api.ConversationID{}
		p.clamp()
	case at >= 0:
		p.index = list.Offset + at
		p.top = p.index - onScreen
	}
	p.clamp()
}

// HasRead reports whether the list was read, or why it could not be.
func (p *Pane) HasRead() bool { return p.loaded }

// Fail shows why the list could not be read.
func (p *Pane) Fail(err error) { p.err, p.loaded = err, true }

// wants reports whether the screen shows rows that are not in the window.
func (p *Pane) wants() bool {
	if !p.loaded {
		return false
	}
	first, last := p.list.Offset, p.list.Offset+len(p.list.Rows)
	return p.jump >= 0 || p.top < first || min(p.top+p.visible(), p.list.Total) > last
}

// near reports whether the screen comes close to the window's end while the
// list has more.
func (p *Pane) near() bool {
	margin := p.visible()
	first, last := p.list.Offset, p.list.Offset+len(p.list.Rows)
	return first > 0 && p.top-first < margin || last < p.list.Total && last-(p.top+p.visible()) < margin
}

func (p *Pane) find(id api.ConversationID) int {
	if id == (api.ConversationID{}) {
		return -1
	}
	for i := range p.list.Rows {
		if p.list.Rows[i].Conversation.ID == id {
			return i
		}
	}
	return -1
}

func (p *Pane) clamp() {
	p.index = max(0, min(p.index, p.list.Total-1))
	n := p.visible()
	p.top = max(0, min(p.top, p.list.Total-n))
	p.top = min(max(p.top, p.index-n+1), p.index)
	if row, ok := p.at(p.index); ok {
		p.selected = row.Conversation.ID
	}
}

func (p *Pane) at(index int) (state.Row, bool) {
	i := index - p.list.Offset
	if i < 0 || i >= len(p.list.Rows) {
		return state.Row{}, false
	}
	return p.list.Rows[i], true
}

func (p *Pane) visible() int { return max(1, (p.h-1-p.footHeight())/rowHeight) }

// Selected returns the selected row; none while it is still to be read.
func (p *Pane) Selected() (state.Row, bool) {
	if !p.loaded {
		return state.Row{}, false
	}
	row, ok := p.at(p.index)
	if nothing := (api.ConversationID{}); p.selected != nothing && row.Conversation.ID != p.selected {
		return state.Row{}, false
	}
	return row, ok
}

// SelectedID returns the selected conversation, empty if there is none.
func (p *Pane) SelectedID() api.ConversationID {
	row, _ := p.Selected()
	return row.Conversation.ID
}

// Select moves to a conversation, also one that is not in the window.
func (p *Pane) Select(id api.ConversationID) {
	p.selected, p.touched = id, true
	if at := p.find(id); at >= 0 {
		p.index = p.list.Offset + at
		p.clamp()
	}
}

// Visible lists the conversations on screen.
func (p *Pane) Visible() []api.ConversationID {
	var ids []api.ConversationID
	for i := p.top; i < p.top+p.visible(); i++ {
		if row, ok := p.at(i); ok {
			ids = append(ids, row.Conversation.ID)
		}
	}
	return ids
}

// move moves the selection by n rows, as far as is loaded, and reports whether
// more of the list should be read.
func (p *Pane) move(n int) bool {
	p.touched = true
	last := p.list.Offset + len(p.list.Rows) - 1
	p.index = min(max(p.index+n, p.list.Offset), max(last, 0))
	if n*n == 1 {
		p.turn()
	}
	p.clamp()
	p.extend()
	return p.near()
}

// turn turns to the next screen where a step leaves this one, and leaves a sixth of it
// in sight: a list that scrolls by a row is drawn anew with each step of a key that is
// held, and one that scrolls by half a screen twice as often as this.
func (p *Pane) turn() {
	switch n := p.visible(); {
	case p.index >= p.top+n:
		p.top = p.index - n/6
	case p.index < p.top:
		p.top = p.index - (n - 1) + n/6
	}
}

// page moves the selection by n screens.
func (p *Pane) page(n int) bool { return p.move(n * max(1, p.visible()-1)) }

// first and last move to the ends of the list; they report whether it has to
// be read there first.
func (p *Pane) first() bool { return p.jumpTo(0) }

// last moves to the end of the list.
func (p *Pane) last() bool { return p.jumpTo(max(0, p.list.Total-1)) }

func (p *Pane) jumpTo(index int) bool {
	p.touched = true
	if _, ok := p.at(index); ok {
		p.index = index
		p.clamp()
		p.extend()
		return p.near()
	}
	p.jump = index
	return true
}

// Row returns a conversation's row, where it is in the window.
func (p *Pane) Row(id api.ConversationID) (state.Row, bool) {
	if at := p.find(id); at >= 0 {
		return p.list.Rows[at], true
	}
	return state.Row{}, false
}

// Has reports whether a conversation is in the window.
func (p *Pane) Has(id api.ConversationID) bool { return p.find(id) >= 0 }
