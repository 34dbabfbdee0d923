package syncer

import (
	"sync"

	"unibox/api"
	"unibox/state"
)

// elsewhere is why this process reads nothing while it does not run the engine.
const elsewhere = "another session on this machine reads from the platform; close it to read older messages here"

// desk is where people leave their wishes for one account's loop. What they
// look at is kept between two runs, wishes are not.
type desk struct {
	wake chan struct{}

	mu      sync.Mutex
	running bool
	wishes
}

// wishes is what was asked for since the loop last looked.
type wishes struct {
	// looked tells that open and visible are news.
	looked  bool
	open    api.ConversationID
	visible []api.ConversationID
	older   map[api.ConversationID]state.Pos
	// refresh holds conversations; the empty id stands for the account.
	refresh map[api.ConversationID]struct{}
}

func newDesk() *desk { return &desk{wake: make(chan struct{}, 1)} }

// look keeps what concerns the account.
func (d *desk) look(account api.AccountID, open api.ConversationID, visible []api.ConversationID) {
	if open.Account != account {
		open = api.ConversationID{}
	}
	var own []api.ConversationID
	for _, id := range visible {
		if id.Account == account {
			own = append(own, id)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.looked, d.open, d.visible = true, open, own
	d.ring()
}

// older reports false if no loop is there to serve the wish.
func (d *desk) older(id api.ConversationID, pos state.Pos) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.running {
		return false
	}
	if d.wishes.older == nil {
		d.wishes.older = map[api.ConversationID]state.Pos{}
	}
	d.wishes.older[id] = pos
	d.ring()
	return true
}

func (d *desk) refresh(id api.ConversationID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.running {
		return
	}
	if d.wishes.refresh == nil {
		d.wishes.refresh = map[api.ConversationID]struct{}{}
	}
	d.wishes.refresh[id] = struct{}{}
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
	d.wishes = wishes{open: w.open, visible: w.visible}
	return w
}

// staff says whether a loop serves the desk. One that begins finds what people
// look at, one that ends leaves no wish behind.
func (d *desk) staff(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running = on
	d.wishes = wishes{looked: true, open: d.open, visible: d.visible}
}
