package p1

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
func TestContract(t *testing.T) {
	apitest.Run(t, func(t *testing.T) apitest.Fixture {
		served := sandbox.New(sandbox.Options{Seed: 1, Messages: 250, Quiet: true, JobTime: 30 * time.Millisecond})
		server := httptest.NewServer(served)
		t.Cleanup(server.Close)
		at := served.Accounts(server.URL)[0]
		of := func(company, token string) api.Provider {
			c, err := New(api.Login{Account: account, BaseURL: at.BaseURL, Token: token, Keys: map[string]string{"company": company}, Pace: 10_000})
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		connect := func(token string) api.Provider { return of(at.Company, token) }
		return apitest.Fixture{
			Template:   api.FirstMessage{Channel: api.ChannelID{Account: account, Remote: "460"}, To: "79990001122"},
			Templating: of("157", at.Token),
			Provider:   connect(at.Token),
			Token:      at.Token,
			WithToken:  connect,
			Renewing: func(token string, read func(context.Context) (string, error)) api.Provider {
				c, err := New(api.Login{Account: account, BaseURL: at.BaseURL, Token: token, Keys: map[string]string{"company": at.Company}, Renew: read, Refused: apitest.Refused})
				if err != nil {
					t.Fatal(err)
				}
				return c
			},
			Server: apitest.Control{Origin: server.URL, Platform: platform, Match: map[apitest.Call]string{
				apitest.CallConversations: "GET /conversations$",
				apitest.CallMessages:      "GET /messages$",
				apitest.CallSend:          "POST /messages$",
				apitest.CallUpload:        "POST /attachments$",
			}},
			Chat:          conversation("8749"), // the one with the longest history
			FailText:      "please #fail",
			First:         api.FirstMessage{Channel: api.ChannelID{Account: account, Remote: "399"}, To: "79990001122", Body: "Good morning"},
			Nobody:        "70000000000",
			OpenKind:      "whatsapp",
			PairKind:      "telegram_personal",
			PairFields:    map[string]string{"phone": "+7 925 000-00-02"},
			Channel:       "avito",
			ChannelFields: map[string]string{"login": "id", "password": "secret"},
			Spoil:         func(api.Cursor) api.Cursor { return "20:not-a-token" },
		}
	})
}

// TestRoughCompanies reads the company of the sandbox that has nulls, missing
// fields and unknown kinds (api/pact/REFERENCE.md "The sandbox").
func TestRoughCompanies(t *testing.T) {
	served := sandbox.New(sandbox.Options{Seed: 2, Messages: 50, Quiet: true})
	server := httptest.NewServer(served)
	t.Cleanup(server.Close)
	at := served.Accounts(server.URL)[0]
	for _, company := range []string{"155", "156"} {
		c, err := New(api.Login{Account: account, BaseURL: at.BaseURL + "/", Token: at.Token, Keys: map[string]string{"company": company}, Pace: 10_000})
		if err != nil {
			t.Fatal(err)
		}
		id, err := c.Identify(t.Context())
		if err != nil || len(id.Channels) == 0 {
			t.Fatalf("company %s: %+v, %v", company, id, err)
		}
		list, err := c.Conversations(t.Context(), api.PageRequest{})
		if err != nil || len(list.Items) == 0 {
			t.Fatalf("company %s: %v", company, err)
		}
		for _, v := range list.Items {
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
}

// TestOddAnswers changes one thing after the other in the answers of the sandbox.
func TestOddAnswers(t *testing.T) {
	server := sandbox.New(sandbox.Options{Seed: 3, Messages: 40, Conversations: 120, Quiet: true})
	apitest.OddAnswers(t, offline, server, apitest.Wire{
		Conversations: apitest.List{Match: "GET .*/conversations$", Cursor: "from", Size: "per", Members: []string{"data", "conversations"}, Next: []string{"data", "next_page"}},
		Messages:      apitest.List{Match: "GET .*/messages$", Cursor: "from", Size: "per", Members: []string{"data", "messages"}, Next: []string{"data", "next_page"}},
	})
}

// offline is a client on a network that is none.
func offline(network http.RoundTripper) (api.Provider, error) {
	return New(api.Login{Account: "acme", BaseURL: "https://api.pact.im/p1", Token: "sandbox-private-token", Keys: map[string]string{"company": "154"}, Pace: 1e6, Transport: network})
}

// FuzzAnswers answers every call of the client with the same random body.
func FuzzAnswers(f *testing.F) {
	server := sandbox.New(sandbox.Options{Seed: 3, Messages: 30, Conversations: 5, Quiet: true})
	apitest.FuzzAnswers(f, offline, server, "https://api.pact.im/p1/")
}
