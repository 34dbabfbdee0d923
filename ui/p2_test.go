package ui

import (
	"strings"
	"testing"

	"unibox/state"
)

// secondVersion is an account that speaks the second version of Pact's API.
var secondVersion = map[string]string{"company": "157", "api": "p2"}

func TestFirstMessageToAnAccountName(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, keys: secondVersion})
	a.until("the channels", func(s string) bool { return strings.Contains(s, "MAX") })
	a.press("N")
	a.see("Write first on")
	a.write("Telegram personal")
	a.frame()
	a.press("enter")
	a.see("phone or account")
	a.write("@two words")
	a.see("is not part of an account's name")
	for range len(" words") {
		a.press("backspace")
	}
	a.press("enter")
	a.see("First message to two")
	a.write("Good morning")
	a.press("enter")
	a.until("the message at the server", func(string) bool { return len(a.received()) == 1 })
	if got := a.received()[0]; got.Text != "Good morning" {
		t.Errorf("received %+v", got)
	}
}

// Who never wrote on WhatsApp Business is sent a template, by either version of the API: it
// is offered at once, filled in, and becomes the first message.
func TestTemplateAsTheFirstMessage(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"p2", "p1"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			a := startApp(t, appOptions{w: 120, h: 40, keys: map[string]string{"company": "157", "api": version}})
			a.until("the channels", func(s string) bool { return strings.Contains(s, "MAX") })
			a.press("N")
			a.see("Write first on")
			a.write("WhatsApp Business")
			a.frame()
			a.press("enter")
			a.see("country code")
			a.write("79990001122")
			a.press("enter")
			a.see("Order ready")
			a.see("Send a template to")
			a.press("esc")
			a.see("enter offers them")
			a.write("A text")
			a.press("enter")
			a.see("as the first message")
			a.press("esc")
			a.gone("as the first message")
			a.press("ctrl+u")
			a.press("enter")
			a.see("Order ready")
			a.press("enter")
			for _, value := range []string{"Maria", "417", "six"} {
				a.see("(" + map[string]string{"Maria": "1", "417": "2", "six": "3"}[value] + " of 3)")
				a.write(value)
				a.press("enter")
			}
			a.see("will read:")
			a.press("enter")
			a.until("the template at the server", func(string) bool { return len(a.received()) == 1 })
			if got := a.received()[0]; got.Text != "Hello Maria, your order 417 is ready. We are open until six." {
				t.Errorf("received %+v", got)
			}
			a.until("the conversation that it made", func(string) (there bool) {
				a.inspect(func(m *Model) {
					row, _ := m.thread.Row()
					there = !row.Provisional && row.Conversation.Kind == "whatsapp_business" && !state.Provisional(row.Conversation.ID)
				})
				return there
			})
		})
	}
}

// The search in all messages also asks the platforms for conversations, and one that they
// know is opened with its history.
func TestSearchAtThePlatform(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, keys: secondVersion})
	var row state.Row
	a.until("a contact with a phone number", func(string) bool {
		for _, row = range a.rows() {
			if row.Conversation.Kind == "whatsapp_business" && row.Conversation.Contact.Handle != "" {
				return true
			}
		}
		return false
	})
	a.press("S")
	a.see("Type one or more words")
	a.write(row.Conversation.Contact.Handle)
	a.until("the choice to ask Pact alone", func(s string) bool { return strings.Contains(s, "▸ ask Pact too") })
	a.press("enter")
	a.see("found 1 at")
	a.press("enter")
	a.gone("Search all messages")
	a.until("the conversation with its history", func(string) (there bool) {
		a.inspect(func(m *Model) {
			open, _ := m.thread.Row()
			there = open.Conversation.ID == row.Conversation.ID
		})
		return there && len(a.history()) > 0
	})
}

// rows are the conversations that are stored.
func (a *app) rows() []state.Row {
	a.t.Helper()
	list, err := a.db.List(a.t.Context(), state.ListQuery{View: state.ViewAll, Limit: 100})
	if err != nil {
		a.t.Fatal(err)
	}
	return list.Rows
}
