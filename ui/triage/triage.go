// Package triage is what an agent does to a conversation as a whole: done,
// star, snooze, assign, close and the like; each at the platform where it has
// such a thing, or else on this machine. What can be taken back can be undone.
package triage

import (
	"sync"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/env"
)

// Screen is what triage asks of the screen as a whole.
type Screen struct {
	// Current is the current conversation.
	Current func() state.Row
	// Leaves lets the current conversation leave a view to which it does not
	// belong any more.
	Leaves func()
	// NextWaiting opens the conversation that is next in the queue.
	NextWaiting func() tea.Cmd
	// LastInbound is the position of the customer's last message in a
	// conversation, 0 if that is not loaded.
	LastInbound func(api.ConversationID) state.Pos
	// Submitting reports whether a reply to a conversation is being put into the
	// outbox.
	Submitting func(api.ConversationID) bool
	// Jump goes to a conversation.
	Jump func(api.ConversationID) tea.Cmd
	// Marked are those that are selected in the list, and the list that they are selected
	// in; nil where nothing can be selected. Unmark ends that.
	Marked func() (state.ListQuery, []api.ConversationID)
	Unmark func()
	// Never is the reason for which the agent may never run an action, "" if they may; nil where
	// they may do all.
	Never func(keymap.Action) string
	// Box is the reply box.
	Box Box
	// Dialogs is where questions are opened.
	Dialogs *dialog.Stack
}

// Triage acts on the current conversation. It is used from one goroutine.
type Triage struct {
	env.Actions
	env    *env.Env
	screen Screen
	undo   undo
	// gather, if not nil, takes what is done in place of undo.
	gather *gathered
	// offer is a reminder that may be taken.
	offer offer
	// single: what is done is about the current conversation, whatever is selected.
	single bool
	// turn is held by the command that acts on several conversations.
	turn sync.Mutex
	// waiting is a macro that goes on when the reply box is ready; nil if none does.
	waiting *carried
	// me is who the agent is, by account, as far as that was asked.
	me map[api.AccountID]api.Agent
}

// undo takes back the last change.
type undo struct {
	did  string
	back func() tea.Cmd
}

// New returns a triage with nothing to undo.
func New(e *env.Env, s Screen) *Triage {
	t := &Triage{env: e, screen: s}
	t.Actions = t.makeActions()
	return t
}

func (t *Triage) makeActions() env.Actions {
	actions := env.Actions{
		keymap.Done:               t.grouped(t.hides(t.action(t.toggleDone)), t.doneAll),
		keymap.Label:              t.grouped(t.action(t.openLabels), t.labelAll),
		keymap.DoneNext:           t.hides(t.action(t.doneNext)),
		keymap.Unread:             t.grouped(env.Action{Do: t.toggleUnread, Why: func() string { return t.env.WhyNotHere(t.screen.Current(), api.CapRead) }, Where: api.CapRead}, t.readAll),
		keymap.Snooze:             t.grouped(t.hides(t.action(t.openSnooze)), t.openSnoozeAll),
		keymap.Skip:               {Do: t.skip, Why: t.whyNoSkip},
		keymap.FollowUp:           t.remindAction(false),
		keymap.RemindMe:           t.remindAction(true),
		keymap.WhyHere:            t.action(t.openWhy),
		keymap.Info:               t.action(t.Info),
		keymap.Block:              t.ability(t.askBlock, api.CapBlock),
		keymap.OptOut:             t.ability(t.askOptOut, api.CapOptOut),
		keymap.Assign:             t.grouped(env.Action{Do: t.openAssign, Why: func() string { return t.whyNoAssign(t.screen.Current()) }}, t.assignAll),
		keymap.TakeOver:           t.grouped(env.Action{Do: t.takeOver, Why: func() string { return t.whyNoTakeOver(t.screen.Current()) }}, t.takeAll),
		keymap.WriteNote:          t.ability(t.openNote, api.CapNote),
		keymap.MarkAnswered:       t.ability(t.toggleAnswered, api.CapAnswer),
		keymap.ChooseContact:      t.ability(t.openContacts, api.CapChooseContact),
		keymap.DeleteConversation: t.ability(t.openRemove, api.CapRemove),
		keymap.Undo:               {Do: t.undoLast, Why: t.whyNoUndo},
	}
	t.macroActions(actions)
	for _, action := range []keymap.Action{keymap.Star, keymap.Pin, keymap.Mute, keymap.CloseConversation, keymap.Archive} {
		actions[action] = t.toggleAction(action)
		if toggles[action].hides() || action == keymap.Mute {
			actions[action] = t.hides(actions[action])
		}
		actions[action] = t.grouped(actions[action], func() tea.Cmd { return t.flipAll(action) })
	}
	return actions
}

// action is one that needs a conversation.
func (t *Triage) action(do func() tea.Cmd) env.Action {
	return env.Action{Do: do, Why: t.WhyNoConversation}
}

// ability is an action that the platform has to be able to do.
func (t *Triage) ability(do func() tea.Cmd, c api.Caps) env.Action {
	return env.Action{Do: do, Why: func() string { return t.env.WhyNot(t.screen.Current(), c) }}
}

