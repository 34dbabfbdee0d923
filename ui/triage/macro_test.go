package triage

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/state/canned"
	"unibox/state/macro"
)

// macroOn has one macro, and a reply box that notes what is done with it.
func macroOn(t *testing.T, box *Box, do ...string) (tr *Triage, asked *record, said *[]string, start func()) {
	t.Helper()
	tr, asked, said = on(0, anna())
	m := macro.Macro{Name: "Refund"}
	for _, text := range do {
		s, err := macro.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		m.Steps = append(m.Steps, s)
	}
	note := func(what string) tea.Cmd { asked.asked = append(asked.asked, what); return nil }
	no := func() string { return "" }
	tr.screen.Box = Box{Open: func() tea.Cmd { return note("open") }, Ready: func() bool { return true }, WhyNoReply: no, WhyNoSend: no,
		Insert: func(r canned.Reply, empty bool, then func() tea.Cmd) (tea.Cmd, string, bool) {
			return note("insert " + r.Body), "", true
		},
		Send: func(doneNext bool) tea.Cmd {
			if doneNext {
				return note("send, done, next")
			}
			return note("send")
		}}
	if box != nil {
		if box.Ready != nil {
			tr.screen.Box.Ready = box.Ready
		}
		if box.Insert != nil {
			tr.screen.Box.Insert = box.Insert
		}
	}
	tr.screen.NextWaiting = func() tea.Cmd { return note("next") }
	tr.env.SavedReplies = func() ([]canned.Reply, []string) {
		return []canned.Reply{{Name: "refund", Title: "A refund", Body: "sms", Channels: []api.ChannelKind{"sms"}}, {Name: "refund", Title: "A refund", Body: "sorry"}}, nil
	}
	return tr, asked, said, func() { pump(tr, tr.startMacro(m)) }
}

// A macro does its steps in their order, and one undo takes back what can be.
func TestAMacroDoesItsStepsInOrder(t *testing.T) {
	for _, c := range []struct{ do, want, says string }{
		{"canned: refund|label: refund|snooze: in 2h", "open, insert sorry, 1 add [refund] remove [], here starred=false done=false", "Refund: “refund” inserted, labelled #refund, snoozed until"},
		{"star|done|next", "next, here starred=true done=false, here starred=false done=true", "Refund: starred, done, next"},
		{"canned: A Refund|label: x|send|done|next", "open, insert sorry, send, done, next, 1 add [x] remove []", "Refund: “A Refund” inserted, labelled #x, sent"},
		{"canned: refund|send", "open, insert sorry, send", "Refund: “refund” inserted, sent"},
		{"label: a|canned: nothing|done", "open, 1 add [a] remove []", "Refund: labelled #a; stopped at “canned: nothing”: there is no such saved reply for this channel"},
		{"canned: nothing", "open", "Refund did nothing: “canned: nothing”: there is no such"},
	} {
		_, asked, said, start := macroOn(t, nil, strings.Split(c.do, "|")...)
		start()
		if got := strings.Join(asked.asked, ", "); got != c.want || len(*said) != 1 || !strings.HasPrefix((*said)[0], c.says) {
			t.Errorf("%s\ndid   %s\nwant  %s\nsaid %q", c.do, got, c.want, *said)
		}
	}
	tr, asked, _, start := macroOn(t, nil, "label: x", "star")
	start()
	asked.asked = nil
	pump(tr, tr.undoLast())
	if got := strings.Join(asked.asked, ", "); got != "1 add [] remove [x], here starred=false done=false" {
		t.Errorf("undo did %s", got)
	}
}

// A macro stops where what it inserts is not as it would go out, where the conversation is
// another one, and where its customer waits for a decision; it waits for the reply box.
func TestAMacroStopsAndWaits(t *testing.T) {
	var then func() tea.Cmd
	asks := &Box{Insert: func(_ canned.Reply, _ bool, next func() tea.Cmd) (tea.Cmd, string, bool) {
		then = next
		return nil, "it asks for order", true
	}}
	_, asked, said, start := macroOn(t, asks, "canned: refund", "send")
	start()
	if got := strings.Join(asked.asked, ", "); got != "open" || then != nil || (*said)[0] != "Refund: stopped at “canned: refund”: it asks for order; nothing is sent" {
		t.Errorf("did %s, said %q", got, *said)
	}
	tr, asked, said, start := macroOn(t, asks, "star", "canned: refund", "label: x")
	start()
	if got := strings.Join(asked.asked, ", "); got != "open, here starred=true done=false" || !strings.HasPrefix((*said)[0], "Refund: starred; stopped at “canned: refund”: it asks for order; what follows is done once it is answered") {
		t.Errorf("at the question: %s, said %q", got, *said)
	}
	pump(tr, then())
	if got := strings.Join(asked.asked[2:], ", "); got != "1 add [x] remove []" || !strings.HasPrefix((*said)[1], "Refund: labelled #x") {
		t.Errorf("once it is answered: %s, said %q", got, *said)
	}
	ready := false
	tr, asked, said, start = macroOn(t, &Box{Ready: func() bool { return ready }}, "canned: refund", "done")
	start()
	if tr.Resume() != nil || strings.Join(asked.asked, ", ") != "open" || len(*said) != 0 {
		t.Fatalf("before the box is read: %q, %q", asked.asked, *said)
	}
	ready = true
	pump(tr, tr.Resume())
	if got := strings.Join(asked.asked, ", "); got != "open, insert sorry, here starred=false done=true" || tr.Resume() != nil {
		t.Errorf("then: %s", got)
	}
	ready = false
	tr, asked, said, start = macroOn(t, &Box{Ready: func() bool { return ready }}, "canned: refund", "done")
	start()
	row := *anna()
	row.Conversation.ID.Remote = "other"
	*said = nil
	tr.screen.Current = currentIs(&row)
	pump(tr, tr.Resume())
	if got := strings.Join(asked.asked, ", "); got != "open" || !strings.Contains((*said)[0], "another conversation is open") {
		t.Errorf("elsewhere: %s, %q", got, *said)
	}
	tr, asked, said, start = macroOn(t, nil, "label: x", "done")
	stuck := *anna()
	stuck.Failed = 1
	tr.screen.Current = currentIs(&stuck)
	start()
	if got := strings.Join(asked.asked, ", "); got != "1 add [x] remove []" || !strings.Contains((*said)[0], "stopped at “done”: their reply is not out") {
		t.Errorf("a failed reply: %s, %q", got, *said)
	}
}

func currentIs(row *state.Row) func() state.Row { return func() state.Row { return *row } }
