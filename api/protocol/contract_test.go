package protocol

import (
	"context"
	goflag "flag"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/apitest"
	"unibox/api/sandbox"
)

const account = api.AccountID("studio")

// host serves a sandbox and returns its Protocol account.
func host(t *testing.T, o sandbox.Options, habits sandbox.Protocol) (origin string, at sandbox.Account) {
	t.Helper()
	served := sandbox.New(o)
	served.SetProtocol(habits)
	server := httptest.NewServer(served)
	t.Cleanup(server.Close)
	for _, a := range served.Accounts(server.URL) {
		if a.Platform == string(platform) {
			return server.URL, a
		}
	}
	t.Fatal("the sandbox has no account of Protocol")
	return "", at
}

func connect(t *testing.T, baseURL, token string) *Client {
	t.Helper()
	c, err := New(api.Login{Account: account, BaseURL: baseURL, Token: token, Pace: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var full = goflag.Bool("full", false, "run the whole contract for each way in which the lists may run")

// TestContract runs the suite of all clients against the sandbox. The order of
// lists and whether they hold archived conversations are not documented, so the
// parts that depend on it run for each case (REFERENCE.md "Order of lists",
// "Archived conversations").
func TestContract(t *testing.T) {
	_, at := host(t, world(), sandbox.Protocol{})
	chat := longest(t, connect(t, at.BaseURL, at.Token))
	for name, habits := range map[string]sandbox.Protocol{
		"newest first": {}, "oldest first": {OldestFirst: true}, "archived apart": {HideArchived: true},
		"oldest first, archived apart": {OldestFirst: true, HideArchived: true},
	} {
		run := apitest.RunLists
		if *full || habits == (sandbox.Protocol{}) {
			run = apitest.Run
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, func(t *testing.T) apitest.Fixture { return fixture(t, habits, chat) })
		})
	}
}

// world is what the suite runs on. Its conversations have the same ids each time.
func world() sandbox.Options {
	return sandbox.Options{Seed: 1, Messages: 250, Quiet: true, JobTime: 30 * time.Millisecond}
}

func fixture(t *testing.T, habits sandbox.Protocol, chat api.ConversationID) apitest.Fixture {
	t.Helper()
	origin, at := host(t, world(), habits)
	c := connect(t, at.BaseURL, at.Token)
	return apitest.Fixture{
		Provider:  c,
		Token:     at.Token,
		WithToken: func(token string) api.Provider { return connect(t, at.BaseURL, token) },
		Renewing: func(token string, read func(context.Context) (string, error)) api.Provider {
			c, err := New(api.Login{Account: account, BaseURL: at.BaseURL, Token: token, Renew: read, Refused: apitest.Refused})
			if err != nil {
				t.Fatal(err)
			}
			return c
		},
		Server: apitest.Control{Origin: origin, Platform: platform, Match: map[apitest.Call]string{
			apitest.CallConversations: "GET /conversations$",
			apitest.CallMessages:      "GET /messages$",
			apitest.CallSend:          "POST /messages$",
			apitest.CallUpload:        "POST /attachments$",
		}},
		Chat:     chat,
		First:    api.FirstMessage{Channel: c.channel(), To: stranger(t, c), Body: "Good morning"},
		OpenKind: kind,
		Book: map[string]map[string]string{
			api.BookContact: {"username": "ada", "phone_number": "+1 303 555 0177", "display_name": "Ada Byron"},
			api.BookGroup:   {"name": "Bridge builders", "description": "Tuesdays"}},
		Spoil: func(good api.Cursor) api.Cursor { return good[:len(good)-16] + "0123456789abcdef" },
	}
}

// longest finds the conversation with the longest history: more than a page.
func longest(t *testing.T, c *Client) api.ConversationID {
	t.Helper()
	list, err := c.Conversations(t.Context(), api.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range list.Items {
		b, err := fetch[wireMessage](t.Context(), c, history(v.ID.Remote), "", maxPage)
		if err != nil {
			t.Fatal(err)
		}
		if b.more && !v.Group {
			return v.ID
		}
	}
	t.Fatal("no history is longer than a page")
	return api.ConversationID{}
}

// stranger finds a contact without a conversation.
func stranger(t *testing.T, c *Client) string {
	t.Helper()
	list, err := all[wireContact](t.Context(), c, listing{op: "list contacts", class: api.ClassOther, resource: "contacts"})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range list {
		if w.Conversation == "" {
			return w.id()
		}
	}
	t.Fatal("everybody has been talked to")
	return ""
}

// TestOddAnswers changes one thing after the other in the answers of the sandbox.
func TestOddAnswers(t *testing.T) {
	server := sandbox.New(sandbox.Options{Seed: 3, Messages: 40, Conversations: 120, Quiet: true})
	server.SetProtocol(sandbox.Protocol{HideArchived: true}) // so that no member is in two lists
	apitest.OddAnswers(t, offline, server, apitest.Wire{
		Conversations: apitest.List{Match: "GET .*/conversations$", Cursor: "starting_after", Size: "limit", Members: []string{"data"}, Next: []string{"has_more"}},
		Messages:      apitest.List{Match: "GET .*/messages$", Cursor: "starting_after", Size: "limit", Members: []string{"data"}, Next: []string{"has_more"}},
	})
}

// offline is a client on a network that is none.
func offline(network http.RoundTripper) (api.Provider, error) {
	return New(api.Login{Account: "acme", BaseURL: "https://api.protocol.chat/protocol/v1", Token: "sandbox-protocol-token", Pace: 1e6, Transport: network})
}

// FuzzAnswers answers every call of the client with the same random body.
func FuzzAnswers(f *testing.F) {
	server := sandbox.New(sandbox.Options{Seed: 3, Messages: 30, Conversations: 5, Quiet: true})
	apitest.FuzzAnswers(f, offline, server, "https://api.protocol.chat/protocol/v1/")
}
