package textus

import (
	"testing"

	"unibox/api"
)

// A note is added to the contact once, however often it is asked for.
func TestNotes(t *testing.T) {
	const notes = "/contacts/DQeeO69/notes"
	whole := conv(`"assignedContact":null`, `"assignedContact":{"id":"/contacts/DQeeO69","name":"Jamel","notes":"`+notes+`"}`)
	c := expect(t,
		get(convURI, whole), get(notes, `{"members":[{"content":"likes cake"}]}`),
		exchange{method: "POST", uri: notes, sent: `{"content":"calls at noon"}`, status: 201, answer: `{"@type":"ContactNote"}`},
		get(convURI, whole), get(notes, `{"members":[{"content":"likes cake"},{"content":"calls at noon"}]}`),
		get(convURI, conv()))
	for range 2 {
		if err := c.SetNote(t.Context(), chat, " calls at noon\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.SetNote(t.Context(), chat, "x"); api.KindOf(err) != api.ErrInvalid {
		t.Errorf("a number without a contact: %v", err)
	}
	if err := c.SetNote(t.Context(), chat, " "); api.KindOf(err) != api.ErrInvalid {
		t.Errorf("an empty note: %v", err)
	}
}
