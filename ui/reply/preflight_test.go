package reply

import (
	"strings"
	"testing"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

// C11: a text that promises a file is asked about where there is none and one could be.
func TestForgottenFile(t *testing.T) {
	for _, tt := range []struct {
		choice, sent int
		maxFiles     int
	}{{1, 1, 2}, {0, 0, 2}, {-1, 1, 0}} {
		f := newBox(t)
		f.env.Accounts[0].Traits.Rules = map[api.ChannelKind]api.ChannelRules{"chat": {Title: "Chat", MaxFiles: tt.maxFiles}}
		f.run(f.Open(anna, nil))
		f.Paste("The menu is attached")
		f.run(f.Do(keymap.Send))
		if tt.choice >= 0 {
			if said := f.choose(tt.choice); !strings.Contains(said, "You write “attached”") {
				t.Errorf("asked:\n%s", said)
			}
		}
		if len(f.disk.sent) != tt.sent || tt.sent == 0 && f.Draft().Body != "The menu is attached" {
			t.Errorf("choice %d, up to %d files: sent %d, in the box %q", tt.choice, tt.maxFiles, len(f.disk.sent), f.Draft().Body)
		}
	}
}

// The wrong-customer guard: one question for all there is to say of a text, one key to go
// on, and not a word more when the same text comes back and is sent again.
func TestAllIsAskedOnceAndOneKeyGoesOn(t *testing.T) {
	f := newBox(t)
	omar := api.ConversationID{Account: "a", Remote: "omar"}
	f.thread.row = state.Row{Conversation: api.Conversation{ID: omar, Kind: "chat", Contact: api.Contact{Name: "Omar Haddad"}}}
	f.thread.messages = []api.Message{{Body: "order #10234 please"}}
	f.run(f.Open(omar, nil))
	f.run(f.Depart())
	f.thread.row, f.thread.messages = state.Row{}, nil
	f.run(f.Open(anna, nil))
	f.Paste("Order #10234 for {{name}} is ready, the bill is attached")
	f.disk.err = state.ErrNoSuch
	f.run(f.Do(keymap.Send))
	view := strings.Join(f.dialogs.View(), "\n")
	for _, want := range []string{"#10234 belongs to Omar Haddad", "This goes to Anna", "{{name}}", "“attached”"} {
		if !strings.Contains(view, want) {
			t.Errorf("%q is not said:\n%s", want, view)
		}
	}
	f.disk.asked = nil
	for range 3 { // tab goes to the next choice, as everywhere
		cmd, _ := f.dialogs.Do(keymap.MenuComplete)
		f.run(cmd)
	}
	if f.dialogs.Empty() || len(f.disk.asked) > 0 {
		t.Fatalf("tab sent it: %v", f.disk.asked)
	}
	if view := strings.Join(f.dialogs.View(), "\n"); !strings.Contains(view, "ctrl+s") {
		t.Errorf("the key is not shown:\n%s", view)
	}
	cmd, _ := f.dialogs.Do(keymap.SendAnyway)
	f.run(cmd)
	if !f.dialogs.Empty() || len(f.disk.asked) == 0 {
		t.Fatalf("it was not tried: %v", f.disk.asked)
	}
	f.disk.err = nil
	f.run(f.Do(keymap.Send))
	if !f.dialogs.Empty() || len(f.disk.sent) != 1 {
		t.Errorf("asked a second time, sent %d", len(f.disk.sent))
	}
}

// X4: the question about what belongs to another customer names neither where they are masked,
// also where only this one is revealed.
func TestX4TheQuestionNamesNobody(t *testing.T) {
	for _, masked := range []bool{false, true} {
		f := newBox(t)
		omar := api.ConversationID{Account: "a", Remote: "omar"}
		f.thread.row = state.Row{Conversation: api.Conversation{ID: omar, Kind: "chat", Contact: api.Contact{Name: "Omar Haddad"}}}
		f.run(f.Open(omar, nil))
		f.run(f.Depart())
		f.thread.row = state.Row{}
		f.run(f.Open(anna, nil))
		f.Paste("Hello, Omar Haddad asked for it")
		if masked {
			f.env.Privacy.Toggle(noon)
			f.env.Reveal(anna)
		}
		f.run(f.Do(keymap.Send))
		view, want := strings.Join(f.dialogs.View(), "\n"), "You name Omar Haddad, another customer. This goes to Anna"
		if masked {
			want = "You name O••• H•••, another customer. This goes to Anna"
		}
		if !strings.Contains(view, want) {
			t.Errorf("masked %v: %q is not said:\n%s", masked, want, view)
		}
	}
}