// WhyNoConversation is the reason for which nothing can be done with the
// conversation at hand, "" if something can.
func (t *Triage) WhyNoConversation() string { return t.env.WhyNoConversation(t.screen.Current()) }

// name is what to call a conversation.
func (t *Triage) name(row state.Row) string { return t.env.Name(row.Conversation) }

// Did runs a change, says what it did, and keeps how to take it back.
func (t *Triage) Did(did string, cmd tea.Cmd, back func() tea.Cmd) tea.Cmd {
	if t.gather != nil {
		t.gather.backs = append(t.gather.backs, back)
		return cmd
	}
	t.undo = undo{did: did, back: back}
	return tea.Batch(cmd, t.env.Say(t.env.T("%s · %s undoes", did, t.env.KeyFor(keymap.Undo))))
}

func (t *Triage) whyNoUndo() string {
	if t.undo.back == nil {
		return t.env.T("there is nothing to undo")
	}
	return ""
}

func (t *Triage) undoLast() tea.Cmd {
	u := t.undo
	t.undo = undo{}
	return tea.Batch(u.back(), t.env.Say(t.env.T("undone: %s", u.did)))
}

// Info shows who the conversation is with.
func (t *Triage) Info() tea.Cmd {
	d := dialog.NewInfo(t.env, t.screen.Current(), t.screen.Jump)
	t.screen.Dialogs.Open(d)
	return d.Read()
}

// MarkRead marks a conversation as read, here and, where it can, at the platform.
func (t *Triage) MarkRead(row state.Row) tea.Cmd {
	id := row.Conversation.ID
	here := t.env.SetFlags(id, state.FlagChange{ReadUpTo: api.Known(row.Newest)})
	if row.Unread == 0 || !t.env.Can(id, api.CapRead) {
		return here
	}
	return tea.Batch(here, t.env.Change(state.Change{Conversation: id, Cap: api.CapRead, On: true}))
}

// toggleUnread marks as read or unread, at the platform where it can.
func (t *Triage) toggleUnread() tea.Cmd {
	row := t.screen.Current()
	return t.setRead(row, row.Unread > 0)
}

// setRead marks a conversation as read or unread, at the platform where it can.
func (t *Triage) setRead(row state.Row, read bool) tea.Cmd {
	if t.env.Can(row.Conversation.ID, api.CapRead) {
		return t.switchTo(row, toggle{cap: api.CapRead, on: catalog.Text("%s is read"), off: catalog.Text("%s is unread again")}, read)
	}
	id, back := row.Conversation.ID, row.Flags.ReadUpTo
	upTo := row.Newest
	if !read {
		if upTo = t.beforeLastInbound(row); upTo == 0 {
			return t.env.Say(t.env.T("the customer's last message is not loaded here, so it cannot be marked unread"))
		}
	}
	set := func(p state.Pos) tea.Cmd { return t.env.SetFlags(id, state.FlagChange{ReadUpTo: api.Known(p)}) }
	return t.Did(onOff(read, t.env.T("%s is read (on this machine)", t.name(row)), t.env.T("%s is unread again (on this machine)", t.name(row))), set(upTo), func() tea.Cmd { return set(back) })
}

// beforeLastInbound returns the position just before the customer's last
// message, 0 if that is not known here.
func (t *Triage) beforeLastInbound(row state.Row) state.Pos {
	if preview, ok := row.Preview.Get(); ok && row.Newest != 0 && preview.Direction == api.Inbound {
		return row.Newest - 1
	}
	if pos := t.screen.LastInbound(row.Conversation.ID); pos != 0 {
		return pos - 1
	}
	return 0
}

// openContacts chooses which of the contacts of a number is speaking.
func (t *Triage) openContacts() tea.Cmd {
	id := t.screen.Current().Conversation.ID
	chooser, ok := t.env.Account(id.Account).Provider.(api.ContactChooser)
	if !ok {
		return nil
	}
	d := dialog.NewContacts(t.env, id, chooser, func(c api.Contact) tea.Cmd {
		return t.env.Change(state.Change{Conversation: id, Cap: api.CapChooseContact, On: true, Arg: c.Remote})
	})
	t.screen.Dialogs.Open(d)
	return d.Ask()
}

// openRemove asks by name before a conversation is deleted for good.
func (t *Triage) openRemove() tea.Cmd {
	row := t.screen.Current()
	id, name := row.Conversation.ID, t.name(row)
	return t.screen.Dialogs.Open(dialog.NewWord(t.env.Look.Language, t.env.T("Delete the conversation with %s?", name), t.env.T("DELETE"),
		t.env.T("It is deleted on %s with all its messages, for good. It cannot be undone.", t.env.Label(id.Account)),
		func() tea.Cmd {
			return tea.Batch(t.env.Change(state.Change{Conversation: id, Cap: api.CapRemove}), t.env.Say(t.env.T("deleting the conversation with %s", name)))
		}))
}

func onOff[T ~string](on bool, yes, no T) T {
	if on {
		return yes
	}
	return no
}
