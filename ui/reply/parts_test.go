package reply

import (
	"strings"
	"testing"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

// C16: an SMS is counted in the parts that are billed, the character that halves them is
// named, and one key replaces it. Undo brings it back.
func TestPartsOfAnSMS(t *testing.T) {
	f := newBox(t)
	f.env.Accounts[0].Traits.Rules = map[api.ChannelKind]api.ChannelRules{"chat": {Title: "SMS", Parts: true}}
	f.Resize(100, 24)
	f.run(f.Open(anna, nil))
	says := func(want string) {
		t.Helper()
		if got := f.View()[0]; !strings.Contains(got, want) {
			t.Errorf("the rule is %q, want %q", got, want)
		}
	}
	f.Paste("see you at nine")
	says("1 part, 145 left ")
	if why := f.Why(keymap.Plain); why != "the text is plain already" {
		t.Error(why)
	}
	f.Paste("… don’t be late")
	says("1 part, 40 left, … makes it longer: alt+p")
	f.run(f.Do(keymap.Plain))
	says("1 part, 128 left ")
	if got := f.Draft().Body; got != "see you at nine... don't be late" {
		t.Errorf("the text is %q", got)
	}
	f.Paste(strings.Repeat("ж", 100))
	says("2 parts, 2 left, ж makes it longer ")
	if why := f.Why(keymap.Plain); !strings.Contains(why, "cannot shorten") {
		t.Error(why)
	}
}

// C16: on a narrow screen a long name gives way to how many parts a text has, and to the key
// that makes it shorter.
func TestPartsAreSeenBesideALongName(t *testing.T) {
	f := newBox(t)
	f.thread.row = state.Row{Conversation: api.Conversation{ID: anna, Kind: "chat", Contact: api.Contact{Name: strings.Repeat("Maximilian ", 4)}}}
	f.env.Accounts[0].Traits.Rules = map[api.ChannelKind]api.ChannelRules{"chat": {Title: "SMS", Parts: true}}
	f.run(f.Open(anna, nil))
	f.Resize(66, 24)
	f.Paste("Anna’s order")
	if head := f.View()[0]; !strings.Contains(head, "makes it longer: alt+p") || !strings.Contains(head, "Maximilian") {
		t.Errorf("it says %q", head)
	}
}
