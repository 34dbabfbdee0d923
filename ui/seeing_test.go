package ui

import (
	"slices"
	"strings"
	"testing"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/readonly"
	"unibox/ui/scp"
)

// X4: names, numbers and previews are masked at once everywhere, one conversation can be
// revealed, and what is copied is masked too.
func TestX4CustomersAreMaskedEverywhere(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.synced()
	var rows []state.Row
	list, err := a.db.List(t.Context(), state.ListQuery{View: state.ViewWaiting, Limit: 8})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list.Rows {
		if name := r.Conversation.Contact.Name; len(strings.Fields(name)) == 2 && len([]rune(name)) == len(name) {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		t.Fatal("nobody has a name of two plain words")
	}
	who := rows[0].Conversation
	a.opens(who.ID)
	a.see(who.Contact.Name)
	a.see(who.Contact.Handle)
	a.press("g", "m")
	named := func(s string) string {
		for _, r := range list.Rows {
			for _, secret := range []string{r.Conversation.Contact.Name, r.Conversation.Contact.Handle} {
				if len(secret) > 4 && strings.Contains(s, secret) {
					return secret
				}
			}
		}
		return ""
	}
	masked := a.until("nobody named", func(s string) bool { return named(s) == "" })
	if !strings.Contains(masked, who.Contact.Name[:1]+"•••") || !strings.Contains(masked, "••••••") {
		t.Errorf("no mask is on screen:\n%s", masked)
	}
	a.press("ctrl+g")
	a.see("name, number, label, view")
	a.write(strings.Fields(who.Contact.Name)[0])
	a.until("who is found, masked", func(s string) bool { return strings.Contains(s, who.Contact.Name[:1]+"•••") && named(s) == "" })
	a.press("esc", "3")
	a.inspect(func(m *Model) {
		if popup := m.env.Name(who); strings.Contains(popup, strings.Fields(who.Contact.Name)[1]) {
			t.Errorf("a pop-up would say %q", popup)
		}
	})
	a.press("g", "v")
	a.see(who.Contact.Name)
	a.press("g", "m", "g", "m")
	a.until("nobody named", func(s string) bool { return named(s) == "" && strings.Contains(s, "masked") })
	a.press("g", "m")
	a.see(who.Contact.Handle)
}

// X4: copying a message obeys the mask.
func TestX4CopyingObeysTheMask(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.synced()
	row := aConversation(t, a)
	a.control("inbound", map[string]any{"platform": "pact", "conversation": row.Conversation.ID.Remote, "text": "ring +7 925 111-22-33 please"}, nil)
	a.press("ctrl+r", "3", "G")
	a.see("ring +7 925 111-22-33 please")
	a.press("g", "m")
	a.see("ring +• ••• •••-••-33 please")
	a.until("the message selected", func(string) (ok bool) {
		a.inspect(func(m *Model) {
			m.thread.Newest()
			it, is := m.thread.Selected()
			ok = is && strings.HasPrefix(it.Message.Body, "ring ")
		})
		return ok
	})
	a.press("y")
	a.see("clipboard: ring +• ••• •••-••-33 please")
}

// T12: the details have ids and times, and lead to the message as the platform sends it.
func TestT12DetailsAndTheRawMessage(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.synced()
	aConversation(t, a)
	a.press("3", "G")
	var id api.MessageID
	a.until("a message selected", func(string) bool {
		a.inspect(func(m *Model) {
			if it, ok := m.thread.Selected(); ok {
				id = it.Message.ID
			}
		})
		return id.Remote != ""
	})
	a.press("i")
	a.see("Copy all of this")
	a.see(id.Remote)
	a.see("As the platform sends it")
	a.press("esc", "g", "r")
	a.see("Message " + id.Remote + " as ")
	a.see(`"external_id": ` + id.Remote)
	a.press("enter")
	a.said("sent to the terminal's clipboard: {")
}

// X3: a session that only looks says so on screen, and every key that would act answers
// with that sentence.
func TestX3KeysSayThatNothingChanges(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, settings: &Settings{ReadOnly: true, Rights: state.RightsNone}})
	a.synced()
	aConversation(t, a)
	a.see("READ-ONLY")
	for _, key := range []string{"r", "e", "s", ";", "D"} {
		a.press("esc", "3", "G", key) // what follows a reply that is refused may be its text
		a.see("read-only: nothing is sent and nothing is changed")
		a.inspect(func(m *Model) {
			if m.reply.Composing() || !m.dialogs.Empty() {
				t.Errorf("%s opened something", key)
			}
			m.bar.ClearToasts()
		})
	}
	a.inspect(func(m *Model) {
		refused := 0
		for _, s := range m.env.Keys.All() {
			if readonly.Looks(s.Action) {
				continue
			}
			refused++
			if why := m.why(s.Action); why != readonly.Why {
				t.Errorf("%s: %q", s.Action, why)
			}
			if slices.Contains(s.Scopes, keymap.List) || slices.Contains(s.Scopes, keymap.Thread) {
				_ = m.do(s.Action)
			}
			if m.reply.Composing() || !m.dialogs.Empty() {
				t.Errorf("%s opened something", s.Action)
			}
		}
		if refused < 50 {
			t.Errorf("only %d actions are refused", refused)
		}
	})
	a.press("esc", "3", "i")
	a.see("Copy all of this")
}

// T10: g s copies the scp line of a saved file, and shows it.
func TestT10TheSCPLineOfASavedFile(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 160, h: 40, settings: &Settings{Machine: scp.Machine{At: "olga@desk"}}})
	a.synced()
	row := aConversation(t, a)
	a.control("inbound", map[string]any{"platform": "pact", "conversation": row.Conversation.ID.Remote, "text": "the photo",
		"files": []map[string]any{{"name": "cup.jpg", "mime": "image/jpeg", "url": "/files/sample/1/cup.jpg"}}}, nil)
	a.press("ctrl+r", "3", "G")
	a.until("the message selected", func(string) (ok bool) {
		a.inspect(func(m *Model) {
			m.thread.Newest()
			it, is := m.thread.Selected()
			ok = is && it.Message.Body == "the photo"
		})
		return ok
	})
	a.press("g", "s")
	a.said("download it first, with d")
	a.press("d")
	a.said("saved as ")
	a.until("the file in its folder", func(string) bool { return len(a.saved()) == 1 })
	a.press("g", "s")
	a.see("type this on your own computer (it was copied): scp olga@desk:")
}
