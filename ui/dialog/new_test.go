package dialog

import (
	"context"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
)

// book is a platform with a book of contacts, which counts what it is asked.
type book struct {
	api.Provider
	contacts []api.Contact
	asked    []string
}

func (b *book) Contacts(_ context.Context, query string, _ api.PageRequest) (page api.Page[api.Contact], err error) {
	b.asked = append(b.asked, query)
	for _, c := range b.contacts {
		if strings.Contains(c.Name, query) || strings.Contains(c.Handle, query) {
			page.Items = append(page.Items, c)
		}
	}
	return page, nil
}

// answered runs commands and what follows from them, on the stack.
func answered(s *Stack, cmds ...tea.Cmd) {
	for len(cmds) > 0 {
		cmd := cmds[0]
		if cmds = cmds[1:]; cmd == nil {
			continue
		}
		if _, next := s.Update(cmd()); next != nil {
			cmds = append(cmds, next)
		}
	}
}

// On a channel with phone numbers and a book, whom to write to is a number or a name.
func TestWriteFirstToANumberOrAName(t *testing.T) {
	for typed, want := range map[string]string{
		"+1 415 555 0142": "14155550142", "Ada": "13035550177", "0177": "13035550177", "Nemo": "", "Charles": "",
	} {
		s, e, said := newStack(&people{})
		b := &book{contacts: []api.Contact{{Remote: "/contacts/a", Name: "Ada Byron", Handle: "13035550177"}, {Remote: "/contacts/c", Name: "Charles"}}}
		e.Accounts = []env.Account{{ID: "a", Provider: b, Traits: api.Traits{Rules: map[api.ChannelKind]api.ChannelRules{"sms": {Title: "SMS", First: api.AddressPhone}}}}}
		wrote := state.First{}
		flow := New{Env: e, Write: func(f state.First) tea.Cmd { wrote = f; return nil }}
		answered(s, flow.Start(s, []api.Channel{{ID: api.ChannelID{Account: "a", Remote: "desk"}, Kind: "sms"}}))
		if !strings.Contains(shown(s), "Write first on SMS") || !strings.Contains(shown(s), "Ada Byron") {
			t.Fatalf("asked for whom:\n%s", shown(s))
		}
		answered(s, write(s, typed)...)
		answered(s, do(t, s, keymap.MenuChoose))
		if wrote.To != want || s.Empty() != (want != "") {
			t.Errorf("%q: writes to %+v:\n%s", typed, wrote, shown(s))
		}
		if typed == "Charles" && (len(*said) != 1 || !strings.Contains((*said)[0], "has no phone number")) {
			t.Errorf("said %q", *said)
		}
	}
}

// However fast somebody types, one question is under way at a time, and the last one
// is about the whole line.
func TestLookupAsksOneQuestionAtATime(t *testing.T) {
	s, e, _ := newStack(nil)
	b := &book{}
	d := newContact(New{Env: e}, state.First{}, b)
	s.Open(d)
	first := d.Ask()
	waiting := write(s, "Ada Byron")
	for _, cmd := range waiting {
		if cmd != nil {
			t.Error("a second question was asked meanwhile")
		}
	}
	answered(s, first)
	if got := fmt.Sprintf("%q", b.asked); got != `["" "Ada Byron"]` {
		t.Errorf("asked %s", got)
	}
}

// knowing is a platform that finds conversations which are not in the store.
type knowing struct {
	api.Provider
	names []string
	asked []string
}

func (k *knowing) Search(_ context.Context, query string, _ api.PageRequest) (page api.Page[api.Conversation], err error) {
	k.asked = append(k.asked, query)
	for _, name := range k.names {
		page.Items = append(page.Items, api.Conversation{ID: api.ConversationID{Account: "a", Remote: name}, Contact: api.Contact{Name: name}})
	}
	return page, nil
}

// keeping is a store that keeps what a platform was asked for.
type keeping struct {
	people
	kept []api.Conversation
}

func (k *keeping) SaveConversations(_ context.Context, convs []api.Conversation) error {
	k.kept = append(k.kept, convs...)
	return nil
}

// Who is not known here is looked for at the platform, once and on request, and can be
// opened as soon as it is in the store.
func TestGoToAsksThePlatforms(t *testing.T) {
	store := &keeping{people: people{names: []string{"Ann"}}}
	s, e, _ := newStack(store)
	platform := &knowing{names: []string{"Ann", "Anna of old"}}
	e.Accounts = []env.Account{{ID: "a", Provider: platform, Caps: api.CapSearch, Traits: api.Traits{Label: "Pact"}}, {ID: "b", Traits: api.Traits{Label: "Protocol"}}}
	went := ""
	d := NewGoTo(e, func(id api.ConversationID) tea.Cmd { went = id.Remote; return nil })
	s.Open(d)
	answered(s, d.Find())
	answered(s, write(s, "A")...)
	if strings.Contains(shown(s), "ask Pact") {
		t.Errorf("a letter is no question:\n%s", shown(s))
	}
	answered(s, write(s, "nn")...)
	if !strings.Contains(shown(s), "ask Pact too") || len(platform.asked) != 0 {
		t.Fatalf("asked %q:\n%s", platform.asked, shown(s))
	}
	do(t, s, keymap.MenuDown)
	answered(s, do(t, s, keymap.MenuChoose))
	if got := shown(s); len(platform.asked) != 1 || !strings.Contains(got, "Anna of old") || !strings.Contains(got, "found 2 at a") || strings.Contains(got, "ask Pact") {
		t.Fatalf("asked %q:\n%s", platform.asked, got)
	}
	do(t, s, keymap.MenuDown)
	answered(s, do(t, s, keymap.MenuChoose))
	if went != "Anna of old" || len(store.kept) != 1 || !s.Empty() {
		t.Errorf("went to %q, kept %+v:\n%s", went, store.kept, shown(s))
	}
}

// checking is a platform that says who has an account.
type checking struct {
	api.Provider
	has api.Opt[bool]
	err error
}

func (c checking) Exists(context.Context, api.ChannelID, string) (api.Opt[bool], error) {
	return c.has, c.err
}

// Who has no account is said before a message is written; what the platform does not say
// holds nothing up.
func TestWriteFirstChecksTheNumber(t *testing.T) {
	for _, c := range []checking{{has: api.Known(false)}, {has: api.Known(true)}, {}, {err: &api.Error{Kind: api.ErrUnavailable}}} {
		s, e, _ := newStack(&people{})
		e.Accounts = []env.Account{{ID: "a", Provider: c, Traits: api.Traits{Rules: map[api.ChannelKind]api.ChannelRules{"whatsapp": {Title: "WhatsApp", First: api.AddressPhone}}}}}
		wrote := ""
		flow := New{Env: e, Write: func(f state.First) tea.Cmd { wrote = f.To; return nil }}
		answered(s, flow.Start(s, []api.Channel{{ID: api.ChannelID{Account: "a", Remote: "1"}, Kind: "whatsapp"}}))
		write(s, "79250000001")
		answered(s, do(t, s, keymap.MenuChoose))
		if there := c.has.Or(true); there != (wrote != "") || there == strings.Contains(shown(s), "Nobody has WhatsApp under 79250000001.") {
			t.Errorf("%+v: wrote to %q:\n%s", c, wrote, shown(s))
		}
	}
}
