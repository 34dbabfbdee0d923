package textus

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

const (
	account = api.AccountID("dental")
	// longest is the conversation with the longest history, in the world of seed 1.
	longest = "Ykmcg7F"
)

// served is a client on a sandbox of its own.
func served(t *testing.T, o sandbox.Options) (*Client, sandbox.Account, string) {
	t.Helper()
	world := sandbox.New(o)
	server := httptest.NewServer(world)
	t.Cleanup(server.Close)
	for _, at := range world.Accounts(server.URL) {
		if at.Platform == string(platform) {
			return connect(t, at.BaseURL, at.Token), at, server.URL
		}
	}
	t.Fatal("the sandbox has no account")
	return nil, sandbox.Account{}, ""
}

func connect(t *testing.T, base, token string) *Client {
	t.Helper()
	c, err := New(api.Login{Account: account, BaseURL: base, Token: token, Pace: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestContract runs the suite of all clients against the sandbox.
func TestContract(t *testing.T) {
	apitest.Run(t, func(t *testing.T) apitest.Fixture {
		c, at, origin := served(t, sandbox.Options{Seed: 1, Messages: 250, Quiet: true, JobTime: 30 * time.Millisecond})
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
				apitest.CallMessages:      "GET /timeline$",
				apitest.CallSend:          "POST /messages$",
			}},
			Chat:      c.ConversationID(longest),
			FailText:  "please #fail",
			RetryText: "please #transient",
			Shared:    c.ConversationID("oM3AYg5"),
			OpenKind:  kind,
			First:     api.FirstMessage{Channel: c.ChannelID("harbor_hygiene"), To: "14155550142", Body: "Good morning"},
			Book:      map[string]map[string]string{api.BookContact: {"name": "Ada Byron", "phone": "+1 303 555 0177"}},
			Spoil:     func(next api.Cursor) api.Cursor { return next + "x" },
		}
	})
}

// TestOddAnswers changes one thing after the other in the answers of the sandbox.
func TestOddAnswers(t *testing.T) {
	server := sandbox.New(sandbox.Options{Seed: 3, Messages: 40, Conversations: 100, Quiet: true})
	apitest.OddAnswers(t, offline, server, apitest.Wire{
		Conversations: apitest.List{Match: "GET .*/conversation_filters/[^/]*/conversations$", Cursor: "cursor", Members: []string{"members"}, Next: []string{"view", "next"}},
		Messages:      apitest.List{Match: "GET .*/timeline$", Cursor: "cursor", Members: []string{"members"}, Next: []string{"view", "next"}},
	})
}

// offline is a client on a network that is none.
func offline(network http.RoundTripper) (api.Provider, error) {
	return New(api.Login{Account: "acme", BaseURL: "https://next.textus.com/textus", Token: "sandbox-textus-token", Pace: 1e6, Transport: network})
}

// FuzzAnswers answers every call of the client with the same random body.
func FuzzAnswers(f *testing.F) {
	server := sandbox.New(sandbox.Options{Seed: 3, Messages: 30, Conversations: 5, Quiet: true})
	apitest.FuzzAnswers(f, offline, server, "https://next.textus.com/textus/")
}
