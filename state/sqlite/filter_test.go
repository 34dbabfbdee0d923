package sqlite

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"unibox/state"
)

// patient is a context that ends once it was asked so often, by whoever: database/sql asks
// too, on a goroutine of its own.
type patient struct {
	context.Context
	left atomic.Int64
}

func (p *patient) Err() error {
	if p.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// Whenever the next letter is typed, a filter has all that matches, or says that it was
// given up: never a part.
func TestAFilterThatIsGivenUpShowsNoPart(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	listed(t, db, 60)
	must(t, db.storeList(t.Context(), 1)) // so that the texts are searched at once
	must(t, db.Close())
	db = openIn(t, dir)
	ask := func(ctx context.Context) (state.List, error) {
		return db.List(ctx, state.ListQuery{View: state.ViewAll, Text: "п", Limit: 60})
	}
	want, err := ask(t.Context())
	must(t, err)
	if want.Total == 0 {
		t.Fatal("nothing is found")
	}
	ended := 0
	for left := 0; ; left++ {
		ctx := &patient{Context: t.Context()}
		ctx.left.Store(int64(left))
		got, err := ask(ctx)
		if err == nil {
			if got.Total != want.Total {
				t.Fatalf("asked %d times it has %d of %d", left, got.Total, want.Total)
			}
			break
		}
		if ended++; !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if ended < 3 { // before the list, in the texts, and among the entries
		t.Errorf("it was asked %d times", ended)
	}
}
