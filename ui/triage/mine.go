package triage

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

// meMsg says who the agent is on the platform of a conversation that is to be taken over.
type meMsg struct {
	row state.Row
	me  api.Agent
	err error
}

// WhyNotMine is the reason for which a conversation is not replied to: it is not assigned
// to the agent, and the config wants that. Of what the platform does not say nothing is
// asked.
func (t *Triage) WhyNotMine(row state.Row) string {
	is, said := row.Conversation.Mine.Get()
	if !t.env.Settings.OnlyAssigneeSends || !said || is {
		return ""
	}
	return "it is not assigned to you: " + t.env.KeyFor(keymap.TakeOver) + " takes it over"
}

// whyNoTakeOver is the reason for which a conversation cannot be assigned to the agent.
func (t *Triage) whyNoTakeOver(row state.Row) string {
	if t.env.Can(row.Conversation.ID, api.CapAssignByID) {
		return t.env.Label(row.Conversation.ID.Account) + " does not say which user you are: " + t.env.KeyFor(keymap.Assign) + " assigns by number"
	}
	return t.env.WhyNot(row, api.CapAssign)
}

// takeOver assigns the current conversation to the agent, or takes that back. Who that is,
// the platform is asked once for each account.
func (t *Triage) takeOver() tea.Cmd {
	row := t.screen.Current()
	account := row.Conversation.ID.Account
	if me, known := t.me[account]; known {
		return t.gotMe(meMsg{row: row, me: me})
	}
	provider := t.env.Account(account).Provider
	return t.env.Read(func(ctx context.Context) tea.Msg {
		id, err := provider.Identify(ctx)
		return meMsg{row, id.Agent, err}
	})
}

func (t *Triage) gotMe(msg meMsg) tea.Cmd {
	c := msg.row.Conversation
	label := t.env.Label(c.ID.Account)
	switch {
	case msg.err != nil:
		return t.env.Fail(msg.err)
	case msg.me.Remote == "":
		return t.env.Warn(label + " does not say which user you are: " + t.env.KeyFor(keymap.Assign) + " chooses from a list")
	}
	if t.me == nil {
		t.me = map[api.AccountID]api.Agent{}
	}
	t.me[c.ID.Account] = msg.me
	on := !c.Mine.Or(false)
	assign := func(on bool) tea.Cmd {
		return t.env.Change(state.Change{Conversation: c.ID, Cap: api.CapAssign, On: on, Arg: msg.me.Remote})
	}
	return t.Did(t.name(msg.row)+onOff(on, " is assigned to you", " is no longer assigned to you")+" ("+label+")", assign(on), func() tea.Cmd { return assign(!on) })
}
