package reply

import (
	"errors"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

// Who types ahead of a slow disk is heard: the reply goes out once the stored draft is
// read, if it is what the agent saw. Otherwise it stays in the box, and that is said.
func TestSendBeforeTheDraftIsRead(t *testing.T) {
	for name, tt := range map[string]struct {
		stored state.Draft
		since  string
		sent   bool
	}{
		"nothing stored": {sent: true},
		"a stored text":  {stored: state.Draft{Body: "of yesterday "}},
		"a stored file":  {stored: state.Draft{Files: []state.File{{Path: "/tmp/offer.pdf", Name: "offer.pdf"}}}},
		"a stored quote": {stored: state.Draft{Quote: state.Quote{Message: "7", Author: "Anna", Text: "which?"}}},
		"typed on since": {since: "jj"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newBox(t)
			said := ""
			f.env.Notify = func(s string, warn bool) tea.Cmd { said = s; return nil }
			f.disk.drafts[anna] = tt.stored
			reading := f.Open(anna, nil)
			if why := f.Why(keymap.Send); why == "" {
				t.Error("nothing can be sent")
			}
			f.write("hello")
			f.run(f.Do(keymap.Send))
			f.write(tt.since)
			if len(f.disk.sent) != 0 {
				t.Fatal("sent before the draft was read")
			}
			_, cmd := f.Update(reading())
			f.run(cmd)
			if !tt.sent {
				if body := f.Draft().Body; len(f.disk.sent) != 0 || body != tt.stored.Body+"hello"+tt.since || !strings.Contains(said, "not sent: ") {
					t.Errorf("sent %d, in the box %q, said %q", len(f.disk.sent), body, said)
				}
				return
			}
			f.run(f.Ready())
			if len(f.disk.sent) != 1 || f.disk.sent[0].Body != "hello" || !f.Empty() {
				t.Errorf("sent %+v, in the box %q, said %q", f.disk.sent, f.Draft().Body, said)
			}
		})
	}
}

// What is written before the conversation was on screen does not go out: the agent has
// not seen what they wrote last.
func TestNothingIsSentUnseen(t *testing.T) {
	f := newBox(t)
	f.thread.unread = true
	f.run(f.Open(anna, nil))
	f.write("hello")
	if why := f.Why(keymap.Send); why != "the conversation is still being read" {
		t.Error(why)
	}
}

