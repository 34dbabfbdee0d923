package dialog

import (
	"context"
	"slices"
	"sync"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sync/errgroup"

	"unibox/api"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// Assignees are to whom conversations are assigned, of those of which that was read.
type Assignees map[api.ConversationID][]api.Agent

// Has reports whether a conversation is assigned to an agent, and whether that is known.
func (a Assignees) Has(id api.ConversationID, agent api.Agent) (has, known bool) {
	list, known := a[id]
	return slices.ContainsFunc(list, func(b api.Agent) bool { return b.Remote == agent.Remote }), known
}

// All reports whether all of the conversations are known to be assigned to an agent.
func (a Assignees) All(ids []api.ConversationID, agent api.Agent) bool {
	return !slices.ContainsFunc(ids, func(id api.ConversationID) bool { has, _ := a.Has(id, agent); return !has })
}

// mostAsked is of how many conversations the assignees are read, atOnce how many of them
// at a time.
const mostAsked, atOnce = 40, 4

// readAssignees reads to whom conversations are assigned. The error is that of the first
// that cannot be read; the others are returned all the same.
func readAssignees(ctx context.Context, assigner api.Assigner, ids []api.ConversationID) (Assignees, error) {
	all, lock := Assignees{}, sync.Mutex{}
	var work errgroup.Group
	work.SetLimit(atOnce)
	for _, id := range ids[:min(len(ids), mostAsked)] {
		work.Go(func() error {
			list, err := assigner.Assignees(ctx, id)
			if err != nil {
				return err
			}
			lock.Lock()
			defer lock.Unlock()
			all[id] = list
			return nil
		})
	}
	err := work.Wait()
	return all, err
}

// colleague is who can be chosen, and to whom all is assigned now.
type colleague struct {
	agent api.Agent
	now   Assignees
}

// NewAssign offers the colleagues who conversations of one account can be given to, in
// words whom: choose gets one, and to whom the conversations are assigned now. Several may
// be assigned to somebody of whom that is not known.
func NewAssign(e *env.Env, whom string, ids []api.ConversationID, assigner api.Assigner, choose func(a api.Agent, now Assignees) tea.Cmd) *Lookup {
	m := menu.New(e.T("Assign %s to", whom), menu.Options{Filter: true, Empty: e.T("Nobody can be chosen.")})
	d := newLookup(e, m, func(ctx context.Context, _ string) ([]menu.Item, error) {
		agents, err := assigner.Agents(ctx, ids[0])
		if err != nil {
			return nil, err
		}
		now, err := readAssignees(ctx, assigner, ids)
		if len(ids) > 1 {
			err = nil
		}
		items := make([]menu.Item, len(agents))
		for i, a := range agents {
			items[i] = menu.Item{Label: e.Line(a.Name), Right: now.words(e.Look.Language, ids, a), Value: colleague{a, now}}
		}
		return items, err
	})
	d.choose = func(it menu.Item) tea.Cmd {
		d.Close()
		c := it.Value.(colleague)
		return choose(c.agent, c.now)
	}
	return d
}

// words say how many of the conversations an agent has.
func (a Assignees) words(say *catalog.Language, ids []api.ConversationID, agent api.Agent) string {
	n := 0
	for _, id := range ids {
		if has, _ := a.Has(id, agent); has {
			n++
		}
	}
	switch n {
	case 0:
		return ""
	case len(ids):
		return say.T("assigned now; choose to unassign")
	}
	return say.T("%d of %d assigned now", n, len(ids))
}
