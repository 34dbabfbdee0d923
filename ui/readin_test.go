package ui

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"unibox/api"
	"unibox/api/sandbox"
)

// gated is a provider that answers for the first page of its list, and for all else
// once the gate is open.
type gated struct {
	api.Provider
	gate chan struct{}
	// total is how many conversations it says there are.
	total int
}

func (g gated) wait(ctx context.Context) error {
	select {
	case <-g.gate:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g gated) Conversations(ctx context.Context, req api.PageRequest) (api.Page[api.Conversation], error) {
	if req.Cursor != "" {
		if err := g.wait(ctx); err != nil {
			return api.Page[api.Conversation]{}, err
		}
	}
	page, err := g.Provider.Conversations(ctx, req)
	if page.Total = 0; req.Cursor == "" {
		page.Total = g.total
	}
	return page, err
}

func (g gated) Messages(ctx context.Context, id api.ConversationID, req api.PageRequest) (api.Page[api.Message], error) {
	if err := g.wait(ctx); err != nil {
		return api.Page[api.Message]{}, err
	}
	return g.Provider.Messages(ctx, id, req)
}

// While an account is read in, strip, sidebar, title and foot say that there is more,
// and how much; when it is read they do not.
func TestFromIncompleteToComplete(t *testing.T) {
	t.Parallel()
	server := sandbox.New(sandbox.Options{Seed: 7, Conversations: 180, Quiet: true})
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	accounts := server.Accounts(web.URL)
	at := accounts[slices.IndexFunc(accounts, func(a sandbox.Account) bool { return a.Platform == "textus" })]
	provider, err := client(at, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	p := gated{provider, make(chan struct{}), 60}
	line := Account{ID: api.AccountID(at.Name), Traits: p.Traits(), Caps: api.CapsOf(provider, api.Identity{}), Provider: p}
	a := startApp(t, appOptions{w: 120, h: 40, accounts: []Account{line}})
	a.until("how much is read, of how many", func(s string) bool {
		rows := strings.Split(s, "\n")
		strip, foot := rows[0], rows[len(rows)-2]
		return strings.Contains(strip, "○ 0 of 60 read, about ") && strings.Contains(foot, "0 of 60 read, about ")
	})
	a.until("that counts may rise", func(s string) bool {
		rows := strings.Split(s, "\n")
		return strings.Contains(rows[0], "+ · Unread ") && strings.Contains(rows[2], "+") && strings.Contains(rows[1], "longest first")
	})
	close(p.gate)
	screen := a.until("that all is read", func(s string) bool {
		strip, _, _ := strings.Cut(s, "\n")
		return strings.Contains(strip, "● now")
	})
	if strings.Contains(screen, "+ ") || strings.Contains(screen, " read") {
		t.Errorf("all is read:\n%s", screen)
	}
}
