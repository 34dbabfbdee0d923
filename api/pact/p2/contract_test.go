package p2

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/apitest"
	"unibox/api/sandbox"
)

// TestContract runs the suite of all clients against the sandbox.
func TestContract(t *testing.T) { apitest.Run(t, fixture(sandbox.Pact{})) }

// TestContractOldestFirst runs what depends on the order of lists for the other one
// (api/pact/REFERENCE.md "p2 pages").
func TestContractOldestFirst(t *testing.T) {
	apitest.RunLists(t, fixture(sandbox.Pact{OldestFirst: true}))
}

// fixture makes an account on a sandbox of its own.
func fixture(order sandbox.Pact) func(t *testing.T) apitest.Fixture {
	return func(t *testing.T) apitest.Fixture {
		served := sandbox.New(sandbox.Options{Seed: 1, Messages: 250, Quiet: true, JobTime: 30 * time.Millisecond})
		served.SetPact(order)
		server := httptest.NewServer(served)
		t.Cleanup(server.Close)
		at := served.Accounts(server.URL)[0]
		company := at.Company
		connect := func(l api.Login) api.Provider {
			l.Account, l.BaseURL, l.Keys, l.Pace = account, at.BaseURL, map[string]string{"company": company}, 10_000
			c, err := New(l)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		company = "157" // has WhatsApp Business
		templating := connect(api.Login{Token: at.Token})
		company = at.Company
		return apitest.Fixture{
			Provider:  connect(api.Login{Token: at.Token}),
			Token:     at.Token,
			WithToken: func(token string) api.Provider { return connect(api.Login{Token: token}) },
			Renewing: func(token string, read func(context.Context) (string, error)) api.Provider {
				return connect(api.Login{Token: token, Renew: read, Refused: apitest.Refused})
			},
			Server: apitest.Control{Origin: server.URL, Platform: platform, Match: map[apitest.Call]string{
				apitest.CallConversations: "GET /api/p2/conversations$",
				apitest.CallMessages:      "GET /messages$",
				apitest.CallSend:          "POST /messages$",
				apitest.CallUpload:        "POST /attachments",
			}},
			Chat:          conversation("8749"), // the one with the longest history
			FailText:      "please #fail",
			First:         api.FirstMessage{Channel: api.ChannelID{Account: account, Remote: "399"}, To: "79990001122", Body: "Good morning"},
			OpenKind:      "whatsapp",
			Channel:       "odnoklassniki",
			ChannelFields: map[string]string{"token": "secret"},
			PairKind:      "max",
			Template:      api.FirstMessage{Channel: api.ChannelID{Account: account, Remote: "460"}, To: "79990001122"},
			Templating:    templating,
			Erasable:      conversation("8741"), // on WhatsApp
			Spoil:         func(api.Cursor) api.Cursor { return "d:99999:20:1:none" },
		}
	}
}

// TestOddAnswers changes one thing after the other in the answers of the sandbox.
func TestOddAnswers(t *testing.T) {
	server := sandbox.New(sandbox.Options{Seed: 3, Messages: 40, Conversations: 120, Quiet: true})
	apitest.OddAnswers(t, offline, server, apitest.Wire{
		Conversations: apitest.List{Match: "GET /api/p2/conversations$", Cursor: "page", Size: "per_page", Members: []string{"conversations"}, Next: []string{"meta", "entries_count"}},
		Messages:      apitest.List{Match: "GET .*/messages$", Cursor: "page", Size: "per_page", Members: []string{"messages"}, Next: []string{"meta", "entries_count"}},
	})
}

// offline is a client on a network that is none.
func offline(network http.RoundTripper) (api.Provider, error) {
	return New(api.Login{Account: account, BaseURL: "https://api.pact.im/api/p2", Token: "sandbox-private-token", Keys: map[string]string{"company": "154"}, Pace: 1e6, Transport: network})
}

// FuzzAnswers answers every call of the client with the same random body.
func FuzzAnswers(f *testing.F) {
	server := sandbox.New(sandbox.Options{Seed: 3, Messages: 30, Conversations: 5, Quiet: true})
	apitest.FuzzAnswers(f, offline, server, "https://api.pact.im/")
}

const account = api.AccountID("acme")

func conversation(id string) api.ConversationID {
	return api.ConversationID{Account: account, Remote: id}
}

// TestOtherCompanies reads the companies of the sandbox that have nulls, missing fields,
// unknown kinds and groups (api/pact/REFERENCE.md "The sandbox").
func TestOtherCompanies(t *testing.T) {
	served := sandbox.New(sandbox.Options{Seed: 2, Messages: 50, Quiet: true})
	server := httptest.NewServer(served)
	t.Cleanup(server.Close)
	at := served.Accounts(server.URL)[0]
	groups := 0
	for _, company := range []string{"155", "156", "157"} {
		c, err := New(api.Login{Account: account, BaseURL: at.BaseURL, Token: at.Token, Keys: map[string]string{"company": company}, Pace: 10_000})
		if err != nil {
			t.Fatal(err)
		}
		id, err := c.Identify(t.Context())
		if err != nil || len(id.Channels) == 0 || id.Label == string(account) {
			t.Fatalf("company %s: %+v, %v", company, id, err)
		}
		list, err := c.Conversations(t.Context(), api.PageRequest{})
		if err != nil || len(list.Items) == 0 {
			t.Fatalf("company %s: %v", company, err)
		}
		for _, v := range list.Items {
			if v.Group {
				groups++
			}
			page, err := c.Messages(t.Context(), v.ID, api.PageRequest{})
			if err != nil || len(page.Items) == 0 {
				t.Errorf("company %s, conversation %s: %d messages, %v", company, v.ID.Remote, len(page.Items), err)
			}
			for _, m := range page.Items {
				if m.At.IsZero() || m.Kind == api.KindText && m.Body == "" && len(m.Attachments) == 0 {
					t.Errorf("company %s: %+v", company, m)
				}
			}
		}
	}
	if groups == 0 {
		t.Error("no conversation is a group")
	}
}
