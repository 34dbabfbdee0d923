package ui

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/ui/layout"
)

// slowModel is a model whose commands end when the test lets them, in any order, and
// whose clock and waits are the test's.
type slowModel struct {
	*timed
	now   time.Time
	queue []tea.Cmd
}

func newSlowModel() *slowModel {
	s := &slowModel{timed: newTimed(), now: noon()}
	s.env.Now = func() time.Time { return s.now }
	s.peek = peek{}
	return s
}

func noon() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

func (s *slowModel) send(msg tea.Msg) {
	_, cmd := s.Update(msg)
	s.queue = append(s.queue, parts(cmd)...)
	s.View()
}

// parts are the commands that a command is made of.
func parts(cmd tea.Cmd) []tea.Cmd {
	if cmd == nil {
		return nil
	}
	return []tea.Cmd{cmd}
}

// end lets the i-th command end.
func (s *slowModel) end(i int) {
	cmd := s.queue[i]
	s.queue = append(s.queue[:i:i], s.queue[i+1:]...)
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			s.queue = append(s.queue, parts(c)...)
		}
	default:
		s.send(msg)
	}
}

func (s *slowModel) endAll() {
	for n := 0; len(s.queue) > 0; n++ {
		if n > 1000 {
			panic("what is read leads to more reads for ever")
		}
		s.end(0)
	}
}

// after presses a key so long after the last one.
func (s *slowModel) after(d time.Duration, key string) {
	s.now = s.now.Add(d)
	s.send(keyPress(key))
}

// rest ends the waits for a selection that rests.
func (s *slowModel) rest() {
	due := s.waits
	s.waits = nil
	for _, w := range due {
		if _, ok := w.msg.(peekMsg); ok {
			s.send(w.msg)
		}
	}
}

// The thread follows a single move at once, and a held key when it rests.
func TestThePreviewFollowsAHeldKeyWhenItRests(t *testing.T) {
	s := newSlowModel()
	shows := func(when string, want int) {
		t.Helper()
		if got := s.thread.Conversation(); got != s.store.rows[want].Conversation.ID {
			t.Errorf("%s: the thread is of %s, want %d", when, got.Remote, want)
		}
	}
	s.after(time.Second, "j")
	shows("after a pause", 1)
	for range 20 {
		s.after(33*time.Millisecond, "j")
	}
	shows("while it is held", 1)
	if len(s.waits) == 0 || s.waits[len(s.waits)-1].d != peekAfter {
		t.Fatalf("it waits for %v", s.waits)
	}
	reads := len(s.queue)
	s.rest()
	shows("at rest", 21)
	if len(s.queue) != reads+1 {
		t.Errorf("%d commands for one rest", len(s.queue)-reads)
	}
	s.after(time.Second, "pgup")
	shows("after a page", 21-s.pageOfList())
}

func (s *slowModel) pageOfList() int { return 17 }

// The line of keys follows a single move at once, and a held key when it rests, also
// where no thread follows.
func TestTheHintsFollowAHeldKeyWhenItRests(t *testing.T) {
	for name, slow := range map[string]bool{"a fast line": false, "a slow line": true} {
		s := newSlowModel()
		s.env.Look.Clock.Slow = slow
		for i := range s.store.rows {
			if i%2 == 1 {
				s.store.rows[i].WaitingSince = time.Time{} // who does not wait cannot be skipped
			}
		}
		s.Update(s.inbox.Reload()())
		hints := func() string { return s.View().Content[strings.LastIndex(s.View().Content, "\n"):] }
		waiting := hints()
		s.after(time.Second, "j")
		answered := hints()
		if waiting == answered {
			t.Fatalf("%s: the hints are the same for who waits: %q", name, waiting)
		}
		s.after(33*time.Millisecond, "j")
		if hints() != answered {
			t.Errorf("%s: the hints are drawn anew while a key is held", name)
		}
		s.rest()
		if hints() != waiting {
			t.Errorf("%s: at rest the hints are %q, want %q", name, hints(), waiting)
		}
		s.after(time.Second, "j")
		if hints() != answered {
			t.Errorf("%s: after a single move the hints are %q, want %q", name, hints(), answered)
		}
		s.after(33*time.Millisecond, "j")
		s.after(33*time.Millisecond, "/")
		if hints() == answered {
			t.Errorf("%s: the hints are those of the list while one types a filter", name)
		}
	}
}

