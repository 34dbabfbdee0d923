package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unibox/api"
	"unibox/api/sandbox"
	"unibox/state"
	"unibox/ui/practice"
)

// faultyWorld switches failures of Pact on by the sandbox's control side.
type faultyWorld struct{ origin string }

func (w faultyWorld) control(method, what string, body any) error {
	text, _ := json.Marshal(body)
	req, _ := http.NewRequest(method, w.origin+"/control/"+what, bytes.NewReader(text))
	res, err := http.DefaultClient.Do(req)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d", what, res.StatusCode)
	}
	return err
}

func (w faultyWorld) Write(_ context.Context, id api.ConversationID, text string) error {
	return w.control(http.MethodPost, "inbound", map[string]any{"platform": "pact", "conversation": id.Remote, "text": text})
}

func (w faultyWorld) RefuseFile(_ context.Context, id api.ConversationID) error {
	return w.control(http.MethodPost, "fault", map[string]any{"platform": "pact", "match": "POST /conversations/" + id.Remote + "/messages/attachments$", "kind": "status", "status": 413})
}

func (w faultyWorld) LoseAnswer(_ context.Context, id api.ConversationID) error {
	return w.control(http.MethodPost, "fault", map[string]any{"platform": "pact", "match": "POST /conversations/" + id.Remote + "/messages$", "kind": "drop_before"})
}

func (w faultyWorld) Heal(context.Context) error { return w.control(http.MethodDelete, "fault", nil) }

// atStep waits for a step of the practice that is prepared.
func (a *app) atStep(n int) string {
	a.t.Helper()
	return a.until(fmt.Sprintf("step %d", n), func(s string) bool {
		_, does, shown := strings.Cut(s, fmt.Sprintf(" %d/16 ", n))
		return shown && !strings.HasPrefix(does, "One moment")
	})
}

// told is the customer whom a step of the practice names.
func (a *app) told(n int, verb string) string {
	a.t.Helper()
	s := a.until("whom the step is about", func(s string) bool {
		return strings.Contains(s, fmt.Sprintf(" %d/16 ", n)) && strings.Contains(s, " "+verb)
	})
	_, s, _ = strings.Cut(s, fmt.Sprintf("%d/16 ", n))
	name, _, _ := strings.Cut(s, " "+verb)
	return name
}

// goesTo goes to a customer by name.
func (a *app) goesTo(name string) {
	a.t.Helper()
	a.press("ctrl+g")
	a.see("name, number, label, view")
	a.write(name)
	a.see("▸ " + name)
	a.press("enter")
	a.until(name+" in the thread", func(string) (there bool) {
		a.inspect(func(m *Model) {
			row, read := m.thread.Row()
			there = read && row.Conversation.Contact.Name == name && m.dialogs.Empty()
		})
		return there
	})
}

// reads waits until the open thread, and not only its row in the list, has the words as the
// customer's last ones: a reply that is written before is held, since they wrote meanwhile.
func (a *app) reads(words string) {
	a.t.Helper()
	a.until("“"+words+"” in the thread", func(string) (there bool) {
		a.inspect(func(m *Model) {
			all := m.thread.Messages()
			n := len(all)
			there = n > 0 && all[n-1].Direction == api.Inbound && strings.Contains(all[n-1].Body, words)
		})
		return there
	})
}

// allRead waits until the account is read, so that the list stands still.
func (a *app) allRead() {
	a.t.Helper()
	a.until("the account read", func(string) (read bool) {
		a.inspect(func(m *Model) {
			h := m.bar.Health()
			read = len(h) == 1 && h[0].State == state.HealthLive && h[0].Complete() && m.inbox.HasRead()
			_, at := m.inbox.Selected()
			read = read && at
		})
		return read
	})
	a.frame()
}

