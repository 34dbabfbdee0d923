package dialog

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
)

// Whoever leaves a question before it is answered is told what was done, in its own words:
// a file that is renamed is nobody in the contact list.
func TestALeftQuestionIsAnsweredInItsOwnWords(t *testing.T) {
	for says, want := range map[bool]string{true: "the file is called b.pdf now", false: "b.pdf is in the contact list"} {
		s, e, said := newStack(nil)
		form := bookForm{contactBook: contactBook{env: e}, fields: []api.ChannelField{{Name: "name"}}, says: says,
			then: func(c api.Contact) tea.Cmd { return e.Say("the file is called " + c.Name + " now") }}
		d := form.field()
		s.Open(d)
		s.Clear()
		s.Update(bookMsg{of: d, contact: api.Contact{Name: "b.pdf"}})
		if got := strings.Join(*said, ", "); got != want {
			t.Errorf("said %q, want %q", got, want)
		}
	}
}