// On a slow line nothing is shown but what is opened.
func TestASlowLineShowsAThreadOnEnter(t *testing.T) {
	s := newSlowModel()
	s.env.Look.Clock.Slow = true
	before := s.thread.Conversation()
	s.after(time.Second, "j")
	s.rest()
	if s.thread.Conversation() != before {
		t.Error("a move shows a thread")
	}
	s.after(time.Second, "enter")
	if got := s.thread.Conversation(); got != s.inbox.SelectedID() || s.focus != layout.Thread {
		t.Errorf("enter shows %s", got.Remote)
	}
}

// While the thread of the selected row is not read, the rows of the one before stay:
// no words are drawn that are gone a moment later, but who it is with is said.
func TestAPeekDrawsNothingTwice(t *testing.T) {
	s := newSlowModel()
	s.store.rows[1].Conversation.Contact.Name = "Bela"
	s.Update(s.inbox.Reload()())
	before := s.thread.View()
	s.after(time.Second, "j")
	if got := s.thread.View(); got[3] != before[3] {
		t.Errorf("%q, want %q", got[3], before[3])
	}
	if got := s.thread.Title(40, "", ""); !strings.Contains(got, "Bela") {
		t.Errorf("the title is %q", got)
	}
	s.now = s.now.Add(time.Second)
	if got := s.thread.View(); !strings.Contains(got[1], "Reading") {
		t.Errorf("a read that takes long says nothing: %q", got[1])
	}
}

// Whatever was read or rested when: a reply is to the conversation that was current
// when its key was pressed, and what is typed stays in it.
func TestAReplyGoesToTheSelectedRow(t *testing.T) {
	moves := []string{"j", "j", "j", "k", "pgdown", "pgup", "G", "ctrl+d", "1", "2", "3", "tab", "h", "l", "n"}
	found, behind := 0, 0
	for seed := range uint64(30) {
		dice := rand.New(rand.NewPCG(seed, 1))
		s := newSlowModel()
		for range 30 {
			switch dice.IntN(5) {
			case 0:
				if n := len(s.queue); n > 0 {
					s.end(dice.IntN(n))
				}
			case 1:
				s.rest()
			default:
				among := len(moves)
				if seed%2 == 0 { // in the list alone
					among = 8
				}
				s.after(time.Duration(dice.IntN(200))*time.Millisecond, moves[dice.IntN(among)])
			}
		}
		if s.keys.waiting { // n was pressed: what comes now is about whom it finds
			s.send(keyPress("r"))
			s.send(keyPress("x"))
			if s.reply.Composing() {
				t.Fatalf("seed %d: a box is open while another conversation is looked for", seed)
			}
			s.endAll()
			box := s.reply.Draft()
			if box.Conversation != s.thread.Conversation() || s.reply.Composing() != (box.Body == "x") {
				t.Fatalf("seed %d: the reply %q is to %s, the thread is of %s", seed, box.Body, box.Conversation.Remote, s.thread.Conversation().Remote)
			}
			if s.reply.Composing() {
				found++
			}
			continue
		}
		current := s.current().Conversation.ID
		if s.focus == layout.Channels { // r means nothing there
			s.after(time.Second, "2")
			s.endAll()
			current = s.current().Conversation.ID
		}
		if s.thread.Conversation() != current {
			behind++
		}
		s.send(keyPress("r"))
		s.send(keyPress("x"))
		s.rest()
		for len(s.queue) > 0 {
			s.end(dice.IntN(len(s.queue)))
		}
		s.rest()
		if box := s.reply.Draft(); !s.reply.Composing() || box.Body != "x" || box.Conversation != current || s.thread.Conversation() != current {
			t.Fatalf("seed %d: the reply %q is to %s beside the thread of %s, want %s", seed, box.Body, box.Conversation.Remote, s.thread.Conversation().Remote, current.Remote)
		}
	}
	if found == 0 || behind == 0 {
		t.Errorf("%d replies were begun while another conversation was looked for, %d while another was shown", found, behind)
	}
}

// What is done to a message, or in the box, right after a move is about the selected
// row's conversation too, also where the palette does it.
func TestActionsWaitForNoPreview(t *testing.T) {
	for _, action := range []keymap.Action{keymap.Attach, keymap.Copy, keymap.Canned, keymap.React} {
		s := newSlowModel()
		s.after(time.Second, "j")
		s.after(10*time.Millisecond, "j")
		if s.thread.Conversation() == s.inbox.SelectedID() {
			t.Fatal("the preview is there already")
		}
		s.do(action)
		if got, want := s.thread.Conversation(), s.inbox.SelectedID(); got != want || s.reply.Draft().Conversation != want {
			t.Errorf("%s is about %s, want %s", action, got.Remote, want.Remote)
		}
	}
	nobody := api.ConversationID{}
	if s := newSlowModel(); s.behind() != nobody {
		t.Error("a thread that is the selected one's is behind")
	}
}
