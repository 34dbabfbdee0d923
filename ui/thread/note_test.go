package thread

import (
	"fmt"
	"testing"
	"time"

	"unibox/state"
	"unibox/state/note"
)

// W2: a private note is no message of the conversation for what asks what was said in it,
// as the commands of the user, and takes the place of none.
func TestANoteIsNoMessage(t *testing.T) {
	p := newPane(60, 20)
	w := state.Window{Items: messages(1, 70), Older: state.EdgeEnd, Newer: state.EdgeEnd}
	var notes []note.Note
	for i := range 3 {
		n := note.New(p.id, "olga", "a secret", noon.Add(time.Duration(i)*time.Minute))
		notes = append(notes, n)
	}
	p.replace(withNotes(w, notes))
	all := p.Messages()
	if len(all) != 60 || all[0].Body != "message 11" || all[59].Body != "message 70" {
		t.Errorf("%d messages, %s", len(all), fmt.Sprint(all))
	}
	if pos := p.LastInbound(); pos != 70 {
		t.Errorf("the customer's last message is %d", pos)
	}
}
