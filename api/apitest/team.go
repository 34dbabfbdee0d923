package apitest

import (
	"slices"
	"testing"

	"unibox/api"
)

func testAssign(t *testing.T, f Fixture) {
	assigner := ability[api.Assigner](t, f)
	agents, err := assigner.Agents(t.Context(), f.Chat)
	fine(t, err)
	if len(agents) == 0 {
		t.Fatal("nobody can be given the conversation")
	}
	for _, agent := range agents {
		if agent.Remote == "" || agent.Name == "" {
			t.Errorf("agent %+v", agent)
		}
		for _, on := range []bool{true, true, false, false} {
			c, err := assigner.SetAssigned(t.Context(), f.Chat, agent, on)
			fine(t, err)
			has, err := assigner.Assignees(t.Context(), f.Chat)
			fine(t, err)
			if slices.Contains(has, agent) != on || c.ID != f.Chat {
				t.Errorf("assigned to %s: %v; it has %+v", agent.Name, on, has)
			}
		}
	}
}

func testChooseContact(t *testing.T, f Fixture) {
	chooser := ability[api.ContactChooser](t, f)
	all, err := chooser.Candidates(t.Context(), f.Shared)
	fine(t, err)
	if len(all) < 2 {
		t.Fatalf("the number is shared by %+v", all)
	}
	for _, contact := range all {
		c, err := chooser.ChooseContact(t.Context(), f.Shared, contact)
		fine(t, err)
		if c.ID != f.Shared || c.Contact != contact {
			t.Errorf("chose %+v, it is %+v", contact, c.Contact)
		}
	}
	_, err = chooser.ChooseContact(t.Context(), f.Shared, api.Contact{Remote: "nobody"})
	f.wants(t, err, api.ErrInvalid, api.ErrNotFound)
}
