package p2

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"unibox/api"
)

// history is a platform with one history, whose pages it numbers. Message n is the n-th
// and was written in the n-th second.
type history struct {
	// ids are those of its messages, oldest first.
	ids []int
	// ascending: the pages begin with the oldest.
	ascending bool
	// most is the largest page that it gives, 0 for any; bare: no meta says so.
	most int
	bare bool
	// before is called before each request is answered.
	before   func(h *history, request int)
	requests int
}

func (h *history) RoundTrip(r *http.Request) (*http.Response, error) {
	h.requests++
	if h.before != nil {
		h.before(h, h.requests)
	}
	per, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	if h.most > 0 {
		per = min(per, h.most)
	}
	all := slices.Clone(h.ids)
	if !h.ascending {
		slices.Reverse(all)
	}
	from := min(max(0, number-1)*per, len(all))
	list := []map[string]any{}
	for _, id := range all[from:min(from+per, len(all))] {
		list = append(list, map[string]any{"id": id, "message": "m", "income": true, "external_created_at": 1_700_000_000 + id})
	}
	answer := map[string]any{"messages": list, "meta": map[string]any{"page": number, "per_page": per, "entries_count": len(list)}}
	if h.bare {
		delete(answer, "meta")
	}
	body, err := json.Marshal(answer)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(body)))}, err
}

func upTo(n int) (ids []int) {
	for i := 1; i <= n; i++ {
		ids = append(ids, i)
	}
	return ids
}

// client is a client of the history.
func (h *history) client(t *testing.T) api.Provider {
	t.Helper()
	c, err := offline(h)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// walk reads the history to its end in pages of a size.
func walk(t *testing.T, p api.Provider, limit int) ([]int, error) {
	t.Helper()
	var got []int
	req := api.PageRequest{Limit: limit}
	for range 1000 {
		page, err := p.Messages(t.Context(), conversation("1"), req)
		if len(page.Items) > max(limit, fewest) {
			t.Errorf("a page of %d, asked for %d", len(page.Items), limit)
		}
		for _, m := range page.Items {
			id, _ := strconv.Atoi(m.ID.Remote)
			got = append(got, id)
		}
		if err != nil || page.Next == "" {
			return got, err
		}
		req.Cursor = page.Next
	}
	t.Fatal("the list goes on for ever")
	return nil, nil
}

func newestToOldest(n int) []int {
	ids := upTo(n)
	slices.Reverse(ids)
	return ids
}

func TestPagesInBothDirections(t *testing.T) {
	for _, size := range []int{0, 1, 3, 7, 8, 21, 100} {
		for _, limit := range []int{1, 3, 7, 100} {
			for _, h := range []history{{}, {ascending: true}, {most: 5}, {bare: true}, {bare: true, most: 5}, {bare: true, ascending: true}, {ascending: true, most: 5}} {
				h.ids = upTo(size)
				got, err := walk(t, h.client(t), limit)
				if err != nil || !slices.Equal(got, newestToOldest(size)) {
					t.Errorf("%d messages in pages of %d, ascending %v, bare %v, at most %d: %d of them, %v", size, limit, h.ascending, h.bare, h.most, len(got), err)
				}
				if h.requests > 4*size/min(limit, cap5(h.most))+25 {
					t.Errorf("%d messages in pages of %d: %d requests", size, limit, h.requests)
				}
			}
		}
	}
}

func cap5(most int) int {
	if most == 0 {
		return 1000
	}
	return most
}

// Nothing is lost and nothing comes twice while messages arrive.
func TestPagesThatShiftDown(t *testing.T) {
	for _, ascending := range []bool{false, true} {
		h := &history{ids: upTo(100), ascending: ascending, before: func(h *history, request int) {
			if request > 1 && request < 60 {
				h.ids = append(h.ids, len(h.ids)+1, len(h.ids)+2)
			}
		}}
		got, err := walk(t, h.client(t), 10)
		had := map[int]int{}
		for _, id := range got {
			had[id]++
		}
		for id := 1; id <= 100; id++ {
			if had[id] != 1 {
				t.Errorf("ascending %v: message %d came %d times", ascending, id, had[id])
			}
		}
		if err != nil || len(slices.Collect(maps.Keys(had))) != len(got) {
			t.Errorf("ascending %v: %d messages, %v", ascending, len(got), err)
		}
	}
}

// Nothing is lost while messages are deleted, which moves others to pages that were
// read already.
func TestPagesThatShiftUp(t *testing.T) {
	for deleted := 1; deleted <= 25; deleted++ {
		for _, ascending := range []bool{false, true} {
			h := &history{ids: upTo(100), ascending: ascending, before: func(h *history, request int) {
				if request%3 == 0 && len(h.ids) > 60 { // the newest go
					h.ids = h.ids[:len(h.ids)-deleted]
				}
			}}
			got, err := walk(t, h.client(t), 10)
			for _, id := range h.ids {
				if !slices.Contains(got, id) && err == nil {
					t.Fatalf("%d deleted at a time, ascending %v: message %d is missing", deleted, ascending, id)
				}
			}
			if err != nil && (api.KindOf(err) != api.ErrCursor || len(got) == 0) {
				t.Errorf("%d deleted at a time: %d messages, %v", deleted, len(got), err)
			}
			if err != nil && deleted < 10 {
				t.Errorf("%d deleted at a time: %v", deleted, err)
			}
		}
	}
}

// The last page of a long history that begins with the oldest is found in few requests,
// and found again in fewer.
func TestLastPageIsFoundQuickly(t *testing.T) {
	h := &history{ids: upTo(10_000), ascending: true}
	p := h.client(t)
	read := func() (int, string) {
		before := h.requests
		page, err := p.Messages(t.Context(), conversation("1"), api.PageRequest{Limit: 25})
		if err != nil || len(page.Items) == 0 {
			t.Fatal(err)
		}
		return h.requests - before, page.Items[0].ID.Remote
	}
	if n, newest := read(); newest != "10000" || n > 25 {
		t.Errorf("%d requests, the newest is %s", n, newest)
	}
	h.ids = upTo(10_003)
	if n, newest := read(); newest != "10003" || n > 5 {
		t.Errorf("again: %d requests, the newest is %s", n, newest)
	}
	h.ids = upTo(200)
	if n, newest := read(); newest != "200" || n > 12 {
		t.Errorf("after most went: %d requests, the newest is %s", n, newest)
	}
}
