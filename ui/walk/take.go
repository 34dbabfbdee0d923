package walk

import (
	"context"
	"maps"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
)

// takeFirst begins a walk with a customer, unless a colleague has them.
func (w *Walk) takeFirst(row state.Row) tea.Cmd {
	visited, store, claims, me := maps.Clone(w.visited[state.ViewWaiting]), w.env.Store, w.env.Team.Claims, w.env.Me
	w.screen.Hold()
	return w.env.Read(func(ctx context.Context) tea.Msg {
		has, err := claims.Take(ctx, row.Conversation.ID, false)
		msg := nextMsg{row: row, found: true, err: err}
		if err == nil && has.Agent != me {
			msg = take(ctx, store, claims, me, row.Conversation.ID, visited)
		}
		msg.view = state.ViewWaiting
		return msg
	})
}

// take finds whom a walk through the queue comes to next and takes them out of it, so that
// no colleague comes to them too. Whom a colleague has is passed. Customers of the agent's who
// do not wait any more, or were put at the end of the queue, are given back before.
func take(ctx context.Context, store env.Store, claims env.Claims, me string, here api.ConversationID, visited map[api.ConversationID]stamp) nextMsg {
	all, err := claims.Claims(ctx)
	if err != nil {
		return nextMsg{err: err}
	}
	if err := claims.GiveBack(ctx, over(ctx, store, all, me)...); err != nil {
		return nextMsg{err: err}
	}
	passed := map[api.ConversationID]bool{}
	for {
		pass(passed, all, me)
		msg := find(ctx, store, state.ViewWaiting, here, visited, passed)
		if msg.err != nil || !msg.found {
			return msg
		}
		id := msg.row.Conversation.ID
		has, err := claims.Take(ctx, id, false)
		if err != nil {
			return nextMsg{err: err}
		}
		if has.Agent == me {
			return msg
		}
		passed[id] = true // a colleague was faster, and where many press at once others were, too
		if all, err = claims.Claims(ctx); err != nil {
			return nextMsg{err: err}
		}
	}
}

// over are the customers of an agent's with whom they are done.
func over(ctx context.Context, store env.Store, all []state.Claim, me string) (ids []api.ConversationID) {
	for _, c := range all {
		if c.Agent != me {
			continue
		}
		if row, err := store.Row(ctx, c.Conversation); err == nil && answered(row) {
			ids = append(ids, c.Conversation)
		}
	}
	return ids
}

// pass adds whom colleagues have.
func pass(passed map[api.ConversationID]bool, all []state.Claim, me string) {
	for _, c := range all {
		if c.Agent != me {
			passed[c.Conversation] = true
		}
	}
}

// answered reports whether an agent is done with a customer whom they took.
func answered(row state.Row) bool {
	return row.WaitingSince.IsZero() && !row.Back.Is() || row.Skips > 0
}
