package protocol

import (
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/sandbox"
)

// TestManyConversations reads a list of several pages.
func TestManyConversations(t *testing.T) {
	for name, habits := range map[string]sandbox.Protocol{
		"newest first": {}, "oldest first": {OldestFirst: true}, "archived apart": {HideArchived: true},
	} {
		t.Run(name, func(t *testing.T) {
			_, at := host(t, sandbox.Options{Conversations: 1200, Messages: 40, Quiet: true}, habits)
			c := connect(t, at.BaseURL, at.Token)
			seen := map[api.ConversationID]bool{}
			last := time.Now().Add(time.Hour)
			for req := (api.PageRequest{Limit: 40}); ; {
				p, err := c.Conversations(t.Context(), req)
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range p.Items {
					at, _ := v.Active.Get()
					if seen[v.ID] || at.After(last) || v.Contact.Name == "" && v.Group {
						t.Fatalf("%+v after %v", v, last)
					}
					seen[v.ID], last = true, at
				}
				if req.Cursor = p.Next; p.Next == "" {
					break
				}
			}
			if len(seen) != 300 {
				t.Errorf("%d of 300 conversations", len(seen))
			}
		})
	}
}

func TestBasicCredentials(t *testing.T) {
	_, at := host(t, sandbox.Options{Quiet: true}, sandbox.Protocol{})
	for password, kind := range map[string]api.ErrKind{"sandbox-protocol-password": 0, "wrong": api.ErrAuth} {
		c, err := New(api.Login{Account: account, BaseURL: at.BaseURL, User: "studio", Password: password, Pace: 10_000})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Identify(t.Context()); api.KindOf(err) != kind {
			t.Errorf("%s: %v", password, err)
		}
	}
}

// TestEverybodyIsFound searches for contacts and groups, and reads the facts of the
// conversation with each.
func TestEverybodyIsFound(t *testing.T) {
	_, at := host(t, sandbox.Options{Quiet: true}, sandbox.Protocol{})
	c := connect(t, at.BaseURL, at.Token)
	list, err := c.Conversations(t.Context(), api.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	groups := 0
	for _, v := range list.Items {
		name := strings.TrimSpace(v.Contact.Name)
		found, err := c.Contacts(t.Context(), strings.ToUpper(name), api.PageRequest{})
		if err != nil || len(found.Items) == 0 || found.Items[0].Name == "" {
			t.Errorf("%q: %+v, %v", name, found.Items, err)
		}
		facts, err := c.Facts(t.Context(), v.ID)
		if err != nil || len(facts) < 3 {
			t.Errorf("%q: %+v, %v", name, facts, err)
		}
		for _, f := range facts {
			if f.Label == "Members" && strings.Contains(f.Value, ", ") {
				groups++
			}
		}
	}
	if groups != 3 {
		t.Errorf("%d groups have members", groups)
	}
	first, err := c.Contacts(t.Context(), "", api.PageRequest{Limit: 5})
	if err != nil || len(first.Items) != 5 {
		t.Fatalf("%+v, %v", first, err)
	}
	rest, err := c.Contacts(t.Context(), "", api.PageRequest{Cursor: first.Next})
	if err != nil || len(rest.Items) != 5 || rest.Items[0] == first.Items[4] {
		t.Errorf("%+v, %v", rest, err)
	}
}
