package protocol

import (
	"testing"

	"unibox/api"
)

// TestABookThatIsCutShortIsReadOn: a book of more pages than one call has time for
// is read by several calls, each of which goes on where the last one ended.
func TestABookThatIsCutShortIsReadOn(t *testing.T) {
	c := expect(t,
		exchange{method: "GET", uri: "contacts?limit=100", answer: `{"data":[{"id":"c1","username":"ada"}],"has_more":true}`},
		exchange{method: "GET", uri: "contacts?limit=100&starting_after=c1", status: 401, answer: `{}`},
		exchange{method: "GET", uri: "contacts?limit=100&starting_after=c1", answer: `{"data":[{"id":"c2","username":"bo"}],"has_more":true}`},
		exchange{method: "GET", uri: "contacts?limit=100&starting_after=c2", answer: `{"data":[{"id":"c3"},{"id":"c4"},{"id":"c5"}],"has_more":false}`},
		exchange{method: "GET", uri: "groups?limit=100", answer: `{"data":[],"has_more":false}`},
	)
	people := []string{"c1", "c2", "c3", "c4"}
	if err := c.learn(t.Context(), people, nil); api.KindOf(err) != api.ErrAuth {
		t.Fatalf("the second page was refused: %v", err)
	}
	if err := c.learn(t.Context(), people, nil); err != nil {
		t.Fatal(err)
	}
	if name := c.book.contacts["c2"].name(); name != "bo" {
		t.Errorf("c2 is called %q", name)
	}
	if err := c.learn(t.Context(), append(people, "c5"), nil); err != nil {
		t.Errorf("the book is read again: %v", err)
	}
}
