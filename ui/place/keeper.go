package place

import (
	"encoding/json"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/channels"
	"unibox/ui/env"
	"unibox/ui/inbox"
	"unibox/ui/layout"
	"unibox/ui/reply"
	"unibox/ui/rewrite"
	"unibox/ui/thread"
)

// every is how often at most it is kept how far the agent has scrolled.
const every = 5 * time.Second

// Screen is where the agent is, and what goes there.
type Screen struct {
	Channels *channels.Pane
	Inbox    *inbox.Pane
	Thread   *thread.Pane
	Reply    *reply.Box
	// LastKey is when a key was pressed last, Focus the pane that has the keys.
	LastKey func() time.Time
	Focus   func() layout.Pane
	// Open opens a conversation, FocusOn gives a pane the keys, Compose the reply box.
	Open    func(api.ConversationID) tea.Cmd
	FocusOn func(layout.Pane) tea.Cmd
	Compose func()
	// Owner is the session.
	Owner Owner
	// Redraw draws everything again.
	Redraw func()
}

// Keeper keeps where the agent is, and goes there after a dropped line. It is used from
// one goroutine.
type Keeper struct {
	env    *env.Env
	screen Screen
	// file is nil where nothing is kept.
	file *rewrite.File
	// last is what was kept last, at that time.
	last Place
	at   time.Time
	// quit: the agent quit, so there is nothing to come back to.
	quit bool
	// list: the channels are still to show the list that was restored.
	list bool
}

// NewKeeper returns what keeps this session's place in the state folder, nowhere without
// one. A session that only looks keeps none: the places are those of who works here.
func NewKeeper(e *env.Env, s Screen) *Keeper {
	k := &Keeper{env: e, screen: s}
	if e.PlaceDir != "" && !e.Settings.ReadOnly {
		k.file = rewrite.New(s.Owner.file(e.PlaceDir))
	}
	return k
}

// Here is where the agent is.
func (k *Keeper) Here() Place {
	s := k.screen
	p := Place{Key: s.LastKey(), Pane: int(s.Focus()), List: s.Inbox.Selection(), Filter: s.Inbox.Filter(), Conversation: s.Thread.Conversation(), Writing: s.Reply.Composing(), Masked: k.env.Privacy.On()}
	if p.Conversation == (api.ConversationID{}) {
		p.Conversation = s.Inbox.SelectedID()
	}
	p.Message, p.Row = s.Thread.Place()
	return p
}

// Keep is a command that keeps where the agent is, if that changed and it was not kept just
// now; nil if not.
func (k *Keeper) Keep() tea.Cmd {
	if k.env.Now().Sub(k.at) < every {
		return nil
	}
	return k.keep()
}

// Follow is a command that keeps where the agent is at once, if they do something else there
// (see Place.With); nil if not. Who comes back to the customer before writes to that one.
func (k *Keeper) Follow() tea.Cmd {
	if k.file == nil || k.Here().With(k.last) {
		return nil
	}
	return k.keep()
}

func (k *Keeper) keep() tea.Cmd {
	p := k.Here()
	if k.file == nil || p.Key.IsZero() || p.Same(k.last) {
		return nil
	}
	k.last, k.at = p, k.env.Now()
	write := k.file.Write(text(p))
	return func() tea.Msg {
		_ = write() // a place that is lost is a place to go to again
		return nil
	}
}

// text is what the file holds.
func text(p Place) []byte {
	text, err := json.Marshal(p)
	if err != nil {
		return []byte{} // which is no place
	}
	return text
}

// Quit says that the agent quit.
func (k *Keeper) Quit() { k.quit = true }

// Leave keeps where the agent is at the end, or forgets it after they quit; nothing is
// written after it. It touches the disk.
func (k *Keeper) Leave() {
	switch p := k.Here(); {
	case k.file == nil:
	case k.quit:
		_ = k.file.End(nil)
	case !p.Key.IsZero():
		_ = k.file.End(text(p))
	}
}

// Restore goes to where the agent was when the line dropped; nowhere for nil. What was
// typed is a draft, and is read as one.
func (k *Keeper) Restore(p *Place) tea.Cmd {
	masked := k.maskAgain(p)
	if p == nil || p.Conversation == (api.ConversationID{}) {
		if masked != "" {
			return k.env.Say(masked)
		}
		return nil
	}
	s := k.screen
	if p.List.View != "" && p.List.View != state.ViewOutbox {
		s.Inbox.Choose(p.List)
		k.list = true
	}
	narrowed := s.Inbox.Narrow(p.Filter)
	s.Inbox.Select(p.Conversation)
	open := tea.Batch(narrowed, s.Open(p.Conversation))
	if p.Message != 0 {
		s.Thread.ShowPlace(p.Message, p.Row)
		open = tea.Batch(open, s.Thread.Reload())
	}
	focus := s.FocusOn(layout.Pane(p.Pane))
	if p.Writing {
		s.Compose()
	}
	return tea.Batch(open, focus, k.env.Say(strings.TrimSuffix(k.env.T("restored, last key %s; %s", p.Key.Local().Format("15:04:05"), masked), "; ")))
}

// maskAgain masks customers where they were masked when the line dropped, before the first
// frame names one, and says so; "" if they were not.
func (k *Keeper) maskAgain(p *Place) string {
	if p == nil || !p.Masked {
		return ""
	}
	if !k.env.Privacy.On() {
		k.env.Privacy.Toggle(k.env.Now())
		k.screen.Redraw()
	}
	return k.env.T("customers are masked: %s shows them again", k.env.KeyFor(keymap.Privacy))
}

// Listed shows the list that was restored in the channels, once they are read.
func (k *Keeper) Listed() {
	if k.list && k.screen.Channels.HasRead() {
		k.list = false
		k.screen.Channels.Show(k.screen.Inbox.Selection())
	}
}
