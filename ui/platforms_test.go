package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/api/sandbox"
	"unibox/keymap"
	"unibox/state"
)

// everyone starts the program on all the accounts that the server has.
func everyone(t *testing.T) *app {
	t.Helper()
	a := startApp(t, appOptions{w: 140, h: 44, everyAccount: true, sandbox: sandbox.Options{JobTime: 20 * time.Millisecond, Conversations: 24}})
	a.until("every account read", func(string) (read bool) {
		a.inspect(func(m *Model) {
			read = len(m.bar.Health()) == len(m.opt.Accounts)
			for _, h := range m.bar.Health() {
				read = read && h.State == state.HealthLive && h.Listed > 0 && h.Known >= h.Listed
			}
		})
		return read
	})
	return a
}

// first finds a conversation on a platform that ok accepts, and opens it.
func (a *app) first(label string, ok func(state.Row) bool) state.Row {
	a.t.Helper()
	var found state.Row
	list, err := a.db.List(a.t.Context(), state.ListQuery{View: state.ViewAll, Limit: 500})
	if err != nil {
		a.t.Fatal(err)
	}
	for _, row := range list.Rows {
		if label == a.label(row) && row.Conversation.ID.Account != "Corner Café" && ok(row) {
			found = row
			break
		}
	}
	if found.Conversation.ID == (api.ConversationID{}) {
		a.t.Fatalf("no such conversation on %s", label)
	}
	var cmd tea.Cmd
	a.inspect(func(m *Model) {
		cmd = m.jump(found.Conversation.ID, state.ViewAll, "All")
	})
	a.send(doMsg{cmd})
	a.until("the thread of "+found.Conversation.Contact.Name, func(string) (read bool) {
		a.inspect(func(m *Model) {
			row, ok := m.thread.Row()
			read = ok && row.Conversation.ID == found.Conversation.ID && m.reply.Loaded() && m.dialogs.Empty()
		})
		return read
	})
	return found
}

func (a *app) label(row state.Row) (label string) {
	a.inspect(func(m *Model) { label = m.env.Account(row.Conversation.ID.Account).Traits.Label })
	return label
}

// waitRow waits for a state of one conversation in the store.
func (a *app) waitRow(id api.ConversationID, what string, ok func(state.Row) bool) {
	a.t.Helper()
	a.until(what, func(string) bool {
		row, err := a.db.Row(a.t.Context(), id)
		return err == nil && ok(row)
	})
}

func open(row state.Row) bool {
	c := row.Conversation
	return !c.Blocked.Or(false) && !c.OptedOut.Or(false) && !c.Closed.Or(false) && !c.Archived.Or(false) && !c.Group
}

// One run through all that a day brings, on the same screen: an account whose
// token is refused beside those that work, a reply on each platform, one
// conversation closed, one archived, one put away here, one contact blocked,
// and a conversation started on each.
func TestADayOnThreePlatforms(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	a.refuseToken("/companies/155", "Corner Café")
	a.replyOnEach()
	a.doneOnEach()
	a.block()
	a.startOnEach()
	a.inspect(func(m *Model) {
		for _, h := range m.bar.Health() {
			if want := h.Account == "Corner Café"; want != (h.State == state.HealthStopped) {
				t.Errorf("%s is in state %d: %s", h.Account, h.State, h.Reason)
			}
		}
	})
}

// refuseToken makes the server refuse an account's token from now on.
func (a *app) refuseToken(match string, account api.AccountID) {
	a.t.Helper()
	a.control("fault", map[string]any{"platform": "pact", "match": match, "kind": "status", "status": 401, "calls": -1}, nil)
	a.press("ctrl+r") // ask now
	a.until(string(account)+" stopped", func(string) (stopped bool) {
		a.inspect(func(m *Model) {
			for _, h := range m.bar.Health() {
				stopped = stopped || h.Account == account && h.State == state.HealthStopped
			}
		})
		return stopped
	})
}

