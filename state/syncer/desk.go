package syncer

import (
	"slices"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
)

// desk is where people leave their wishes for one account's loop, those of this
// session and of the others. What they look at is kept between two runs, wishes
// are not.
type desk struct {
	wake chan struct{}

	mu      sync.Mutex
	staffed bool
	wishes
}

// wishes is what was asked for since the loop last looked.
type wishes struct {
	seen
	// looked tells that seen is news.
	looked bool
	older  map[api.ConversationID]state.Pos
	// refresh holds conversations; the empty id stands for the account.
	refresh map[api.ConversationID]struct{}
	// slept is for how long the machine did.
	slept time.Duration
	// asked holds those that another session has to be told about.
	asked []api.ConversationID
}

// seen is what is on the screens, of one account.
type seen struct {
	// open is the conversation that is open here, others those elsewhere.
	open    api.ConversationID
	others  []api.ConversationID
	visible []api.ConversationID
	// elsewhere is what else is on the screens of others.
	elsewhere []api.ConversationID
}

func newDesk() *desk { return &desk{wake: make(chan struct{}, 1)} }

// look keeps what concerns the account, and reports whether one of its
// conversations was opened.
func (d *desk) look(account api.AccountID, open api.ConversationID, visible []api.ConversationID) bool {
	if open.Account != account {
		open = api.ConversationID{}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	opened := open != d.open && open != (api.ConversationID{})
	d.looked, d.open, d.visible = true, open, of(account, visible)
	d.ring()
	return opened
}

func of(account api.AccountID, ids []api.ConversationID) (own []api.ConversationID) {
	for _, id := range ids {
		if id.Account == account {
			own = append(own, id)
		}
	}
	return own
}

// others takes in what other sessions look at and ask for, as far as it
// concerns the account.
func (d *desk) others(account api.AccountID, looks []state.Look, asks []state.Ask) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen.others, d.elsewhere = nil, nil
	for _, l := range looks {
		d.seen.others = append(d.seen.others, of(account, []api.ConversationID{l.Open})...)
		d.elsewhere = append(d.elsewhere, of(account, l.Visible)...)
	}
	d.looked = true
	for _, a := range asks {
		d.ask(account, a)
	}
	d.ring()
}

// ask takes in another session's wish. mu is held.
func (d *desk) ask(account api.AccountID, a state.Ask) {
	id := a.Conversation
	if id.Account != account && id != (api.ConversationID{}) {
		return
	}
	if a.Older != 0 {
		d.wishOlder(id, a.Older)
	}
	if a.Refresh {
		d.wishRefresh(id)
	}
	if id.Account == account {
		d.asked = append(d.asked, id)
	}
}

// older reports false if no loop is there to serve the wish.
func (d *desk) older(id api.ConversationID, pos state.Pos) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.staffed {
		return false
	}
	d.wishOlder(id, pos)
	return true
}

func (d *desk) wishOlder(id api.ConversationID, pos state.Pos) {
	if d.wishes.older == nil {
		d.wishes.older = map[api.ConversationID]state.Pos{}
	}
	d.wishes.older[id] = pos
	d.ring()
}

// refresh reports false if no loop is there to serve the wish.
func (d *desk) refresh(id api.ConversationID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.staffed {
		return false
	}
	d.wishRefresh(id)
	return true
}

func (d *desk) wishRefresh(id api.ConversationID) {
	if d.wishes.refresh == nil {
		d.wishes.refresh = map[api.ConversationID]struct{}{}
	}
	d.wishes.refresh[id] = struct{}{}
	d.ring()
}

func (d *desk) woke(slept time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wishes.slept += slept
	d.ring()
}

func (d *desk) ring() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// take hands the wishes over.
func (d *desk) take() wishes {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := d.wishes
	w.visible = slices.Concat(w.visible, w.elsewhere)
	d.wishes = wishes{seen: d.seen}
	return w
}

// running tells whether a loop serves the desk.
func (d *desk) running() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.staffed
}

// staff says whether a loop serves the desk. One that begins finds what people
// look at and what other sessions have left, one that ends leaves no wish behind.
func (d *desk) staff(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.staffed, d.looked = on, true
	if !on {
		d.wishes = wishes{looked: true, seen: seen{open: d.open, visible: d.visible}}
	}
}
