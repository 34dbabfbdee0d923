// Package thread is the right pane: one conversation's messages. It holds a
// window of the timeline and draws what is visible of it. What arrives above
// or below the reading position leaves the text on screen where it is; only a
// reader who is at the newest message follows.
package thread

import (
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
	"unibox/ui/env"
	"unibox/ui/find"
	"unibox/ui/look"
	"unibox/ui/picture"
)

// Pane shows one conversation. It is used from one goroutine.
type Pane struct {
	env.Actions
	env    *env.Env
	screen Screen
	ask    env.Question

	look     look.Look
	now      func() time.Time
	progress func(outbound int64) (float64, bool)
	transfer func(state.FileID) state.Transfer
	title    func(state.Row) string
	// w and h are the size of the messages, room how high they are with the row of finder.
	w, h, room int
	finder     *find.Bar
	// shelf are the pictures that are shown.
	shelf   picture.Shelf
	focused bool // keys go to the messages
	active  bool // keys go to the messages or to the reply box

	id  api.ConversationID
	row state.Row
	// expected is what is known of the conversation before it was read; drew are
	// the rows drawn last, for until then.
	expected state.Row
	drew     look.Last
	items    []*item
	window   state.Window
	fetching state.Fetching
	loaded   bool
	err      error
	// reading is the number of the reading that is shown.
	reading int

	scroll   scroll
	selected key
	// freshFrom is the newest position read before this visit; what is newer
	// is under the new-messages line. noFresh: the visit has no such line.
	// freshCount is how many were new when it began, freshShown: the first of them
	// has been on screen.
	freshFrom  state.Pos
	noFresh    bool
	freshCount int
	freshShown bool
	// seen is the newest position that was on screen, asked the one below
	// which older messages were asked for last.
	seen, asked state.Pos
	// newest: the newest end is to be shown, and has to be read first.
	newest bool
	// sought is the message of the outbox to be selected once it is read.
	sought int64
	// goalRow is the row on which its text is to begin, nil for the upper half.
	goalRow *int
	// goal is the message to be shown once the window around it is read.
	goal state.Pos
}

// item is one entry with its rendered rows.
type item struct {
	state.Item
	// note is set in place of a message: a private note.
	note *note.Note
	key  key
	lead []string
	body []string
	// drawn is what body was drawn for; the zero value means not at all.
	drawn drawn
}

type drawn struct {
	w                         int
	selected, headed, fetched bool
	pictured                  pictured
}

// New returns an empty pane.
func New(e *env.Env, s Screen) *Pane {
	p := &Pane{env: e, screen: s, now: func() time.Time { return e.Now() }, progress: e.Progress, transfer: e.Transfer,
		title: func(row state.Row) string { return e.Name(row.Conversation) }}
	p.finder = find.New(e, find.Screen{Show: p.showHit, Changed: p.foundOther})
	p.Actions = p.makeActions()
	return p
}

// SetLook sets how it looks.
func (p *Pane) SetLook(l look.Look) {
	p.look = l
	p.mask()
	p.drew.Drop()
	p.redraw()
	p.leads()
}

func (p *Pane) redraw() {
	for _, it := range p.items {
		it.drawn = drawn{}
	}
}

// Resize sets the size of the messages' part, title excluded.
func (p *Pane) Resize(w, h int) {
	resized := w != p.w
	p.w, p.room, p.h = max(w, 0), max(h, 0), max(h, 0)
	if p.finder.On() {
		p.h = max(h-1, 0)
	}
	if resized {
		p.redraw()
		p.leads()
	}
	p.settle()
	if p.focused {
		p.showSelected()
	}
}

// Focus says whether keys go to the messages.
func (p *Pane) Focus(on bool) { p.focused = on }

// Activate says whether the pane has the focus, with the reply box or without.
func (p *Pane) Activate(on bool) { p.active = on }

// Open shows a conversation at its newest message.
func (p *Pane) Open(id api.ConversationID) {
	if id == p.id {
		return
	}
	p.drew.Hold(p.now())
	p.finder.Stop()
	p.shelf.Visit()
	p.expected = state.Row{}
	defer p.mask()
	p.id, p.row, p.items, p.window = id, state.Row{}, nil, state.Window{}
	p.loaded, p.err, p.fetching = false, nil, state.Fetching{}
	p.scroll, p.selected = scroll{follow: true}, key{}
	p.freshFrom, p.noFresh, p.seen, p.asked, p.newest, p.sought, p.goal = 0, false, 0, 0, false, 0, 0
	p.ask.Forget()
}

// Expect says with whom the open conversation is while it is read.
func (p *Pane) Expect(row state.Row) { p.expected = row }

// Conversation returns what is shown, empty if nothing is.
func (p *Pane) Conversation() api.ConversationID { return p.id }

// Row returns the open conversation's row as it was last read.
func (p *Pane) Row() (state.Row, bool) { return p.row, p.loaded }

// Shows reports whether a change of a conversation concerns this pane; the
// empty id means every conversation.
func (p *Pane) Shows(id api.ConversationID) bool {
	return p.id != (api.ConversationID{}) && (id == p.id || id == api.ConversationID{})
}