func (a *app) replyOnEach() {
	a.t.Helper()
	for _, label := range []string{"Pact", "TextUs", "Protocol"} {
		a.first(label, open)
		a.press("r")
		a.inReplyBox()
		text := "An answer over " + label
		a.write(text)
		a.press("enter")
		a.until("the answer on "+label+" with its mark", func(screen string) bool {
			lines := strings.Split(screen, "\n")
			for i, line := range lines {
				if i > 0 && strings.Contains(line, text) && strings.Contains(lines[i-1], "✓") {
					return true
				}
			}
			return false
		})
		a.press("esc")
	}
}

func (a *app) doneOnEach() {
	a.t.Helper()
	for _, c := range []struct {
		label, says string
		done        func(state.Row) bool
	}{
		{"Pact", "(on this machine)", func(r state.Row) bool { return r.Flags.Done }},
		{"TextUs", "is closed, for everyone (TextUs)", func(r state.Row) bool { return r.Conversation.Closed.Or(false) && r.Flags.Done }},
		{"Protocol", "is archived (Protocol)", func(r state.Row) bool { return r.Conversation.Archived.Or(false) && r.Flags.Done }},
	} {
		row := a.first(c.label, open)
		a.press("e")
		a.see(c.says)
		a.waitRow(row.Conversation.ID, c.label+" done", c.done)
		a.press("U")
		a.waitRow(row.Conversation.ID, c.label+" undone", func(r state.Row) bool { return !r.Flags.Done })
	}
}

func TestStarIsThePlatformsOrThisMachines(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	for _, c := range []struct{ label, says string }{{"Pact", "(on this machine)"}, {"TextUs", "is starred (TextUs)"}, {"Protocol", "(on this machine)"}} {
		row := a.first(c.label, func(r state.Row) bool { return open(r) && !r.Flags.Starred })
		a.press("s")
		a.see(c.says)
		a.waitRow(row.Conversation.ID, c.label+" starred", func(r state.Row) bool { return r.Flags.Starred })
	}
}

func (a *app) block() {
	a.t.Helper()
	row := a.first("TextUs", open)
	a.press("B")
	a.see("block " + row.Conversation.Contact.Name + "?")
	a.press("down", "enter")
	a.until("the thread blocked", func(string) (blocked bool) {
		a.inspect(func(m *Model) {
			shown, _ := m.thread.Row()
			blocked = shown.Conversation.ID == row.Conversation.ID && shown.Conversation.Blocked.Or(false)
		})
		return blocked
	})
	a.press("r")
	a.see("not now: the contact is blocked")
	a.press("esc") // else the next letter may be one of the reply
}

func TestWhatCannotBeSaysWhy(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	for _, c := range []struct {
		label  string
		action keymap.Action
		why    string
	}{
		{"Pact", keymap.Block, "not supported by Pact"},
		{"Pact", keymap.Assign, ""},
		{"Pact", keymap.WriteNote, ""},
		{"TextUs", keymap.WriteNote, ""},
		{"Protocol", keymap.WriteNote, "not supported by Protocol"},
		{"Protocol", keymap.Assign, "not supported by Protocol"},
		{"TextUs", keymap.EditMessage, "not supported by TextUs"},
		{"TextUs", keymap.Attach, "SMS takes no files"},
		{"Protocol", keymap.CloseConversation, "not supported by Protocol"},
		{"Protocol", keymap.Star, ""},
	} {
		a.first(c.label, open)
		var why string
		a.inspect(func(m *Model) { why = m.why(c.action) })
		if why != c.why {
			t.Errorf("%s on %s: %q, want %q", c.action, c.label, why, c.why)
		}
	}
}

func TestMessageOfOursIsEditedReactedToAndDeleted(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	a.first("Protocol", open)
	a.press("r")
	a.write("A typo hre")
	a.press("enter")
	a.see("A typo hre")
	a.press("esc")
	a.until("the message listed", func(string) (listed bool) {
		a.press("G")
		a.inspect(func(m *Model) {
			it, ok := m.thread.Selected()
			listed = ok && it.Message.Body == "A typo hre" && it.Message.ID.Remote != "" && m.why(keymap.EditMessage) == ""
		})
		return listed
	})
	a.press("W")
	a.see("Edit your message")
	for range len("hre") {
		a.press("backspace")
	}
	a.write("here")
	a.press("enter")
	a.see("A typo here")
	a.see("edited")
	a.press("D")
	a.see("Delete this message?")
	a.press("down", "enter")
	a.gone("A typo here")
}

