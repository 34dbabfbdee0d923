package reply

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

// Who types ahead of a slow disk is heard: the reply goes out once all is read, if it is
// what the agent saw. Otherwise it stays in the box, and that is said.
func TestSendBeforeAllIsRead(t *testing.T) {
	for name, tt := range map[string]struct {
		stored, since, says string
	}{
		"nothing else":   {"", "", ""},
		"a stored draft": {"of yesterday ", "", "not sent: the text is another one now"},
		"typed on since": {"", "jj", "not sent: the text is another one now"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newBox(t)
			said := ""
			f.env.Notify = func(s string, warn bool) tea.Cmd { said = s; return nil }
			f.disk.drafts[anna] = state.Draft{Body: tt.stored}
			f.thread.unread = true
			reading := f.Open(anna, nil)
			if why := f.Why(keymap.Send); why == "" {
				t.Error("nothing can be sent")
			}
			f.write("hello")
			f.run(f.Do(keymap.Send))
			f.write(tt.since)
			f.run(reading)
			if len(f.disk.sent) != 0 {
				t.Fatal("sent before the conversation was read")
			}
			f.thread.unread = false
			f.run(f.Ready())
			if tt.says != "" {
				if body := f.Draft().Body; len(f.disk.sent) != 0 || body != tt.stored+"hello"+tt.since || !strings.Contains(said, tt.says) {
					t.Errorf("sent %d, in the box %q, said %q", len(f.disk.sent), body, said)
				}
				return
			}
			if len(f.disk.sent) != 1 || f.disk.sent[0].Body != "hello" || !f.Empty() {
				t.Errorf("sent %+v, in the box %q, said %q", f.disk.sent, f.Draft().Body, said)
			}
			f.run(f.Ready())
			if len(f.disk.sent) != 1 {
				t.Error("sent twice")
			}
		})
	}
}

// What waited to be sent when the agent moved on is a draft, and that is said.
func TestMovedOnBeforeAllIsRead(t *testing.T) {
	f := newBox(t)
	said := ""
	f.env.Notify = func(s string, warn bool) tea.Cmd { said = s; return nil }
	reading := f.Open(anna, nil)
	f.write("hello")
	f.run(f.Do(keymap.SendDoneNext))
	f.run(f.Depart())
	f.run(f.Open(api.ConversationID{Account: "a", Remote: "2"}, nil))
	f.run(reading)
	f.run(f.Ready())
	if len(f.disk.sent) != 0 || f.disk.drafts[anna].Body != "hello" || !strings.Contains(said, "kept as a draft") {
		t.Errorf("sent %d, kept %q, said %q", len(f.disk.sent), f.disk.drafts[anna].Body, said)
	}
}
