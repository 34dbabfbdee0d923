package triage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"unibox/api"
	"unibox/keymap"
)

// knower is a platform that says who the agent is.
type knower struct {
	api.Provider
	asked int
	me    string
}

func (k *knower) Identify(context.Context) (api.Identity, error) {
	k.asked++
	return api.Identity{Agent: api.Agent{Remote: k.me, Name: "Olga"}}, nil
}

// W1: a conversation is assigned to oneself by one key, which asks the platform once who
// that is, and is undone.
func TestTakingOver(t *testing.T) {
	row := anna()
	row.Conversation.Mine = api.Known(false)
	tr, asked, said := on(api.CapAssign, row)
	k := &knower{me: "7"}
	tr.env.Accounts[0].Provider = k
	pump(tr, tr.Do(keymap.TakeOver))
	pump(tr, tr.Do(keymap.Undo))
	row.Conversation.Mine = api.Known(true)
	pump(tr, tr.Do(keymap.TakeOver))
	on, off := fmt.Sprint(api.CapAssign, " true"), fmt.Sprint(api.CapAssign, " false")
	if !slices.Equal(asked.asked, []string{on, off, off}) || k.asked != 1 {
		t.Errorf("asked %q, who I am %d times", asked.asked, k.asked)
	}
	if got := strings.Join(*said, "|"); !strings.HasPrefix(got, "Anna is assigned to you (Pact)") || !strings.Contains(got, "Anna is no longer assigned to you (Pact)") {
		t.Errorf("said %s", got)
	}
	for caps, why := range map[api.Caps]string{api.CapAssignByID: "does not say which user you are", api.CapStar: "not supported by Pact"} {
		without, _, _ := onCaps(caps)
		if got := without.Why(keymap.TakeOver); !strings.Contains(got, why) {
			t.Errorf("with %v: %q", caps, got)
		}
	}
	tr, asked, said = onCaps(api.CapAssign)
	tr.env.Accounts[0].Provider = &knower{}
	pump(tr, tr.Do(keymap.TakeOver))
	if len(asked.asked) != 0 || !strings.Contains((*said)[0], "chooses from a list") {
		t.Errorf("a platform that does not know: %q, %q", asked.asked, *said)
	}
}

func onCaps(caps api.Caps) (*Triage, *record, *[]string) { return on(caps, anna()) }

// W1: where the config wants it, only whom a conversation is assigned to replies, and what
// the platform does not say holds up nobody.
func TestOnlyTheAssigneeSends(t *testing.T) {
	for _, c := range []struct {
		wanted bool
		mine   api.Opt[bool]
		free   bool
	}{
		{true, api.Known(false), false}, {true, api.Known(true), true}, {true, api.Opt[bool]{}, true}, {false, api.Known(false), true},
	} {
		row := anna()
		row.Conversation.Mine = c.mine
		tr, _, _ := on(api.CapAssign, row)
		tr.env.Settings.OnlyAssigneeSends = c.wanted
		if why := tr.WhyNotMine(*row); (why == "") != c.free || !c.free && !strings.HasPrefix(why, "it is not assigned to you: ") {
			t.Errorf("%+v: %q", c, why)
		}
	}
}
