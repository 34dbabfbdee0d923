package triage

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/dialog"
)

// Who answers a conversation: one is assigned by its own dialog, and what is selected by
// the same one, with one undo.

// whyNoAssign is the reason for which nobody can be assigned, neither from a list nor by
// number.
func (t *Triage) whyNoAssign(row state.Row) string {
	if t.env.Can(row.Conversation.ID, api.CapAssignByID) {
		return t.env.WhyNot(row, api.CapAssignByID)
	}
	return t.env.WhyNot(row, api.CapAssign)
}

// openAssign gives the conversation to a colleague, or takes it away again.
func (t *Triage) openAssign() tea.Cmd {
	row := t.screen.Current()
	id, name := row.Conversation.ID, t.name(row)
	if t.env.Can(id, api.CapAssignByID) {
		return t.openAssignByID(row.Conversation)
	}
	return t.assignTo(name, []api.ConversationID{id}, func(agent api.Agent, now dialog.Assignees) tea.Cmd {
		on := !now.All([]api.ConversationID{id}, agent)
		return t.Did(onOff(on, t.env.T("%s is assigned to %s (%s)", name, t.env.Line(agent.Name), t.env.Label(id.Account)),
			t.env.T("%s is no longer assigned to %s (%s)", name, t.env.Line(agent.Name), t.env.Label(id.Account))),
			t.assign(id, agent, on), func() tea.Cmd { return t.assign(id, agent, !on) })
	})
}

// assign asks for a conversation to be assigned to an agent, or no longer.
func (t *Triage) assign(id api.ConversationID, agent api.Agent, on bool) tea.Cmd {
	return t.env.Change(state.Change{Conversation: id, Cap: api.CapAssign, On: on, Arg: agent.Remote})
}

// assignTo asks to whom conversations of one account are to be assigned.
func (t *Triage) assignTo(whom string, ids []api.ConversationID, choose func(api.Agent, dialog.Assignees) tea.Cmd) tea.Cmd {
	assigner, ok := t.env.Account(ids[0].Account).Provider.(api.Assigner)
	if !ok {
		return nil
	}
	d := dialog.NewAssign(t.env, whom, ids, assigner, choose)
	t.screen.Dialogs.Open(d)
	return d.Ask()
}

// assignMsg are those that are selected, to be assigned; left counts those that are no
// longer in the list. With mine they are to be assigned to the agent.
type assignMsg struct {
	rows []state.Row
	left int
	mine bool
	me   map[api.AccountID]api.Agent
	err  error
}

// assignAll assigns all that is selected.
func (t *Triage) assignAll() tea.Cmd {
	q, ids := t.screen.Marked()
	return t.env.Read(func(ctx context.Context) tea.Msg {
		rows, err := t.env.Store.Chosen(ctx, q, ids)
		return assignMsg{rows: rows, left: len(ids) - len(rows), err: err}
	})
}

// gotAssign asks to whom: from the list of the first account that has one, else by number.
func (t *Triage) gotAssign(msg assignMsg) tea.Cmd {
	if msg.err != nil {
		return t.env.Fail(msg.err)
	}
	if msg.mine {
		return t.takeRows(msg)
	}
	listed, why := t.assignable(msg.rows, api.CapAssign)
	if len(listed) > 0 {
		return t.assignTo(t.env.Plural(len(listed), "%d conversation", "%d conversations"), listed, func(agent api.Agent, now dialog.Assignees) tea.Cmd {
			return t.gotMany(manyMsg{group: t.assigning(listed, agent, now), rows: msg.rows, left: msg.left})
		})
	}
	numbered, _ := t.assignable(msg.rows, api.CapAssignByID)
	switch {
	case len(numbered) > 0:
		return t.openAssignAllByID(numbered, msg)
	case why == "":
		why = t.env.T("none of what is selected is in the list any more")
	}
	return t.env.Say(why)
}

// assignable are the conversations of the first account that has an ability to assign, and
// the reason for which one has it not.
func (t *Triage) assignable(rows []state.Row, how api.Caps) (ids []api.ConversationID, why string) {
	for _, row := range rows {
		id := row.Conversation.ID
		if not := t.env.WhyNot(row, how); not != "" {
			why = not
			continue
		}
		if len(ids) == 0 || ids[0].Account == id.Account {
			ids = append(ids, id)
		}
	}
	return ids, why
}

