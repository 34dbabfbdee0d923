package ui

import (
	"testing"
	"time"

	"unibox/state"
)

// While a reply is typed, what its own saving makes stale is read again together and a
// little later; after any other key, and at rest, at once.
func TestNewsWaitWhileAReplyIsTyped(t *testing.T) {
	s := newSlowModel()
	inText(s.Model)
	s.endAll()
	s.waits, s.queue = nil, nil
	inbox := staleMsg{{Kind: state.TopicInbox}}
	reads := func() bool {
		read := len(s.queue) > 0
		s.endAll()
		return read
	}
	for range 4 {
		s.after(200*time.Millisecond, "b")
		reads() // what a letter itself leads to
		s.send(inbox)
		if reads() {
			t.Fatal("all is read again while one types")
		}
	}
	due := 0
	for _, w := range s.waits {
		if _, ok := w.msg.(newsDueMsg); ok && w.d == newsWait {
			due++
		}
	}
	if due != 1 {
		t.Errorf("%d ends of the wait for four pieces of news", due)
	}
	if s.send(newsDueMsg{}); !reads() {
		t.Error("what waited is never read")
	}
	if s.send(newsDueMsg{}); reads() {
		t.Error("it is read twice")
	}
	s.after(10*time.Millisecond, "b")
	s.send(inbox)
	s.after(10*time.Millisecond, "esc")
	reads()
	if s.send(staleMsg{{Kind: state.TopicAccounts}}); !reads() || len(s.news.topics) > 0 {
		t.Error("news waits after another key")
	}
	s.after(time.Second, "r")
	s.after(10*time.Millisecond, "b")
	reads()
	s.now = s.now.Add(time.Second)
	if s.send(inbox); !reads() {
		t.Error("news waits although nobody types any more")
	}
}
