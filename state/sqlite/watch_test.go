package sqlite

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unibox/state"
)

// What one session commits is marked on the other's feed, by name.
func TestSessionsHearOfEachOther(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a, b := openIn(t, dir), openIn(t, dir)
		sub := b.feed.Subscribe()
		hears := func(what string, topics ...state.Topic) {
			t.Helper()
			time.Sleep(2 * pollEvery)
			got := sub.Take()
			for _, want := range topics {
				if !slices.Contains(got, want) {
					t.Fatalf("%s: marked %v, not %v", what, got, want)
				}
			}
			if len(got) != len(topics) {
				t.Fatalf("%s: marked %v", what, got)
			}
		}
		hears("silence")
		_, err := a.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "hi"})
		must(t, err)
		hears("draft", state.Inbox, state.Outbox, state.Changes, state.Thread(conv(1)))
		head(t, a, conv(2), noon, page("", says(conv(2), 1, "in", "hi", noon)))
		hears("page", state.Inbox, state.Thread(conv(2)))
		must(t, a.SaveHealth(t.Context(), state.Health{Account: "shop"}))
		hears("health", state.Accounts, state.Inbox)
		want(t, viewed(t, b, state.ListQuery{View: state.ViewAll}), "2", "1")
		head(t, b, conv(3), noon, page("", says(conv(3), 1, "in", "mine", noon)))
		sub.Take()
		hears("its own")
		must(t, errors.Join(a.Close(), b.Close()))
	})
}

// Many goroutines of two sessions write and read at once: nothing fails,
// nothing is lost.
func TestTwoSessionsAtWork(t *testing.T) {
	dir := t.TempDir()
	dbs := []*DB{openIn(t, dir), openIn(t, dir)}
	var all sync.WaitGroup
	const each = 15
	for n := range 6 {
		db := dbs[n%2]
		all.Go(func() {
			for i := range each {
				id := conv(n)
				at := noon.Add(time.Duration(i) * time.Second)
				_, err := db.SaveHead(t.Context(), id, page("more", says(id, i, "in", fmt.Sprint("text ", i), at)), at)
				_, errDraft := db.SaveDraft(t.Context(), state.Draft{Conversation: id, Body: fmt.Sprint(i), Rev: int64(i)})
				_, errSubmit := db.Submit(t.Context(), state.Draft{Conversation: conv(100 + n)}, []state.Outbound{queued(conv(100+n), fmt.Sprint(n, "-", i), "x")})
				_, errList := db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 10, Around: id})
				if err := errors.Join(err, errDraft, errSubmit, errList); err != nil {
					t.Errorf("session %d: %v", n, err)
				}
			}
		})
	}
	all.Wait()
	for n := range 6 {
		other := dbs[(n+1)%2]
		if row := rowOf(t, other, conv(n)); row.DraftText != fmt.Sprint(each-1) {
			t.Errorf("conversation %d: %+v", n, row)
		}
		if row := rowOf(t, other, conv(100+n)); row.Pending != each {
			t.Errorf("conversation %d: %d pending", 100+n, row.Pending)
		}
		if cov, err := other.Coverage(t.Context(), conv(n)); err != nil || len(cov) != each {
			t.Errorf("conversation %d: %v, %v", n, cov, err)
		}
	}
}