// whyNotOf is the reason for which a conversation is not assigned with those of an account.
func (t *Triage) whyNotOf(account api.AccountID, how api.Caps) func(state.Row) string {
	return func(row state.Row) string {
		why := t.env.WhyNot(row, how)
		if why == "" && row.Conversation.ID.Account != account {
			return t.env.T("they are of %s", t.env.Label(row.Conversation.ID.Account))
		}
		return why
	}
}

// assigning assigns those that an agent has not, or, where all of them are theirs, takes
// them away. Where it is not known whose one was, it is left out of undo.
func (t *Triage) assigning(ids []api.ConversationID, agent api.Agent, now dialog.Assignees) group {
	on := !now.All(ids, agent)
	return group{why: t.whyNotOf(ids[0].Account, api.CapAssign), of: func(rows []state.Row) (string, func(state.Row) tea.Cmd) {
		unknown := 0
		for _, row := range rows {
			if _, known := now.Has(row.Conversation.ID, agent); !known {
				unknown++
			}
		}
		becomes := onOff(on, t.env.T("assigned to %s", t.env.Line(agent.Name)), t.env.T("no longer assigned to %s", t.env.Line(agent.Name)))
		if unknown > 0 {
			becomes += t.env.T(", %d of them beyond undo, as whose they were could not be read", unknown)
		}
		return becomes, func(row state.Row) tea.Cmd {
			id := row.Conversation.ID
			has, known := now.Has(id, agent)
			if known && has == on {
				return nil
			}
			return t.Did("", t.assign(id, agent, on), func() tea.Cmd {
				if !known {
					return nil
				}
				return t.assign(id, agent, !on)
			})
		}
	}}
}

// openAssignByID assigns a conversation by the number of a user.
func (t *Triage) openAssignByID(c api.Conversation) tea.Cmd {
	label := t.env.Label(c.ID.Account)
	return t.askNumber(t.env.Name(c), label, t.env.T("It does not say either to whom the conversation is assigned now."), func(number string) tea.Cmd {
		return tea.Batch(t.assignNumber(c.ID, number), t.env.Say(t.env.T("%s goes to user %s at %s", t.env.Name(c), number, label)))
	})
}

// openAssignAllByID assigns what is selected by the number of a user. It cannot be undone:
// the platform does not say to whom they were assigned.
func (t *Triage) openAssignAllByID(ids []api.ConversationID, msg assignMsg) tea.Cmd {
	account := ids[0].Account
	label := t.env.Label(account)
	return t.askNumber(t.env.Plural(len(ids), "%d conversation", "%d conversations"), label, t.env.T("It does not say either to whom they are assigned now, so this cannot be undone."), func(number string) tea.Cmd {
		why := t.whyNotOf(account, api.CapAssignByID)
		refused, n := map[string]int{}, 0
		var cmds []tea.Cmd
		for _, row := range msg.rows {
			if not := why(row); not != "" {
				refused[not]++
				continue
			}
			n++
			cmds = append(cmds, t.assignNumber(row.Conversation.ID, number))
		}
		if msg.left > 0 {
			refused[t.env.T("no longer in the list")] = msg.left
		}
		t.screen.Unmark()
		return tea.Batch(t.oneByOne(cmds), t.env.Say(few(t.env.Look.Language, n, t.env.T("to user %s at %s", number, label))+notDone(t.env.Look.Language, refused)))
	})
}

// assignNumber asks for a conversation to be assigned to the user with a number.
func (t *Triage) assignNumber(id api.ConversationID, number string) tea.Cmd {
	return t.env.Change(state.Change{Conversation: id, Cap: api.CapAssignByID, Arg: number})
}

// askNumber asks for the number of a user of an account.
func (t *Triage) askNumber(whom, label, also string, do func(number string) tea.Cmd) tea.Cmd {
	return t.screen.Dialogs.Open(dialog.NewLine(t.env.T("Assign %s", whom), t.env.T("number of the user"),
		t.env.T("%s does not list its users: their numbers are on its website. %s", label, also),
		func(line string) string {
			if line = strings.TrimSpace(line); line == "" || strings.Trim(line, "0123456789") != "" {
				return t.env.T("a user of %s has a number", label)
			}
			return ""
		},
		func(line string) tea.Cmd { return do(strings.TrimSpace(line)) }))
}
