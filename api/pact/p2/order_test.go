package p2

import (
	"net/http/httptest"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/sandbox"
)

// Whichever way the platform sorts its lists, they are read the newest first and to
// their end.
func TestListsInEitherOrder(t *testing.T) {
	served := sandbox.New(sandbox.Options{Seed: 1, Messages: 150, Conversations: 50, Quiet: true, Now: func() time.Time { return time.Unix(1_780_000_000, 0) }})
	server := httptest.NewServer(served)
	t.Cleanup(server.Close)
	at := served.Accounts(server.URL)[0]
	c, err := New(api.Login{Account: account, BaseURL: at.BaseURL, Token: at.Token, Keys: map[string]string{"company": "154"}, Pace: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	read := func(what string, page func(api.PageRequest) (ids []string, next api.Cursor, err error)) (all []string) {
		t.Helper()
		for req := (api.PageRequest{Limit: 20}); ; {
			ids, next, err := page(req)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if all = append(all, ids...); next == "" {
				return all
			}
			req = api.PageRequest{Cursor: next}
		}
	}
	both := func(order string) (conversations, messages []string) {
		t.Helper()
		conversations = read("conversations, "+order, func(req api.PageRequest) (ids []string, next api.Cursor, err error) {
			p, err := c.Conversations(t.Context(), req)
			for _, one := range p.Items {
				ids = append(ids, one.ID.Remote)
			}
			return ids, p.Next, err
		})
		messages = read("messages, "+order, func(req api.PageRequest) (ids []string, next api.Cursor, err error) {
			p, err := c.Messages(t.Context(), conversation("8748"), req) // the one with the longest history
			for _, one := range p.Items {
				ids = append(ids, one.ID.Remote)
			}
			return ids, p.Next, err
		})
		return conversations, messages
	}
	conversations, messages := both("newest first")
	served.SetPact(sandbox.Pact{OldestFirst: true})
	turned, back := both("oldest first")
	if len(conversations) != 50 || len(messages) != 150 {
		t.Fatalf("%d conversations and %d messages", len(conversations), len(messages))
	}
	same(t, conversations, turned)
	same(t, messages, back)
}

func same(t *testing.T, want, got []string) {
	t.Helper()
	for i := range want {
		if len(got) != len(want) || got[i] != want[i] {
			t.Errorf("read %d, want %d in the same order:\n%v\n%v", len(got), len(want), got, want)
			return
		}
	}
}
