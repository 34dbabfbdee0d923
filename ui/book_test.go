package ui

import (
	"slices"
	"strings"
	"testing"

	"unibox/api"
	"unibox/state"
)

// TestTheBookIsKept adds a contact from N, who is then written to, changes its name from I,
// and removes it.
func TestTheBookIsKept(t *testing.T) {
	t.Parallel()
	a, _ := onePlatform(t, "protocol")
	a.press("N")
	a.see("Write first to")
	a.write("Zebedee Q")
	a.see("add a contact to the contact list")
	a.press("enter")
	a.see("Add a contact")
	a.press("ctrl+u")
	a.press("enter")
	a.see("User name is required")
	a.write("zebedee")
	a.press("enter")
	a.see("Phone number")
	a.write("+1 303 555 0177")
	a.press("enter")
	a.see("Name that is shown")
	a.write("Zebedee Q")
	a.press("enter")
	a.see("First message to")
	a.draftRead()
	a.write("Good morning")
	a.press("enter")
	var row state.Row
	a.until("the conversation that it made", func(string) bool {
		list, _ := a.db.List(t.Context(), state.ListQuery{View: state.ViewAll, Text: "Zebedee", Limit: 5})
		if len(list.Rows) == 1 {
			row = list.Rows[0]
		}
		return len(list.Rows) == 1 && !row.Provisional
	})
	a.opens(row.Conversation.ID)
	about := func(choice string) {
		a.press("I")
		a.see("Conversation id")
		a.waitAndChoose(choice)
	}
	about("Change the contact in the contact list")
	a.see("Name that is shown")
	a.write("Zoe Quick")
	a.press("enter")
	a.said("changed in the contact list")
	a.until("the new name in the list", func(string) bool {
		list, _ := a.db.List(t.Context(), state.ListQuery{View: state.ViewAll, Text: "Zoe Quick", Limit: 5})
		return len(list.Rows) == 1 && list.Rows[0].Conversation.ID == row.Conversation.ID
	})
	a.until("the new name on the screen", func(string) (renamed bool) {
		a.inspect(func(m *Model) { renamed = m.current().Conversation.Contact.Name == "Zoe Quick" })
		return renamed
	})
	about("Remove the contact from the contact list")
	a.see("goes with the contact, for good")
	a.write("Zoe Quick")
	a.press("enter")
	a.see("is removed from the contact list")
}

// TestANumberIsSavedInTheBook, where the platform adds contacts and changes none.
func TestANumberIsSavedInTheBook(t *testing.T) {
	t.Parallel()
	a, _ := onePlatform(t, "textus")
	a.press("N")
	a.see("Write first on")
	a.press("enter")
	a.see("phone or name")
	a.write("Zebedee Q")
	a.see("add a contact to the contact list")
	a.press("enter")
	a.see("Add a contact")
	a.press("enter")
	a.see("Phone number with its country code")
	a.write("12")
	a.press("enter")
	a.see("needs its country code")
	a.press("ctrl+u")
	a.write("+1 303 555 0177")
	a.press("enter")
	a.see("First message to")
}

// TestFilesOfAConversation lists them from I, renames one and deletes it.
func TestFilesOfAConversation(t *testing.T) {
	t.Parallel()
	a, ids := onePlatform(t, "protocol")
	filer := a.model.env.Account(ids[0].Account).Provider.(api.Filer)
	var files []api.StoredFile
	for _, id := range ids {
		if files, _ = filer.Files(t.Context(), id); len(files) > 0 && files[0].Remote != "" {
			a.opens(id)
			break
		}
	}
	if len(files) == 0 {
		t.Fatal("no conversation has files")
	}
	var did []string
	rights := func(has state.Rights) {
		a.inspect(func(m *Model) {
			m.env.Settings.Rights = has
			m.env.Did = func(id api.ConversationID, what string) { did = append(did, what) }
		})
		a.press("I")
		a.see("Conversation id")
		a.waitAndChoose("Files of this conversation")
		a.see("Files of ")
		a.see(files[0].Name[:8])
		a.press("enter")
	}
	rights(state.RightsDraft)
	if screen := a.see("Save it on this machine"); strings.Contains(screen, "at the platform") {
		t.Errorf("who may only draft is offered more than that:\n%s", screen)
	}
	a.press("esc")
	a.until("no dialog", func(string) (none bool) {
		a.inspect(func(m *Model) { none = m.dialogs.Empty() })
		return none
	})
	rights(state.RightsAdmin)
	a.see("Save it on this machine")
	a.waitAndChoose("Rename it")
	a.see("new name")
	a.press("ctrl+u")
	a.write("floor plan.pdf")
	a.press("enter")
	a.said("is called floor plan.pdf now")
	a.press("I")
	a.see("Conversation id")
	a.waitAndChoose("Files of this conversation")
	a.see("floor plan.pdf")
	a.waitAndChoose("floor plan.pdf")
	a.waitAndChoose("Delete it")
	a.see("for everyone, also from its message")
	a.waitAndChoose("Delete it")
	a.see("floor plan.pdf is deleted")
	a.until("one file less", func(string) bool {
		now, err := filer.Files(t.Context(), a.model.thread.Conversation())
		return err == nil && len(now) == len(files)-1
	})
	a.inspect(func(*Model) {
		if want := []string{"renaming the file " + files[0].Name + " to floor plan.pdf", "deleting the file floor plan.pdf for everyone"}; !slices.Equal(did, want) {
			t.Errorf("the log has %q", did)
		}
	})
}

// waitAndChoose takes an entry of a dialog once that shows it. It goes by what is chosen and not by the screen,
// which may be behind the last key.
func (a *app) waitAndChoose(choice string) {
	a.t.Helper()
	a.until(choice+" to be chosen", func(string) (chosen bool) {
		a.inspect(func(m *Model) {
			it, ok := m.dialogs.Chosen()
			chosen = ok && strings.HasPrefix(it.Label, choice)
		})
		if !chosen {
			a.press("down")
		}
		return chosen
	})
	a.press("enter")
}
