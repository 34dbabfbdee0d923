package apitest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
)

// patience is how long a test waits for something before it fails. It is far longer
// than anything takes, so that the suite passes on a busy machine.
const patience = time.Minute

// eventually waits until done returns true.
func eventually(t *testing.T, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("it did not happen within %v", patience)
		}
	}
}

// ability returns the provider as T, or skips the test.
func ability[T any](t *testing.T, f Fixture) T {
	t.Helper()
	able, ok := f.Provider.(T)
	if !ok {
		t.Skipf("%s does not have this ability", f.Provider.Traits().Platform)
	}
	return able
}

// noError ends the test if err is an error.
func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantError checks that err is an *api.Error of one of the kinds, says which call of
// which platform failed, and does not contain the token.
func (f Fixture) wantError(t *testing.T, err error, kinds ...api.ErrKind) {
	t.Helper()
	var known *api.Error
	if !errors.As(err, &known) {
		t.Fatalf("%v is not an *api.Error", err)
	}
	if !slices.Contains(kinds, known.Kind) {
		t.Errorf("%v: kind %d, want one of %d", err, known.Kind, kinds)
	}
	if known.Op == "" || known.Platform != f.Provider.Traits().Platform {
		t.Errorf("%v does not name the call and the platform", err)
	}
	if strings.Contains(err.Error()+api.Explain(err), f.Token) {
		t.Error("the error contains the token")
	}
}

// walk reads a list to its end. It fails if a cursor comes twice.
func walk[T any](t *testing.T, from api.PageRequest, ask func(api.PageRequest) (api.Page[T], error)) []T {
	t.Helper()
	var out []T
	seen := map[api.Cursor]bool{}
	for {
		page, err := ask(from)
		noError(t, err)
		if from.Limit > 0 && len(page.Items) > from.Limit {
			t.Errorf("a page of %d, asked for %d", len(page.Items), from.Limit)
		}
		out = append(out, page.Items...)
		if page.Next == "" {
			return out
		}
		if seen[page.Next] {
			t.Fatalf("the cursor %q came twice", page.Next)
		}
		seen[page.Next] = true
		from.Cursor = page.Next
	}
}

// history reads a conversation from the newest message to the oldest.
func (f Fixture) history(t *testing.T, from api.PageRequest) []api.Message {
	t.Helper()
	return walk(t, from, func(r api.PageRequest) (api.Page[api.Message], error) {
		return f.Provider.Messages(t.Context(), f.Chat, r)
	})
}

// head reads the newest messages.
func (f Fixture) head(t *testing.T) []api.Message {
	t.Helper()
	page, err := f.Provider.Messages(t.Context(), f.Chat, api.PageRequest{Limit: 10})
	noError(t, err)
	return page.Items
}

// track follows a receipt until its delivery is final.
func (f Fixture) track(t *testing.T, r api.Receipt) api.Receipt {
	t.Helper()
	if r.Final() {
		return r
	}
	tracker := ability[api.Tracker](t, f)
	eventually(t, func() bool {
		next, err := tracker.Track(t.Context(), r)
		noError(t, err)
		if next.Job != r.Job || next.Delivery < r.Delivery {
			t.Fatalf("tracking turned %+v into %+v", r, next)
		}
		r = next
		return r.Final()
	})
	return r
}

// wantReceived checks the texts of all messages that the server has accepted.
func (f Fixture) wantReceived(t *testing.T, texts ...string) {
	t.Helper()
	var got []string
	for _, r := range f.Server.Received(t) {
		got = append(got, r.Text)
	}
	if !slices.Equal(got, texts) {
		t.Errorf("the server accepted %q, want %q", got, texts)
	}
}

// send sends a text to Chat.
func (f Fixture) send(t *testing.T, body string) (api.Receipt, error) {
	t.Helper()
	return f.Provider.Send(t.Context(), api.Outgoing{Conversation: f.Chat, Body: body})
}
