package ui

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/state"
)

// waitsOnViber is what is said of twelve minutes, and of a few more on a busy machine.
var waitsOnViber = regexp.MustCompile(`also waiting on VB, 1\dm`)

// twins saves two more conversations of the one that is open: with the number written
// otherwise on another channel, where the customer waits, and one of somebody else.
func (a *app) twins(row state.Row) api.ConversationID {
	a.t.Helper()
	c := row.Conversation
	other := api.ConversationID{Account: c.ID.Account, Remote: "900001"}
	number := "+" + c.Contact.Handle[:2] + " " + c.Contact.Handle[2:]
	err := a.db.SaveConversations(a.t.Context(), []api.Conversation{
		{ID: other, Kind: "viber", Contact: api.Contact{Name: "The same one", Handle: number}, Channel: c.Channel},
		{ID: api.ConversationID{Account: c.ID.Account, Remote: "900002"}, Kind: "viber", Contact: api.Contact{Name: "Somebody else", Handle: "4" + c.Contact.Handle}, Channel: c.Channel},
	})
	if err != nil {
		a.t.Fatal(err)
	}
	at := time.Now().Add(-12 * time.Minute)
	_, err = a.db.SaveHead(a.t.Context(), other, api.Page[api.Message]{Items: []api.Message{{ID: api.MessageID{Account: other.Account, Remote: "900101"}, Conversation: other,
		Kind: api.KindText, Direction: api.Inbound, Body: "and the same from here", At: at}}}, at)
	if err != nil {
		a.t.Fatal(err)
	}
	return other
}

// W5: the panel stays beside the thread on a wide screen, and says what is known of the customer and
// where else they wait. All of the customer is one timeline, only to be read, that names the one
// channel of a reply; a message of it leads to its conversation, and nothing is merged.
func TestAllOfACustomer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := startApp(t, appOptions{w: 120, h: 40, dir: dir})
	first.open("Olivia Patel")
	first.quit()
	a := startApp(t, appOptions{w: 180, h: 44, offline: true, dir: dir}) // the platform does not know the twins
	a.open("Olivia Patel")
	var row state.Row
	a.until("the thread", func(string) (read bool) {
		a.inspect(func(m *Model) { row, read = m.thread.Row() })
		return read && row.Conversation.Contact.Handle != ""
	})
	other := a.twins(row)
	a.press("g", "i")
	a.until("the panel", func(s string) bool {
		return strings.Contains(s, "CUSTOMER") && strings.Contains(s, "OTHER CONVERSATIONS") && waitsOnViber.MatchString(s) && strings.Contains(s, "first seen")
	})
	stranger := api.ConversationID{Account: other.Account, Remote: "900002"}
	if r, err := a.db.Row(t.Context(), stranger); err != nil || r.Conversation.Contact.Name != "Somebody else" {
		t.Fatalf("no stranger is there: %+v, %v", r, err)
	}
	if got := a.others(); len(got) != 1 || !waitsOnViber.MatchString(got[0]) {
		t.Errorf("other conversations: %q", got)
	}
	a.press("g", "m")
	a.until("nothing tells who that is", func(s string) bool {
		return strings.Contains(s, "CUSTOMER") && !strings.Contains(s, "Olivia Patel") && !strings.Contains(s, row.Conversation.Contact.Handle)
	})
	a.press("g", "m")
	a.see("Olivia Patel")
	a.press("g", "c")
	a.until("the timeline", func(s string) bool {
		return strings.Contains(s, "All of Olivia Patel") && strings.Contains(s, "and the same from here") && strings.Contains(s, "replies on")
	})
	a.press("enter")
	a.gone("All of Olivia Patel")
	a.until("the other conversation", func(string) (there bool) {
		a.inspect(func(m *Model) { there = m.thread.Conversation() == other })
		return there
	})
	a.until("the panel follows", func(s string) bool { return strings.Contains(s, "The same one") })
	a.press("g", "i")
	a.gone("CUSTOMER")
}

// others are the rows of the panel under OTHER CONVERSATIONS, up to the next heading.
func (a *app) others() (rows []string) {
	var panel []string
	a.inspect(func(m *Model) { panel = m.customer.View() })
	under := false
	for _, row := range panel {
		switch row = strings.TrimSpace(ansi.Strip(row)); {
		case row == "OTHER CONVERSATIONS":
			under = true
		case row == "" || row == strings.ToUpper(row):
			under = false
		case under:
			rows = append(rows, row)
		}
	}
	return rows
}
