package ui

import (
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

// onBusiness starts a session on Pact's second version and opens the conversation on
// WhatsApp Business that ok accepts, once all of them are read.
func onBusiness(t *testing.T, ok func(state.Row) bool) (*app, api.ConversationID) {
	t.Helper()
	a := startApp(t, appOptions{w: 120, h: 40, keys: secondVersion})
	id := api.ConversationID{}
	a.until("a conversation", func(string) bool {
		list, err := a.db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 100})
		for _, row := range list.Rows {
			if row.Conversation.Kind == "whatsapp_business" && !row.WaitingSince.IsZero() && row.Newest != 0 && ok(row) {
				id = row.Conversation.ID
			}
		}
		return err == nil && id.Remote != ""
	})
	a.opens(id)
	return a, id
}

func over(row state.Row) bool   { return !row.FreeUntil.IsZero() && time.Now().After(row.FreeUntil) }
func within(row state.Row) bool { return time.Until(row.FreeUntil) > time.Minute }

// A day after the customer wrote last enter offers templates in place of a text that would
// not arrive: what is typed stays, the fields are asked for, and what is sent was read
// before.
func TestEnterOffersTemplatesAfterTheWindow(t *testing.T) {
	t.Parallel()
	a, id := onBusiness(t, over)
	a.see("only templates until the customer writes")
	a.press("r")
	a.see("Templates only · enter offers them")
	a.write("Sorry for the wait")
	a.frame()
	a.press("enter")
	a.see("What you typed stays in the box.")
	a.see("Send what I typed all the same")
	a.write("Order ready")
	a.frame()
	a.press("enter")
	a.see("{{1}} (1 of 3)")
	a.press("enter")
	a.see("every field of a template has to be filled in")
	for n, value := range []string{"Anna", "42", "six"} {
		a.see([]string{"(1 of 3)", "(2 of 3)", "(3 of 3)"}[n])
		a.write(value)
		a.frame()
		a.press("enter")
	}
	const filled = "Hello Anna, your order 42 is ready. We are open until six."
	a.see("will read:")
	a.see(filled)
	a.press("enter")
	a.until("the template at the server", func(string) bool { return len(a.received()) == 1 })
	if got := a.received()[0]; got.Text != filled {
		t.Errorf("received %+v", got)
	}
	a.waitRow(id, "an answered customer", func(row state.Row) bool { return row.WaitingSince.IsZero() && row.Pending == 0 })
	if d, err := a.db.Draft(t.Context(), id); err != nil || d.Body != "Sorry for the wait" {
		t.Errorf("the draft is %+v, %v", d, err)
	}
	a.see("> Sorry for the wait")
}

// T sends a template at any time, and says why not where there are none.
func TestTemplatesByKey(t *testing.T) {
	t.Parallel()
	a, _ := onBusiness(t, within)
	a.press("T")
	a.see("Send a template to")
	a.write("We open again")
	a.frame()
	a.press("enter")
	a.see("Good news: we are open again")
	a.press("esc")
	a.gone("Good news: we are open again")
	if got := a.received(); len(got) != 0 {
		t.Errorf("esc sent %+v", got)
	}
	var other api.ConversationID
	list, _ := a.db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 100})
	for _, row := range list.Rows {
		if row.Conversation.Kind == "max" {
			other = row.Conversation.ID
		}
	}
	a.opens(other)
	a.becauseOf(keymap.Template, "MAX takes no templates")
}

// R answers one message: it is shown above the text and in the thread, and the customer
// gets it quoted.
func TestAReplyQuotesAMessage(t *testing.T) {
	t.Parallel()
	a, id := onBusiness(t, within)
	a.inspect(func(m *Model) { m.thread.Newest() })
	w, err := a.db.Timeline(t.Context(), state.TimelineQuery{Conversation: id, Before: 1})
	if err != nil {
		t.Fatal(err)
	}
	asked := w.Items[len(w.Items)-1].Message
	a.press("R")
	a.see("esc takes it away")
	a.write("Right away")
	a.frame()
	a.press("enter")
	a.until("the reply in the history, quoting", func(string) bool {
		w, err := a.db.Timeline(t.Context(), state.TimelineQuery{Conversation: id, Before: 10})
		last := w.Items[len(w.Items)-1]
		return err == nil && last.Pos != 0 && last.Message.Body == "Right away" && last.Message.Quotes == asked.ID && last.Quoted != nil && last.Quoted.Body == asked.Body
	})
	var row state.Row
	a.inspect(func(m *Model) { row, _ = m.thread.Row() })
	first := strings.Fields(asked.Body)[0]
	a.see("│ " + row.Conversation.Contact.Name + ": " + first)
}

// becauseOf waits until an action cannot run for a reason.
func (a *app) becauseOf(action keymap.Action, want string) {
	a.t.Helper()
	why := ""
	defer func() {
		if a.t.Failed() {
			a.t.Logf("%s cannot run because of %q", action, why)
		}
	}()
	a.until(string(action)+": "+want, func(string) bool {
		a.inspect(func(m *Model) { why = m.why(action) })
		return strings.Contains(why, want)
	})
}
