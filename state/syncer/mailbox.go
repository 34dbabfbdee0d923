package syncer

import (
	"slices"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
)

// mailbox is where this session and the others leave what they want of one
// account's loop. What is on the screens is kept between two runs, requests are
// not.
type mailbox struct {
	// wake receives when there is something to take.
	wake chan struct{}

	mu sync.Mutex
	// serving: a loop takes what is left here.
	serving bool
	requests
}

// requests is what was asked for since the loop last took it.
type requests struct {
	screens
	screensChanged bool
	// older holds the items below which history is wanted.
	older map[api.ConversationID]state.Pos
	// refresh holds conversations; the empty id means the whole account.
	refresh map[api.ConversationID]struct{}
	// slept is for how long the machine did.
	slept time.Duration
	// asked holds the conversations that another session wants answers about.
	asked []api.ConversationID
	// reads is how many pages of messages were asked for beside the loop.
	reads int
	// announced is what the platform announced; reachable and unreachable:
	// it was tried whether announcements can arrive.
	announced              []api.Hints
	reachable, unreachable bool
	// channels is how channels are, as it is known from before.
	channels []api.ChannelState
}

// screens is what sessions show of one account.
type screens struct {
	// open is the conversation that is open here, others those that are open in
	// other sessions.
	open   api.ConversationID
	others []api.ConversationID
	// visible is what is on the screen here, elsewhere what is on other screens.
	visible, elsewhere []api.ConversationID
}

// fromPeople reports whether a person did something: asked, or went elsewhere.
func (r *requests) fromPeople(before screens) bool {
	if len(r.older)+len(r.refresh)+len(r.asked) > 0 {
		return true
	}
	empty := r.open == (api.ConversationID{}) && len(r.others)+len(r.visible)+len(r.elsewhere) == 0
	return r.screensChanged && !empty && !(r.open == before.open && slices.Equal(r.others, before.others) &&
		slices.Equal(r.visible, before.visible) && slices.Equal(r.elsewhere, before.elsewhere))
}

func newMailbox() *mailbox { return &mailbox{wake: make(chan struct{}, 1)} }

// show keeps what this session shows of the account, and reports whether one of
// its conversations was opened.
func (m *mailbox) show(account api.AccountID, open api.ConversationID, visible []api.ConversationID) bool {
	if open.Account != account {
		open = api.ConversationID{}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	opened := open != m.open && open != (api.ConversationID{})
	m.screensChanged, m.screens.open, m.visible = true, open, of(account, visible)
	m.wakeLoop()
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

// takeIn takes in what other sessions show and ask for, as far as it concerns
// the account.
func (m *mailbox) takeIn(account api.AccountID, screens []state.Screen, requests []state.EngineRequest) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.others, m.elsewhere = nil, nil
	for _, l := range screens {
		m.others = append(m.others, of(account, []api.ConversationID{l.Open})...)
		m.elsewhere = append(m.elsewhere, of(account, l.Visible)...)
	}
	m.screensChanged = true
	for _, a := range requests {
		m.ask(account, a)
	}
	m.wakeLoop()
}

// ask takes in another session's request. mu is held.
func (m *mailbox) ask(account api.AccountID, a state.EngineRequest) {
	id := a.Conversation
	if id.Account != account && id != (api.ConversationID{}) {
		return
	}
	if a.Older != 0 {
		m.addOlder(id, a.Older)
	}
	if a.Refresh {
		m.addRefresh(id)
	}
	if id.Account == account {
		m.asked = append(m.asked, id)
	}
}

// requestOlder reports false if no loop is there to serve the request.
func (m *mailbox) requestOlder(id api.ConversationID, pos state.Pos) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.serving {
		m.addOlder(id, pos)
	}
	return m.serving
}

func (m *mailbox) addOlder(id api.ConversationID, pos state.Pos) {
	if m.older == nil {
		m.older = map[api.ConversationID]state.Pos{}
	}
	m.older[id] = pos
	m.wakeLoop()
}

// requestRefresh reports false if no loop is there to serve the request.
func (m *mailbox) requestRefresh(id api.ConversationID) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.serving {
		m.addRefresh(id)
	}
	return m.serving
}

func (m *mailbox) addRefresh(id api.ConversationID) {
	if m.refresh == nil {
		m.refresh = map[api.ConversationID]struct{}{}
	}
	m.refresh[id] = struct{}{}
	m.wakeLoop()
}

// noteReads notes pages of messages that were asked for beside the loop.
func (m *mailbox) noteReads(pages int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads += pages
	m.wakeLoop()
}

// woke notes that the machine slept.
func (m *mailbox) woke(slept time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.slept += slept
	m.wakeLoop()
}

func (m *mailbox) wakeLoop() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// take hands over what was asked for since the last call.
func (m *mailbox) take() requests {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.requests
	if r.screensChanged {
		r.visible = slices.Concat(r.visible, r.elsewhere)
	}
	m.requests = requests{screens: m.screens}
	return r
}

// served reports whether a loop takes what is left here.
func (m *mailbox) served() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.serving
}

// startServing is called by a loop that begins. It finds what is on the screens
// and what other sessions have requested.
func (m *mailbox) startServing() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.serving, m.screensChanged = true, true
}

// stopServing is called by a loop that ends. It drops the requests.
func (m *mailbox) stopServing() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.serving = false
	m.requests = requests{screensChanged: true, screens: screens{open: m.screens.open, visible: m.visible}}
}