func TestOneDeadPlatformTurnsOnlyItsStrip(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	a.control("fault", map[string]any{"platform": "textus", "match": "", "kind": "status", "status": 503, "calls": -1}, nil)
	a.press("ctrl+r") // ask now
	a.until("TextUs in trouble and the others live", func(string) (ok bool) {
		a.inspect(func(m *Model) {
			ok = true
			for _, h := range m.bar.Health() {
				textus := m.env.Account(h.Account).Traits.Label == "TextUs"
				ok = ok && (textus == (h.State == state.HealthRetrying))
			}
		})
		return ok
	})
	a.first("Pact", open)
	a.press("r")
	a.write("still here")
	a.press("enter")
	a.delivered()
}

func TestArchivedComesBackWhenTheCustomerWrites(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	row := a.first("Protocol", open)
	a.press("e")
	a.waitRow(row.Conversation.ID, "archived", func(r state.Row) bool { return r.Conversation.Archived.Or(false) && r.Flags.Done })
	a.control("inbound", map[string]any{"platform": "protocol", "conversation": row.Conversation.ID.Remote, "text": "one more question"}, nil)
	a.waitRow(row.Conversation.ID, "waiting again", func(r state.Row) bool { return !r.Flags.Done && !r.WaitingSince.IsZero() })
}

func (a *app) startOnEach() {
	a.t.Helper()
	for _, c := range []struct {
		choice  string
		address []string
		text    string
	}{
		{"WhatsApp", []string{"+7 925 000 77 01"}, "First over WhatsApp"},
		{"Hygiene", []string{"+1 415 555 0123"}, "First over SMS"},
	} {
		a.press("N")
		a.see("Write first on")
		a.write(c.choice)
		a.frame()
		a.press("enter")
		a.see("The number with its country code")
		a.write(c.address[0])
		a.press("enter")
		a.see("First message to")
		a.write(c.text)
		a.draftRead()
		a.press("enter")
		a.until(c.text+" in a conversation of its own", func(screen string) (made bool) {
			a.inspect(func(m *Model) {
				row, ok := m.thread.Row()
				made = ok && !state.Provisional(row.Conversation.ID) && strings.Contains(screen, c.text)
			})
			return made
		})
		a.press("esc")
	}
	a.press("N")
	a.see("Write first on")
	a.write("Chat")
	a.frame()
	a.press("enter")
	a.see("Write first to")
	a.until("somebody of the book", func(string) (found bool) {
		a.inspect(func(m *Model) {
			if !m.dialogs.Empty() {
				_, found = m.dialogs.Chosen()
			}
		})
		return found
	})
	a.press("enter")
	a.until("the conversation with them, or the box for a first message", func(screen string) bool {
		return strings.Contains(screen, "already") || strings.Contains(screen, "First message to")
	})
}

// A channel for which the platform waits is not called connected, and what it waits
// for is said before and after. Where the platform does not tell, that is said.
func TestChannelThatWaitsForAScan(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.synced()
	a.connect("MAX")
	a.see("Pact shows a QR code on its website; scan it with the phone.")
	a.see("The phone shows when it is connected: Pact does not tell.")
	a.press("esc")
	a.see("the phone shows whether MAX is connected; C leads back to it")
	a.connect("Telegram personal")
	a.see("Phone number, to connect by a code")
	a.write("+7 925 000-00-02")
	a.press("enter")
	a.see("Give the code that Telegram sent")
	a.write("11111")
	a.press("enter")
	a.see("code: is wrong")
	a.write("12345")
	a.press("enter")
	a.see("Telegram personal is connected.")
}

func TestDisconnectedChannelLeavesThePane(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.synced()
	a.see("VB   Viber")
	a.press("C")
	a.see("Channels")
	a.write("Viber")
	a.frame()
	a.press("enter")
	a.see("Disconnect it")
	a.press("down", "enter")
	a.see("Disconnect Viber?")
	a.write("Vibre")
	a.press("enter")
	a.see("type Viber to go on")
	for range len("Vibre") {
		a.press("backspace")
	}
	a.write("Viber")
	a.press("enter")
	a.see("Viber is disconnected")
	a.gone("VB   Viber")
}