// F6: unibox demo --practice teaches the keys: each step goes on when what it asks for has
// happened, failures included, can be skipped, and the end says what was learned.
func TestF6PracticeLeadsThroughAMorning(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "price-list.txt")
	if err := os.WriteFile(file, []byte("Rye bread 4.20\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	a := startApp(t, appOptions{w: 120, h: 40, practice: file, sandbox: sandbox.Options{Plain: true}})
	a.atStep(1)
	a.see("Press n:")
	a.allRead()
	a.press("n")
	a.atStep(2)
	a.press("r")
	a.inReplyBox()
	a.write("We open at eight")
	a.atStep(3)
	a.press("enter")
	a.atStep(4)
	a.press("esc")
	a.gone("Reply to")
	a.press("E")
	a.atStep(5)
	a.press("r")
	a.inReplyBox()
	a.write("Of course")
	a.see("> Of course")
	a.press("alt+s")
	name := a.told(6, "writes just now")
	a.press("esc")
	a.goesTo(name)
	a.reads("could you send me")
	a.atStep(7)
	a.press("r")
	a.inReplyBox()
	a.write("Here it is")
	a.press("ctrl+o")
	a.see("Attach a file")
	a.paste(file)
	a.see("▸ price-list.txt")
	a.press("enter")
	a.see("▣ price-list.txt")
	a.press("enter")
	a.atStep(8)
	a.see("refused the file")
	a.see("✕ failed: ")
	a.press("esc")
	a.see("n next waiting")
	a.press("G")
	a.until("the message that failed under the cursor", func(string) (at bool) {
		a.inspect(func(m *Model) {
			it, ok := m.thread.Selected()
			at = ok && it.Sending != nil && it.Sending.Status == state.Failed
		})
		return at
	})
	a.press("enter")
	a.see("Not delivered")
	a.choose("Edit")
	a.atStep(9)
	a.see("▣ price-list.txt")
	a.press("alt+x")
	a.gone("▣ price-list.txt  1")
	a.write("I mail it to you")
	a.press("enter")
	name = a.told(10, "writes. Go there")
	a.press("esc")
	a.goesTo(name)
	a.reads("Is my order on its way?")
	a.press("r")
	a.inReplyBox()
	a.write("It is on its way")
	a.see("> It is on its way")
	a.press("enter")
	a.atStep(11)
	a.see("Nothing is sent again by itself")
	a.press("esc", "Q")
	a.see("OUTBOX")
	a.entry("It is on its way")
	a.until("the message to decide", func(string) bool {
		u, at := a.queueAt()
		return at && u.Decides()
	})
	a.press("enter")
	a.see("Did it arrive?")
	a.choose("Send again")
	// This account has no channel with a window: the step says so, and is skipped.
	a.see("cannot be practised here (nobody here fits this step)")
	a.press("g", "k")
	a.see("Skip this step")
	a.choose("Skip this step")
	a.atStep(13)
	a.press("n", "b")
	a.see("Snooze")
	a.press("enter")
	a.atStep(14)
	a.press("U")
	a.atStep(15)
	a.press("2", "/")
	a.until("the line of the filter", func(string) (typing bool) {
		a.inspect(func(m *Model) { typing = m.filtering() })
		return typing
	})
	a.write("is:unread")
	a.press("enter")
	a.atStep(16)
	a.press("?")
	a.see("Keys")
	a.press("esc")
	end := a.see("Practised 15 of 16 steps with ")
	for _, want := range []string{"✓✓ go to who waits longest: 1 key", "✓✓ send a file: ", "· write after the window closed: skipped"} {
		if !strings.Contains(end, want) {
			t.Errorf("the end does not say %q:\n%s", want, end)
		}
	}
	if strings.Contains(end, "/16 ") {
		t.Errorf("the strip is still there:\n%s", end)
	}
	a.until("what was sent again, once", func(string) bool { return a.took("pact", "It is on its way") == 1 })
	// It can be begun again, and left at once.
	a.press("esc", "g", "k")
	a.see("The practice is over.")
	a.choose("Begin again")
	a.atStep(1)
	a.press("g", "k")
	a.see("Leave the practice")
	a.choose("Leave the practice")
	a.see("Practised 0 of 16 steps")
}

// What a step asks for counts however it was reached, and nothing else does.
func TestPracticeGoesByWhatHappened(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 80, h: 24, practice: "/nowhere/price-list.txt"})
	a.atStep(1)
	a.allRead()
	a.press("2", "j", "k")
	a.frame()
	a.atStep(1)
	a.press("enter") // who waits first, opened otherwise
	a.atStep(2)
	a.press("r")
	a.inReplyBox()
	a.press("esc") // an empty box is no reply
	a.gone("Reply to")
	a.atStep(2)
	a.press("r")
	a.inReplyBox()
	a.write("Hello")
	a.atStep(3)
	a.press("esc")
	a.see("n next waiting")
	s := a.atStep(3)
	if row := strings.Split(s, "\n"); !strings.Contains(row[1], "3/16") || strings.TrimSpace(row[23]) == "" {
		t.Errorf("80x24 is drawn wrong:\n%s", s)
	}
	if n := len(a.received()); n != 0 {
		t.Errorf("%d messages went out", n)
	}
}

var _ practice.World = faultyWorld{}

// practiceOf is what a session practises with; nothing without a file.
func (a *app) practiceOf(file string, lines []Account) practice.Options {
	if file == "" {
		return practice.Options{}
	}
	return practice.Options{World: faultyWorld{a.origin}, Fails: each(lines, func(l Account) api.AccountID { return l.ID }), File: file}
}
