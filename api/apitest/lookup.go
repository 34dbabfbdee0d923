package apitest

import (
	"slices"
	"testing"

	"unibox/api"
)

func testDirectory(t *testing.T, f Fixture) {
	directory := ability[api.Directory](t, f)
	find := func(query string) []api.Contact {
		return walk(t, api.PageRequest{}, func(r api.PageRequest) (api.Page[api.Contact], error) {
			return directory.Contacts(t.Context(), query, r)
		})
	}
	all := find("")
	seen := map[string]bool{}
	for _, c := range all {
		if c.Remote == "" || c.Name == "" || seen[c.Remote] {
			t.Errorf("contact %+v", c)
		}
		seen[c.Remote] = true
	}
	if len(all) == 0 {
		t.Fatal("the book is empty")
	}
	if found := find(all[0].Name); !slices.Contains(found, all[0]) || len(found) >= len(all) {
		t.Errorf("%q finds %d of %d", all[0].Name, len(found), len(all))
	}
	if found := find("no such name as this & that"); len(found) != 0 {
		t.Errorf("nonsense finds %+v", found)
	}
	_, err := directory.Contacts(t.Context(), "", api.PageRequest{Cursor: "\x00"})
	f.wants(t, err, api.ErrCursor)
}

func testFacts(t *testing.T, f Fixture) {
	informer := ability[api.Informer](t, f)
	list, err := informer.Facts(t.Context(), f.Chat)
	fine(t, err)
	if len(list) == 0 {
		t.Error("nothing is known of the conversation")
	}
	for _, fact := range list {
		if fact.Label == "" || fact.Value == "" {
			t.Errorf("fact %+v", fact)
		}
	}
	gone := f.Chat
	gone.Remote += "0000000"
	_, err = informer.Facts(t.Context(), gone)
	f.wants(t, err, api.ErrNotFound)
}

func testCanned(t *testing.T, f Fixture) {
	list, err := ability[api.Canned](t, f).SavedReplies(t.Context())
	fine(t, err)
	if len(list) == 0 {
		t.Error("there are no saved replies")
	}
	for _, r := range list {
		if r.Title == "" || r.Body == "" {
			t.Errorf("reply %+v", r)
		}
	}
}
