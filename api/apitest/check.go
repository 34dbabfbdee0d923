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

// patience is how long a test waits for what has to happen.
const patience = 10 * time.Second

// ability returns the provider as T, or skips the test.
func ability[T any](t *testing.T, f Fixture) T {
	t.Helper()
	able, ok := f.Provider.(T)
	if !ok {
		t.Skipf("%s cannot do this", f.Provider.Traits().Platform)
	}
	return able
}

// fine stops the test on an error.
func fine(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wants checks that err is one of ours, of one of the kinds, and keeps secrets.
func (f Fixture) wants(t *testing.T, err error, kinds ...api.ErrKind) {
	t.Helper()
	var known *api.Error
	if !errors.As(err, &known) {
		t.Fatalf("%v is no *api.Error", err)
	}
	if !slices.Contains(kinds, known.Kind) {
		t.Errorf("%v: kind %d, want one of %d", err, known.Kind, kinds)
	}
	if known.Op == "" || known.Platform != f.Provider.Traits().Platform {
		t.Errorf("%v names neither what was done nor where", err)
	}
	if strings.Contains(err.Error()+api.Explain(err), f.Token) {
		t.Error("the error contains the token")
	}
}

// walk reads a list to its end and fails if it leads in a circle.
func walk[T any](t *testing.T, from api.PageRequest, ask func(api.PageRequest) (api.Page[T], error)) []T {
	t.Helper()
	var out []T
	seen := map[api.Cursor]bool{}
	for {
		page, err := ask(from)
		fine(t, err)
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
	fine(t, err)
	return page.Items
}

// outcome tracks a receipt until nothing more will become known.
func (f Fixture) outcome(t *testing.T, r api.Receipt) api.Receipt {
	t.Helper()
	if r.Final() {
		return r
	}
	tracker := ability[api.Tracker](t, f)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		next, err := tracker.Track(ctx, r)
		fine(t, err)
		if next.Job != r.Job || next.Delivery < r.Delivery {
			t.Fatalf("tracking made %+v of %+v", next, r)
		}
		if r = next; r.Final() {
			return r
		}
		<-tick.C
	}
}

// took checks what the server took in so far.
func (f Fixture) took(t *testing.T, texts ...string) {
	t.Helper()
	var got []string
	for _, r := range f.Server.Received(t) {
		got = append(got, r.Text)
	}
	if !slices.Equal(got, texts) {
		t.Errorf("the server took in %q, want %q", got, texts)
	}
}

func (f Fixture) send(t *testing.T, body string) (api.Receipt, error) {
	t.Helper()
	return f.Provider.Send(t.Context(), api.Outgoing{Conversation: f.Chat, Body: body})
}
