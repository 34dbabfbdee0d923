package shift

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"unibox/api"
	"unibox/keymap"
	"unibox/state/handover"
	"unibox/state/journal"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/look"
	"unibox/ui/theme"
)

// A path that is mistyped can be corrected: the question stays, with what is wrong in it.
func TestAMistypedHandoverIsTypedAgain(t *testing.T) {
	th := theme.New(colorprofile.ASCII, true)
	e := &env.Env{Ctx: context.Background(), Now: time.Now, Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)}}
	e.Notify = func(s string, _ bool) tea.Cmd { t.Errorf("said %q", s); return nil }
	dialogs := dialog.NewStack(e)
	dialogs.Resize(100, 24)
	s := New(e, Options{Store: struct{ Store }{}, Dialogs: dialogs})
	s.Do(keymap.ReadHandover)
	path := filepath.Join(t.TempDir(), "handovr.json")
	dialogs.Paste(path)
	cmd, _ := dialogs.Do(keymap.MenuChoose)
	dialogs.Update(cmd())
	view := strings.Join(dialogs.View(), "\n")
	if !strings.Contains(view, "handovr.json") || !strings.Contains(view, "there is no such file: correct the path") {
		t.Fatalf("shows:\n%s", view)
	}
	if cmd, _ = dialogs.Do(keymap.MenuChoose); cmd == nil {
		t.Fatal("it is not read again")
	}
	dialogs.Do(keymap.MenuClose)
	if dialogs.Update(cmd()); !dialogs.Empty() {
		t.Error("what was left comes back")
	}
}

// The log says of a reply that waits that it is in the outbox, and its time as it is said
// everywhere else, by the clock of who reads it.
func TestX5TheLogSaysWhenAReplyIsToBeSent(t *testing.T) {
	th := theme.New(colorprofile.ASCII, true)
	zone := time.FixedZone("", 3600)
	e := &env.Env{Ctx: context.Background(), Now: func() time.Time { return time.Date(2026, 11, 29, 18, 0, 0, 0, zone) }, Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)}}
	dialogs := dialog.NewStack(e)
	dialogs.Resize(120, 24)
	s := New(e, Options{Store: struct{ Store }{}, Dialogs: dialogs})
	id := api.ConversationID{Account: "shop", Remote: "1"}
	put := journal.On(id, journal.Submitted)
	put.Result, put.Text, put.Until = "to be sent", "Hello", time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	s.showLog([]journal.Entry{put}, 0, map[api.ConversationID]api.Conversation{id: {ID: id, Contact: api.Contact{Name: "Omar"}}})
	if view := strings.Join(dialogs.View(), "\n"); !strings.Contains(view, "put into the outbox Omar") || !strings.Contains(view, "to be sent Mon 30 Nov 09:00 Hello") {
		t.Errorf("shows:\n%s", view)
	}
}

// The newest handover of the folder is offered, and enter alone takes it.
func TestTheNewestHandoverIsOffered(t *testing.T) {
	th := theme.New(colorprofile.ASCII, true)
	e := &env.Env{Ctx: context.Background(), Now: time.Now, Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)}}
	dialogs := dialog.NewStack(e)
	dialogs.Resize(200, 24)
	folder := t.TempDir()
	_, data, err := handover.File{Made: time.Now(), By: "olga"}.Write(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(data, []byte("{"), 0o600); err != nil { // so that what is wrong says which was read
		t.Fatal(err)
	}
	s := New(e, Options{Store: struct{ Store }{}, Folder: folder, Dialogs: dialogs})
	for _, cmd := range all(s.Do(keymap.ReadHandover)) {
		dialogs.Update(cmd())
	}
	if view := strings.Join(dialogs.View(), "\n"); !strings.Contains(view, "Enter alone takes the newest") || !strings.Contains(view, filepath.Base(data)) {
		t.Fatalf("offers:\n%s", view)
	}
	cmd, _ := dialogs.Do(keymap.MenuChoose)
	if cmd == nil {
		t.Fatal("nothing is read")
	}
	dialogs.Update(cmd())
	if view := strings.Join(dialogs.View(), "\n"); !strings.Contains(view, "this is no handover of unibox, or it is damaged") {
		t.Errorf("after enter:\n%s", view)
	}
}

