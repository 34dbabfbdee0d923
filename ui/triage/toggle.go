package triage

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/env"
)

// toggle is a state of a conversation that is switched on and off, at the
// platform where it has such a thing, or else on this machine.
type toggle struct {
	cap api.Caps
	// flag and local read and set it on this machine, nil where it is the
	// platform's alone.
	flag  func(state.Flags) bool
	local func(on bool) state.FlagChange
	// on and off say what happened, manyOn and manyOff what several are.
	on, off, manyOn, manyOff catalog.Text
}

// is reports whether a conversation has the state now, or will once a reply is sent.
func (to toggle) is(row state.Row) bool {
	if to.hides() && row.WhenSent.Pending() && row.WhenSent.Cap == to.cap {
		return true
	}
	if to.flag != nil {
		return to.flag(row.Flags)
	}
	ability, _ := api.AbilityOf(to.cap)
	return ability.State(&row.Conversation).Or(false)
}

// hides reports whether it hides a conversation from the queues, at the platform.
func (to toggle) hides() bool { return to.cap == api.CapClose || to.cap == api.CapArchive }

// toggles are those that an action flips.
var toggles = map[keymap.Action]toggle{
	keymap.Star: {api.CapStar, func(f state.Flags) bool { return f.Starred },
		func(on bool) state.FlagChange { return state.FlagChange{Starred: api.Known(on)} }, catalog.Text("%s is starred"), catalog.Text("%s is no longer starred"), catalog.Text("starred"), catalog.Text("no longer starred")},
	keymap.Pin: {api.CapPin, func(f state.Flags) bool { return f.Pinned },
		func(on bool) state.FlagChange { return state.FlagChange{Pinned: api.Known(on)} }, catalog.Text("%s is pinned to the top"), catalog.Text("%s is no longer pinned"), catalog.Text("pinned to the top"), catalog.Text("no longer pinned")},
	keymap.Mute: {api.CapMute, func(f state.Flags) bool { return f.Muted },
		func(on bool) state.FlagChange { return state.FlagChange{Muted: api.Known(on)} }, catalog.Text("%s is muted: it stays out of the queues"), catalog.Text("%s is no longer muted"), catalog.Text("muted"), catalog.Text("no longer muted")},
	keymap.CloseConversation: {api.CapClose, nil, nil, catalog.Text("%s is closed, for everyone"), catalog.Text("%s is open again, for everyone"), catalog.Text("closed, for everyone"), catalog.Text("open again, for everyone")},
	keymap.Archive:           {api.CapArchive, nil, nil, catalog.Text("%s is archived"), catalog.Text("%s is back from the archive"), catalog.Text("archived"), catalog.Text("back from the archive")},
	keymap.Block:             {api.CapBlock, nil, nil, catalog.Text("%s is blocked, for everyone"), catalog.Text("%s is no longer blocked"), catalog.Text("blocked, for everyone"), catalog.Text("no longer blocked")},
	keymap.OptOut:            {api.CapOptOut, nil, nil, catalog.Text("%s is opted out"), catalog.Text("%s is opted in again"), catalog.Text("opted out"), catalog.Text("opted in again")},
}

// switchTo sets a toggle of a conversation, and remembers how to take it back.
func (t *Triage) switchTo(row state.Row, to toggle, on bool) tea.Cmd {
	id := row.Conversation.ID
	did := fmt.Sprintf(t.env.Of(onOff(on, to.on, to.off)), t.name(row))
	if !t.env.Can(id, to.cap) {
		flags := func(on bool) tea.Cmd { return t.env.SetFlags(id, to.local(on)) }
		return t.Did(t.env.T("%s (on this machine)", did), flags(on), func() tea.Cmd { return flags(!on) })
	}
	did += " (" + t.env.Label(id.Account) + ")"
	change := func(on bool) func() tea.Cmd { return func() tea.Cmd { return t.set(row, to, on) } }
	switch {
	case to.hides() && on:
		return t.hide(row, wishOf(to.cap), did, change(true), change(false))
	case to.hides() && row.WhenSent.Pending():
		return t.unbind(row, change(false))
	}
	return t.Did(did, t.set(row, to, on), change(!on))
}

// set asks the platform for a toggle of a conversation.
func (t *Triage) set(row state.Row, to toggle, on bool) tea.Cmd {
	id := row.Conversation.ID
	ask := t.env.Change(state.Change{Conversation: id, Cap: to.cap, On: on})
	switch to.cap {
	case api.CapClose, api.CapMute:
		return tea.Batch(ask, t.handled(row, on))
	case api.CapArchive:
	default:
		return ask
	}
	// Noted here as well, for the store to bring it back when the customer writes.
	return tea.Batch(ask, t.setDoneHere(row, on))
}