// A saved reply is filled in before it goes, also at a later time.
func TestHolesAreNotScheduled(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.Paste("Order {{order}} is ready")
	f.run(f.openSchedule())
	if said := f.choose(0); !strings.Contains(said, "{{order}}") {
		t.Errorf("asked:\n%s", said)
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

// drain runs a command and everything that follows from it.
func (f *fixture) drain(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	msg := cmd()
	if batch, ok := msg.(tea.BatchMsg); ok {
		for _, c := range batch {
			f.drain(c)
		}
		return
	}
	_, next := f.Update(msg)
	f.drain(next)
}

// An agent types faster than a slow disk works: every reply goes out by itself and in its
// order, and what is typed behind the last enter stays in the box.
func TestRepliesInQuickSuccessionStayApart(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.write("one")
	first := f.Do(keymap.Send)
	for _, reply := range []string{"two", "three\nlines"} {
		f.Paste(reply)
		f.Do(keymap.Send)
	}
	f.Do(keymap.Send) // of nothing
	f.write("fo")
	f.drain(first)
	var sent []string
	for _, d := range f.disk.sent {
		sent = append(sent, d.Body)
	}
	if !slices.Equal(sent, []string{"one", "two", "three\nlines"}) || f.Draft().Body != "fo" {
		t.Errorf("sent %q, in the box %q", sent, f.Draft().Body)
	}
}

// What waits and is written over does not go out.
func TestAWaitingReplyThatIsChanged(t *testing.T) {
	f := newBox(t)
	said := ""
	f.env.Notify = func(s string, warn bool) tea.Cmd { said = s; return nil }
	f.run(f.Open(anna, nil))
	f.write("one")
	first := f.Do(keymap.Send)
	f.write("two")
	f.Do(keymap.Send)
	f.text.SetValue("tw")
	_, next := f.Update(first())
	f.run(next)
	if len(f.disk.sent) != 1 || f.Draft().Body != "tw" || !strings.Contains(said, "not sent: ") {
		t.Errorf("sent %+v, in the box %q, said %q", f.disk.sent, f.Draft().Body, said)
	}
}

// Two replies in quick succession both go out, in their order, also where the first is
// still being written to the outbox. If that fails, both texts are in the box again.
func TestSendBeforeTheLastIsWritten(t *testing.T) {
	for _, fails := range []bool{false, true} {
		f := newBox(t)
		f.run(f.Open(anna, nil))
		f.write("one")
		first := f.Do(keymap.Send)
		f.write("two")
		if f.Do(keymap.Send); len(f.disk.sent) != 0 {
			t.Fatalf("the second was sent before the first, of %d", len(f.disk.sent))
		}
		if fails {
			f.disk.err = errors.New("the disk is full")
		}
		_, next := f.Update(first())
		f.run(next)
		var sent []string
		for _, d := range f.disk.sent {
			sent = append(sent, d.Body)
		}
		if fails && (len(sent) != 0 || f.Draft().Body != "one\ntwo" || f.awaited != nil) {
			t.Errorf("the disk was full: sent %q, in the box %q", sent, f.Draft().Body)
		}
		if !fails && (!slices.Equal(sent, []string{"one", "two"}) || !f.Empty()) {
			t.Errorf("sent %q, in the box %q", sent, f.Draft().Body)
		}
	}
}

// A question about a reply that waits is about its text alone: what is typed behind it does
// not go with it, and what waits behind it goes after it.
func TestAQuestionAboutAWaitingReply(t *testing.T) {
	for name, tt := range map[string]struct {
		waits string
		moved bool
		pick  int
	}{
		"they wrote meanwhile":         {"two", true, 1},
		"something is to be filled in": {"hello {{name}}", false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := newBox(t)
			f.run(f.Open(anna, nil))
			f.write("one")
			first := f.Do(keymap.Send)
			for _, reply := range []string{tt.waits, "three"} {
				f.Paste(reply)
				f.Do(keymap.Send)
			}
			f.write("half typed")
			if tt.moved {
				f.thread.unseen = 1
			}
			f.drain(first)
			if len(f.disk.sent) != 1 || f.dialogs.Empty() {
				t.Fatalf("sent %+v without a question", f.disk.sent)
			}
			if all := tt.waits + "\nthree\nhalf typed"; f.Draft().Body != all {
				t.Errorf("in the box is %q", f.Draft().Body)
			}
			f.drain(f.Ready()) // as whatever else was read does
			for range tt.pick {
				f.dialogs.Do(keymap.MenuDown)
			}
			chosen, _ := f.dialogs.Do(keymap.MenuChoose)
			f.drain(chosen)
			var sent []string
			for _, d := range f.disk.sent {
				sent = append(sent, d.Body)
			}
			if !slices.Equal(sent, []string{"one", tt.waits, "three"}) || f.Draft().Body != "half typed" {
				t.Errorf("sent %q, in the box %q", sent, f.Draft().Body)
			}
		})
	}
}

// Files and a quote go with the reply that they were put to.
func TestAWaitingReplyHasItsOwnFiles(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.write("one")
	first := f.Do(keymap.Send)
	f.files = []state.File{{Path: "/a", Name: "a"}}
	f.write("two")
	f.Do(keymap.Send)
	f.files = append(f.files, state.File{Path: "/b", Name: "b"})
	f.write("three")
	f.Do(keymap.Send)
	f.drain(first)
	if len(f.disk.sent) != 3 || len(f.disk.sent[1].Files) != 1 || f.disk.sent[1].Files[0].Name != "a" || len(f.disk.sent[2].Files) != 1 || f.disk.sent[2].Files[0].Name != "b" || !f.Empty() {
		t.Errorf("sent %+v, in the box %+v", f.disk.sent, f.Draft())
	}
}

// Where a reply fails after which the next conversation was to come, what was typed for that
// one does not get into the reply, and is not sent with it.
func TestWhatIsTypedForTheNextStaysOutOfAFailedReply(t *testing.T) {
	f := newBox(t)
	dropped := 0
	f.screen.Drop = func() tea.Cmd { dropped++; return nil }
	f.screen.Release = func() tea.Cmd { t.Error("what was typed is used here"); return nil }
	f.run(f.Open(anna, nil))
	f.write("one")
	f.disk.err = errors.New("the store is locked")
	f.drain(f.Do(keymap.SendDoneNext))
	if dropped != 1 || f.Draft().Body != "one" || len(f.disk.sent) != 0 {
		t.Errorf("dropped %d times, in the box %q, sent %+v", dropped, f.Draft().Body, f.disk.sent)
	}
}

// A reply that waits for the one before it answers what was on screen when enter was pressed: what
// the customer wrote since holds it, though it is on screen by then.
func TestAReplyBehindAnotherAnswersWhatWasOnScreen(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.write("one")
	first := f.Do(keymap.Send)
	f.write("two")
	f.Do(keymap.Send)
	f.thread.more = 2
	f.drain(first)
	if len(f.disk.sent) != 2 || f.disk.sent[0].Seen != api.Known[state.Pos](7) || f.disk.sent[1].Seen != api.Known[state.Pos](7) {
		t.Errorf("sent: %+v", f.disk.sent)
	}
}

// Where the agent was asked about such a reply, and sends it, it answers what was on screen then.
func TestAReplyBehindAnotherAnswersWhatWasThereWhenAsked(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.write("one")
	first := f.Do(keymap.Send)
	f.Paste("The menu is attached")
	f.Do(keymap.Send)
	f.drain(first)
	f.thread.more = 2
	if f.dialogs.Empty() {
		t.Fatal("nobody is asked about the file")
	}
	cmd, _ := f.dialogs.Do(keymap.SendAnyway)
	f.drain(cmd)
	if len(f.disk.sent) != 2 || f.disk.sent[1].Seen != api.Known[state.Pos](9) {
		t.Errorf("sent: %+v", f.disk.sent)
	}
}
