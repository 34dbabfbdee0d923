package readonly

import (
	"slices"

	"unibox/keymap"
	"unibox/state"
)

// drafting are the actions of who writes drafts, private notes and labels besides looking.
var drafting = []keymap.Action{
	keymap.Undo, keymap.Reply, keymap.NewLine, keymap.Attach, keymap.Detach, keymap.Editor, keymap.Plain, keymap.Quote, keymap.Canned, keymap.CommandHere, keymap.RunCommand, keymap.Spelling,
	keymap.Complete, keymap.NextOffer, keymap.PrevOffer, keymap.Leave, keymap.Star, keymap.Label, keymap.WriteHandover,
	keymap.PrivateNote, keymap.SaveNote, keymap.NoteNewLine, keymap.NoteComplete, keymap.LeaveNote, keymap.AnswerNote,
	keymap.EditMessage, keymap.DeleteMessage, // of a private note; of a message the outbox and the platform's changes refuse them
	keymap.ReadOlder, keymap.ReadNewer, keymap.KeepSearch, keymap.KeepSwitch,
}

// administering are the actions of an admin alone.
var administering = []keymap.Action{keymap.ManageChannels, keymap.DeleteConversation}

// leaving are the actions that lead out of unibox, to a program or a file of the machine.
var leaving = []keymap.Action{keymap.Suspend, keymap.Editor, keymap.RunCommand, keymap.CommandHere, keymap.Spelling, keymap.FetchFile}

// WhyRestricted is why nothing leads out of the session of an agent.
const WhyRestricted = "this session is restricted to unibox: nothing else is started from it"

// WhyNot is the reason for which somebody with these rights may not do an action, "" if they
// may.
func WhyNot(action keymap.Action, has state.Rights, restricted bool) string {
	if restricted && slices.Contains(leaving, action) {
		return WhyRestricted
	}
	if err := has.Refuse(needs(action)); err != nil {
		return err.Error()
	}
	return ""
}

// WhyNothing is why nothing may be changed in a session that is only to look: its agent has no
// more rights, or unibox runs so.
func WhyNothing(has state.Rights) string {
	if err := has.Refuse(state.RightsDraft); err != nil {
		return err.Error()
	}
	return Why
}

// needs are the rights that an action needs. One that is not known needs those to send.
func needs(action keymap.Action) state.Rights {
	switch {
	case Looks(action):
		return state.RightsRead
	case slices.Contains(drafting, action):
		return state.RightsDraft
	case slices.Contains(administering, action):
		return state.RightsAdmin
	}
	return state.RightsSend
}
