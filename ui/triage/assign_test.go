package triage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/ui/dialog"
)

// team is a platform that says who has what.
type team struct {
	knower
	has map[string]string // the conversation's remote id: the agent's
}

func (p *team) Agents(context.Context, api.ConversationID) ([]api.Agent, error) {
	return []api.Agent{{Remote: "7", Name: "Olga"}, {Remote: "8", Name: "Maya"}}, nil
}

func (p *team) Assignees(_ context.Context, id api.ConversationID) ([]api.Agent, error) {
	switch who := p.has[id.Remote]; who {
	case "":
		return nil, nil
	case "?":
		return nil, errors.New("gone")
	default:
		return []api.Agent{{Remote: who}}, nil
	}
}

func (p *team) SetAssigned(context.Context, api.ConversationID, api.Agent, bool) (api.Conversation, error) {
	return api.Conversation{}, nil
}

// choose opens the dialog by a key and chooses what begins so.
func choose(t *testing.T, tr *Triage, action keymap.Action, label string) {
	t.Helper()
	pump(tr, tr.Do(action))
	d := tr.screen.Dialogs.Top().(*dialog.Lookup)
	for range 5 {
		it, _ := d.Selected()
		if strings.HasPrefix(it.Label, label) {
			pump(tr, d.Choose(it))
			return
		}
		d.Move(1)
	}
	t.Fatalf("%s is not to be chosen", label)
}

// W1, N17: all that is selected is assigned to a colleague at once; undo takes it from who
// got it now, and leaves who had it before, or may have.
func TestManyAreAssignedAtOnce(t *testing.T) {
	on, off := fmt.Sprint(api.CapAssign, " true"), fmt.Sprint(api.CapAssign, " false")
	tr, asked, said := several(t, api.CapAssign)
	tr.env.Accounts[0].Provider = &team{has: map[string]string{"1": "8", "2": "?"}}
	choose(t, tr, keymap.Assign, "Maya")
	if !slices.Equal(asked.asked, []string{on, on}) || !strings.HasPrefix((*said)[0], "2 conversations: assigned to Maya, 1 of them beyond undo") {
		t.Errorf("asked %q, said %q", asked.asked, *said)
	}
	asked.asked = nil
	pump(tr, tr.Do(keymap.Undo))
	if !slices.Equal(asked.asked, []string{off}) {
		t.Errorf("undo asked %q", asked.asked)
	}
	tr, asked, said = several(t, api.CapAssign)
	tr.env.Accounts[0].Provider = &team{has: map[string]string{"0": "8", "1": "8", "2": "8"}}
	choose(t, tr, keymap.Assign, "Maya")
	if !slices.Equal(asked.asked, []string{off, off, off}) || !strings.HasPrefix((*said)[0], "3 conversations: no longer assigned to Maya") {
		t.Errorf("those that are all hers: asked %q, said %q", asked.asked, *said)
	}
}

// W1: who is assigned to one conversation is undone too.
func TestAssigningIsUndone(t *testing.T) {
	tr, asked, said := onCaps(api.CapAssign)
	tr.env.Accounts[0].Provider = &team{}
	choose(t, tr, keymap.Assign, "Maya")
	pump(tr, tr.Do(keymap.Undo))
	if on, off := fmt.Sprint(api.CapAssign, " true"), fmt.Sprint(api.CapAssign, " false"); !slices.Equal(asked.asked, []string{on, off}) || !strings.HasPrefix((*said)[0], "Anna is assigned to Maya (Pact)") {
		t.Errorf("asked %q, said %q", asked.asked, *said)
	}
}

// W1, N17: all that is selected is taken over, or, where it is all one's own, given back.
func TestManyAreTakenOver(t *testing.T) {
	on, off := fmt.Sprint(api.CapAssign, " true"), fmt.Sprint(api.CapAssign, " false")
	tr, asked, said := several(t, api.CapAssign)
	k := &knower{me: "7"}
	tr.env.Accounts[0].Provider = k
	asked.rows[1].Conversation.Mine = api.Known(true)
	pump(tr, tr.Do(keymap.TakeOver))
	pump(tr, tr.Do(keymap.Undo))
	if !slices.Equal(asked.asked, []string{on, on, off, off}) || k.asked != 1 || !strings.HasPrefix((*said)[0], "2 conversations: assigned to you") {
		t.Errorf("asked %q, who I am %d times, said %q", asked.asked, k.asked, *said)
	}
	tr, asked, said = several(t, api.CapAssign)
	tr.env.Accounts[0].Provider = &knower{}
	pump(tr, tr.Do(keymap.TakeOver))
	if len(asked.asked) != 0 || !strings.Contains((*said)[0], "does not say which user you are") {
		t.Errorf("a platform that does not know: asked %q, said %q", asked.asked, *said)
	}
}

// W1, N17: by number where the platform lists nobody; and where it cannot at all, that is
// said.
func TestManyAreAssignedByNumber(t *testing.T) {
	tr, asked, said := several(t, api.CapAssignByID)
	pump(tr, tr.Do(keymap.Assign))
	pump(tr, tr.screen.Dialogs.Top().(interface{ Enter(string) tea.Cmd }).Enter("42"))
	if want := fmt.Sprint(api.CapAssignByID, " false"); !slices.Equal(asked.asked, []string{want, want, want}) || !strings.HasPrefix((*said)[0], "3 conversations: to user 42 at Pact (1 not: no longer in the list)") {
		t.Errorf("asked %q, said %q", asked.asked, *said)
	}
	if tr.Why(keymap.Undo) == "" {
		t.Error("there is something to undo")
	}
	tr, _, said = several(t, 0)
	pump(tr, tr.Do(keymap.Assign))
	if (*said)[0] != "not supported by Pact" {
		t.Errorf("said %q", *said)
	}
}
