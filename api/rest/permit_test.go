package rest

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"

	"unibox/api"
)

// A write whose permit ended while it waited for its turn or its connection is
// not written, on a new connection as on an old one; reads go on.
func TestWriteWithoutPermitIsHeldBack(t *testing.T) {
	var writes, reads atomic.Int32
	c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			writes.Add(1)
		} else {
			reads.Add(1)
		}
	}))
	var ended atomic.Bool
	over := errors.New("another took over")
	ctx := api.WithPermit(t.Context(), func() error {
		if ended.Load() {
			return over
		}
		return nil
	})
	for range 2 {
		ended.Store(true)
		_, err := c.Do(ctx, write())
		var blocked *api.NotPermitted
		if !errors.As(err, &blocked) || !errors.Is(err, over) || api.KindOf(err) != api.ErrUnavailable {
			t.Fatalf("got %v", err)
		}
		if _, err := c.Do(ctx, read()); err != nil { // leaves a connection for the next round
			t.Fatal(err)
		}
	}
	if writes.Load() != 0 || reads.Load() != 2 {
		t.Fatalf("%d writes and %d reads came through", writes.Load(), reads.Load())
	}
	ended.Store(false)
	if _, err := c.Do(ctx, write()); err != nil || writes.Load() != 1 {
		t.Fatalf("%v, %d writes", err, writes.Load())
	}
}
