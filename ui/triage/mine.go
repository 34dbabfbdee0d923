package triage

import (
	"context"
	"maps"
	"slices"

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
//
// Whom a colleague has taken out of the queue only they answer then.
func (t *Triage) WhyNotMine(row state.Row) string {
	if has, held := t.env.Team.Held(row.Conversation.ID); held && t.env.Settings.OnlyAssigneeSends {
		return t.env.T("%s has taken this: %s takes it over", t.env.Line(has.Who), t.env.KeyFor(keymap.TakeOver))
	}
	is, said := row.Conversation.Mine.Get()
	if !t.env.Settings.OnlyAssigneeSends || !said || is {
		return ""
	}
	return t.env.T("it is not assigned to you: %s takes it over", t.env.KeyFor(keymap.TakeOver))
}

// whyNoTakeOver is the reason for which a conversation cannot be assigned to the agent.
func (t *Triage) whyNoTakeOver(row state.Row) string {
	if _, held := t.env.Team.Held(row.Conversation.ID); held && t.env.Team.Claims != nil {
		return ""
	}
	if t.env.Can(row.Conversation.ID, api.CapAssignByID) {
		return t.env.T("%s does not say which user you are: %s assigns by number", t.env.Label(row.Conversation.ID.Account), t.env.KeyFor(keymap.Assign))
	}
	return t.env.WhyNot(row, api.CapAssign)
}

// takeOver assigns the current conversation to the agent, or takes that back. Who that is,
// the platform is asked once for each account.
func (t *Triage) takeOver() tea.Cmd {
	row := t.screen.Current()
	if has, held := t.env.Team.Held(row.Conversation.ID); held && t.env.Team.Claims != nil {
		return t.askTakeOver(row, has)
	}
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
		return t.env.Warn(t.env.T("%s does not say which user you are: %s chooses from a list", label, t.env.KeyFor(keymap.Assign)))
	}
	t.know(c.ID.Account, msg.me)
	on := !c.Mine.Or(false)
	assign := func(on bool) tea.Cmd { return t.assign(c.ID, msg.me, on) }
	return t.Did(onOff(on, t.env.T("%s is assigned to you (%s)", t.name(msg.row), label), t.env.T("%s is no longer assigned to you (%s)", t.name(msg.row), label)), assign(on), func() tea.Cmd { return assign(!on) })
}

// know keeps who the agent is on an account.
func (t *Triage) know(account api.AccountID, me api.Agent) {
	if t.me == nil {
		t.me = map[api.AccountID]api.Agent{}
	}
	t.me[account] = me
}

// takeAll assigns all that is selected to the agent, or takes that back. Who that is, the
// platforms are asked once.
func (t *Triage) takeAll() tea.Cmd {
	q, ids := t.screen.Marked()
	known := maps.Clone(t.me)
	return t.env.Read(func(ctx context.Context) tea.Msg {
		msg := assignMsg{mine: true, me: map[api.AccountID]api.Agent{}}
		msg.rows, msg.err = t.env.Store.Chosen(ctx, q, ids)
		msg.left = len(ids) - len(msg.rows)
		for _, row := range msg.rows {
			account := row.Conversation.ID.Account
			if _, asked := msg.me[account]; asked || t.env.WhyNot(row, api.CapAssign) != "" {
				continue
			}
			me, is := known[account]
			if !is {
				id, err := t.env.Account(account).Provider.Identify(ctx)
				if err != nil {
					return assignMsg{err: err}
				}
				me = id.Agent
			}
			msg.me[account] = me
		}
		return msg
	})
}

// takeRows assigns conversations to the agent; all that are the agent's already it takes
// back.
func (t *Triage) takeRows(msg assignMsg) tea.Cmd {
	for account, me := range msg.me {
		if me.Remote != "" {
			t.know(account, me)
		}
	}
	return t.gotMany(manyMsg{rows: msg.rows, left: msg.left, group: group{
		why: func(row state.Row) string {
			if why := t.whyNoTakeOver(row); why != "" {
				return why
			}
			if account := row.Conversation.ID.Account; msg.me[account].Remote == "" {
				return t.env.T("%s does not say which user you are", t.env.Label(account))
			}
			return ""
		},
		of: func(rows []state.Row) (string, func(state.Row) tea.Cmd) {
			on := slices.ContainsFunc(rows, func(r state.Row) bool { return !r.Conversation.Mine.Or(false) })
			return onOff(on, t.env.T("assigned to you"), t.env.T("no longer assigned to you")), func(row state.Row) tea.Cmd {
				id := row.Conversation.ID
				if row.Conversation.Mine.Or(false) == on {
					return nil
				}
				me := msg.me[id.Account]
				return t.Did("", t.assign(id, me, on), func() tea.Cmd { return t.assign(id, me, !on) })
			}
		},
	}})
}