// all are the commands of a batch.
func all(cmd tea.Cmd) []tea.Cmd {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	if batch, ok := msg.(tea.BatchMsg); ok {
		return batch
	}
	return []tea.Cmd{func() tea.Msg { return msg }}
}

// X4: while customers are masked the log says what was done and not to whom nor in which words,
// and a handover, which is nothing but names and words, is not shown: the key that ends masking
// is said instead.
func TestX4TheShiftNamesNobody(t *testing.T) {
	th := theme.New(colorprofile.ASCII, true)
	keys, err := keymap.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	e := &env.Env{Ctx: context.Background(), Now: time.Now, Keys: keys, Scopes: func() []keymap.Scope { return []keymap.Scope{keymap.List} }, Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)}}
	said := ""
	e.Notify = func(s string, _ bool) tea.Cmd { said = s; return nil }
	dialogs := dialog.NewStack(e)
	dialogs.Resize(160, 24)
	s := New(e, Options{Store: struct{ Store }{}, Dialogs: dialogs})
	c := api.Conversation{ID: api.ConversationID{Account: "shop", Remote: "79250000042"}, Contact: api.Contact{Name: "Grace Okafor"}}
	put := journal.On(c.ID, journal.Submitted)
	put.Text, put.Result, put.Reason = "Hello Grace Okafor, it is in box 7", "with label-okafor.pdf", "Grace is asked by +7 925 000-00-42"
	other := put
	other.Conversation, other.Reason = "79250000043", "" // not stored any more
	secrets := []string{"Grace", "Okafor", "okafor", "925", "box 7"}

	show := func() string {
		s.showLog([]journal.Entry{put, other}, 0, map[api.ConversationID]api.Conversation{c.ID: c, of(other): {ID: of(other), Contact: api.Contact{Name: other.Conversation}}})
		view := strings.Join(dialogs.View(), "\n")
		dialogs.Do(keymap.MenuClose)
		return view
	}
	for _, secret := range secrets {
		if view := show(); !strings.Contains(view, secret) {
			t.Fatalf("%q is not there to be masked:\n%s", secret, view)
		}
	}
	e.Privacy.Toggle(e.Now())
	e.Look.Mode.Private = true
	view := show()
	for _, secret := range secrets {
		if strings.Contains(view, secret) {
			t.Errorf("%q is shown:\n%s", secret, view)
		}
	}
	if !strings.Contains(view, "put into the outbox G••• O•••") || !strings.Contains(view, "put into the outbox ••• 43") {
		t.Errorf("shows:\n%s", view)
	}

	for _, a := range []keymap.Action{keymap.WriteHandover, keymap.ReadHandover} {
		if why := s.Why(a); !strings.Contains(why, "masked: g m ") {
			t.Errorf("%v while masked: %q", a, why)
		}
	}
	f := handover.File{Conversations: []handover.Conversation{{Account: "shop", ID: "1", Name: "Grace Okafor", Waiting: e.Now()}}}
	plan := handover.Plan{Steps: []handover.Step{{Words: "Grace Okafor: star"}}, Left: []string{"Grace Okafor: its snooze"}}
	for name, shown := range map[string]func() tea.Cmd{"the handover": func() tea.Cmd { return s.show(f) }, "its plan": func() tea.Cmd { return s.showPlan(f, plan) }} {
		if said = ""; shown() != nil || !dialogs.Empty() || !strings.Contains(said, "g m") {
			t.Errorf("%s was being read when masking began: says %q, shows:\n%s", name, said, strings.Join(dialogs.View(), "\n"))
		}
	}
	e.Privacy.Toggle(e.Now())
	e.Look.Mode.Private = false
	if why := s.Why(keymap.WriteHandover); why != "" {
		t.Error(why)
	}
	if s.show(f); !strings.Contains(strings.Join(dialogs.View(), "\n"), "Grace Okafor") {
		t.Error("nothing is shown after masking ended")
	}
}