// flip switches a toggle of the current conversation.
func (t *Triage) flip(action keymap.Action) tea.Cmd {
	row, to := t.screen.Current(), toggles[action]
	return t.switchTo(row, to, !to.is(row))
}

// toggleAction flips a toggle.
func (t *Triage) toggleAction(action keymap.Action) env.Action {
	to := toggles[action]
	flip := func() tea.Cmd { return t.flip(action) }
	if to.local == nil {
		return t.ability(flip, to.cap)
	}
	return env.Action{Do: flip, Why: func() string { return t.env.WhyNotHere(t.screen.Current(), to.cap) }, Where: to.cap}
}

// askFlip asks by name before the contact is blocked or opted out: neither can
// be undone at will.
func (t *Triage) askFlip(action keymap.Action, question, explain string) tea.Cmd {
	row, to := t.screen.Current(), toggles[action]
	if to.is(row) {
		return t.flip(action)
	}
	return t.screen.Dialogs.Open(dialog.NewQuestion(t.env.Look.Language, question+" "+t.name(row)+"?", []string{explain}, t.env.T("Yes, %s", question),
		func() tea.Cmd { return t.switchTo(row, to, true) }))
}

func (t *Triage) askBlock() tea.Cmd {
	return t.askFlip(keymap.Block, t.env.T("block"), t.env.T("For everyone on the account: nothing they write arrives, nothing can be sent to them."))
}

func (t *Triage) askOptOut() tea.Cmd {
	return t.askFlip(keymap.OptOut, t.env.T("opt out"), t.env.T("Nothing can be sent to them any more. They may be the only ones who can come back, by writing START."))
}

// doneBy is the action that "done" means for a conversation, "" for done on this
// machine.
func (t *Triage) doneBy(row state.Row) keymap.Action {
	caps := t.env.Account(row.Conversation.ID.Account).Caps
	switch {
	case caps.Has(api.CapClose):
		return keymap.CloseConversation
	case caps.Has(api.CapArchive):
		return keymap.Archive
	}
	return ""
}

// DoneTitle says what "done" does to the current conversation.
func (t *Triage) DoneTitle() string {
	row := t.screen.Current()
	label := t.env.Label(row.Conversation.ID.Account)
	switch t.doneBy(row) {
	case keymap.CloseConversation:
		return t.env.T("Done: closes it for everyone (%s)", label)
	case keymap.Archive:
		return t.env.T("Done: archives it (%s)", label)
	}
	return t.env.T("Done until the customer writes again (on this machine)")
}

func (t *Triage) toggleDone() tea.Cmd {
	row := t.screen.Current()
	on := !isDone(row)
	if on {
		t.screen.Leaves()
	}
	return t.SetDone(row, on)
}

// isDone reports whether a conversation is done, or will be once a reply is sent.
func isDone(row state.Row) bool {
	w := row.WhenSent
	return row.Flags.Done || w.Pending() && (w.Done || w.Cap != 0)
}

// SetDone marks a conversation as done or not done any more.
func (t *Triage) SetDone(row state.Row, on bool) tea.Cmd {
	if action := t.doneBy(row); action != "" {
		return t.switchTo(row, toggles[action], on)
	}
	set := func(on bool) func() tea.Cmd { return func() tea.Cmd { return t.setDoneHere(row, on) } }
	switch did := onOff(on, t.env.T("%s is done until they write again (on this machine)", t.name(row)), t.env.T("%s is not done any more (on this machine)", t.name(row))); {
	case on:
		return t.hide(row, state.WhenSent{Done: true}, did, set(true), set(false))
	case row.WhenSent.Pending():
		return t.unbind(row, set(false))
	default:
		return t.Did(did, t.setDoneHere(row, false), set(true))
	}
}

// setDoneHere sets the flag of this machine.
func (t *Triage) setDoneHere(row state.Row, on bool) tea.Cmd {
	c := state.FlagChange{Seen: api.Known(row.Newest)}
	if !on && isPutOff(row) {
		c = putOff(row)
	}
	c.Done = api.Known(on)
	return t.env.SetFlags(row.Conversation.ID, c)
}

func (t *Triage) doneNext() tea.Cmd {
	if isDone(t.screen.Current()) {
		return t.screen.NextWaiting()
	}
	return tea.Batch(t.toggleDone(), t.screen.NextWaiting())
}