// query asks for the window around the reading position.
func (p *Pane) query() state.TimelineQuery {
	span := max(100, 4*p.h)
	q := state.TimelineQuery{Conversation: p.id, Before: span}
	if p.goal != 0 {
		q.Anchor, q.After = p.goal, span
		return q
	}
	if p.scroll.follow || p.newest || len(p.items) == 0 {
		return q
	}
	q.After = span
	for i := p.scroll.at; i >= 0; i-- {
		if pos := p.items[i].Pos; pos != 0 {
			q.Anchor = pos
			return q
		}
	}
	return q
}

// whyStale is why what is shown could not be read again, or further back; empty
// where all is well.
func (p *Pane) whyStale() string { return p.env.Sentence(p.fetching.Err) }

// Set takes what was read, with the private notes about it. The text on screen stays where it is, unless the reader
// is at the newest end or asked for it.
func (p *Pane) Set(row state.Row, w state.Window, f state.Fetching, notes ...note.Note) {
	anchors, asked, follows, older := p.anchors(), !p.loaded || p.newest, p.follows(), p.olderSelected()
	if !p.loaded {
		p.startVisit(row)
	}
	if row.Conversation.PinnedMessage != p.row.Conversation.PinnedMessage {
		p.redraw()
	}
	p.row, p.window, p.fetching = row, w, f
	p.loaded, p.err = true, nil
	p.replace(withNotes(w, notes))
	toEnd := (asked || follows) && p.goal == 0
	p.newest = toEnd && w.Newer != state.EdgeEnd
	if toEnd && !p.newest {
		anchors = nil
	}
	p.restore(anchors)
	if p.selected == (key{}) || p.scroll.follow && (asked || !p.focused && !(older && p.selectedShown())) {
		p.selectLast()
	}
	p.settle()
	p.reselect()
	p.seek()
	p.arrive()
	p.showSelected()
}

// follows reports whether the text goes on to what arrives: the reader is at the
// newest message and, where the keys go to the messages, on it.
func (p *Pane) follows() bool {
	n := len(p.items)
	return p.scroll.follow && (!p.focused || n == 0 || p.selected == p.items[n-1].key)
}

// olderSelected reports whether a reply is being written while a message is selected that
// is not the newest one. It stays selected as long as it is on screen: what is done next is
// meant for it.
func (p *Pane) olderSelected() bool {
	n := len(p.items)
	return p.active && n > 0 && p.selected != (key{}) && p.selected != p.items[n-1].key
}

// selectedShown reports whether the selected message is on screen.
func (p *Pane) selectedShown() bool {
	p.settle()
	first, last := p.scroll.visible(p, p.h)
	i := p.find(p.selected)
	return i >= 0 && first <= i && i <= last
}

// startVisit fixes the new-messages line for as long as the conversation is open.
func (p *Pane) startVisit(row state.Row) {
	p.freshFrom = row.Flags.ReadUpTo
	p.noFresh = row.Unread == 0
	p.freshCount, p.freshShown = row.Unread, false
}

// Fail shows why the conversation could not be read.
func (p *Pane) Fail(err error) { p.err = err }

// Failed reports whether the conversation could not be read.
func (p *Pane) Failed() bool { return p.err != nil }

// wanted is what the reading position calls for.
type wanted struct {
	// Older is the item below which the platform should be asked for more.
	Older state.Pos
	// Window: the stored window should be read again around the position.
	Window bool
}

// wants returns what to ask for now. It asks for each position once.
func (p *Pane) wants() wanted {
	if !p.loaded || p.h <= 0 || len(p.items) == 0 {
		return wanted{}
	}
	first, last := p.scroll.visible(p, p.h)
	var want wanted
	if gap := p.gapNear(first, last); gap != 0 {
		want.Older = gap
	} else if p.window.Older == state.EdgeRemote && first < p.margin() && !p.fetching.Older {
		want.Older = p.items[0].Pos
	}
	if want.Older == p.asked || p.fetching.Err != "" {
		want.Older = 0
	}
	if want.Older != 0 {
		p.asked = want.Older
	}
	low := p.window.Older == state.EdgeLocal && first < p.margin()
	high := p.window.Newer == state.EdgeLocal && len(p.items)-1-last < p.margin()
	want.Window = low || high || p.newest
	return want
}

// margin is how many items from the window's end more are fetched.
func (p *Pane) margin() int { return max(8, p.h/2) }

// gapNear returns the position of a hole on screen or just beside it, or 0.
func (p *Pane) gapNear(first, last int) state.Pos {
	for i := max(0, first-2); i <= min(last+2, len(p.items)-1); i++ {
		if p.items[i].Gap {
			return p.items[i].Pos
		}
	}
	return 0
}

// settle keeps the position valid and records what has been seen.
func (p *Pane) settle() {
	if p.h <= 0 || p.w <= 0 {
		return
	}
	follow := p.scroll.follow
	p.scroll = p.scroll.settle(p, p.h)
	p.scroll.follow = p.window.Newer == state.EdgeEnd && (follow || p.scroll.atEnd(p, p.h))
	p.note()
}

func (p *Pane) note() {
	if len(p.items) == 0 {
		return
	}
	first, last := p.scroll.visible(p, p.h)
	for i := first; i <= last && !p.freshShown; i++ {
		p.freshShown = p.startsFresh(i)
	}
	for i := last; i >= 0; i-- {
		if pos := p.items[i].Pos; pos != 0 {
			p.seen = max(p.seen, pos)
			return
		}
	}
}
