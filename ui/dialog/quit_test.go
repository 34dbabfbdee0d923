package dialog

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
)

// X3: nobody is told that a session goes on sending which only looks.
func TestX3OnlyASessionThatCanSendGoesOnSending(t *testing.T) {
	me, viewer, sender := state.Session{Self: true}, state.Session{Looks: true}, state.Session{}
	for _, c := range []struct {
		all  []state.Session
		want bool
	}{{[]state.Session{me}, false}, {[]state.Session{me, viewer}, false}, {[]state.Session{viewer, me, sender}, true}} {
		if got := afterwards(nil, c.all); strings.Contains(got, "goes on sending") != c.want {
			t.Errorf("%+v: %s", c.all, got)
		}
	}
}

// slow is a store of which the outbox is read while something else happens.
type slow struct {
	people
	during func()
	err    error
}

func (s *slow) Queue(ctx context.Context) ([]state.Unsent, error) {
	list := s.queue
	if s.during != nil {
		s.during()
	}
	return list, errors.Join(s.err, ctx.Err())
}

// unsentMessage goes out as soon as it can.
func unsentMessage() []state.Unsent {
	return []state.Unsent{{Message: &state.Outbound{Status: state.Queued, Conversation: api.ConversationID{Account: "a"}}}}
}

// A reply that comes into the outbox while it is read what is unsent is asked about: it is in
// none of what was read before.
func TestQuitAsksAboutAReplyThatCameIntoTheOutboxMeanwhile(t *testing.T) {
	sending, quit := true, false
	store := &slow{}
	store.during = func() { sending, store.queue = false, unsentMessage() }
	s, e, _ := newStack(store)
	q := quitting(e, &quit)
	q.Sending = func() bool { return sending }
	_, again := s.Update(q.Ask()())
	if quit || again == nil {
		t.Fatal("it quits by what was read before")
	}
	if s.Update(again()); quit || !strings.Contains(shown(s), "1 message is not out yet") {
		t.Errorf("quit %v:\n%s", quit, shown(s))
	}
}

// Where what is unsent cannot be read nobody is told that there is nothing.
func TestQuitAsksWhereTheOutboxIsNotRead(t *testing.T) {
	quit := false
	s, e, _ := newStack(&slow{err: errors.New("the disk does not answer")})
	s.Update(quitting(e, &quit).Ask()())
	if quit || !strings.Contains(shown(s), "What is unsent could not be read: the disk does not answer.") {
		t.Errorf("quit %v:\n%s", quit, shown(s))
	}
}

// endless is what is typed behind a reply with a large file: saving it waits for that.
type endless struct{ typed }

func (*endless) Flush(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

// What waits for a reply with a large file leaves time to read what is unsent.
func TestQuitReadsTheOutboxHoweverLongSavingTook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		quit := false
		s, e, _ := newStack(&slow{people: people{queue: unsentMessage()}})
		q := quitting(e, &quit)
		q.Typed = &endless{}
		if s.Update(q.Ask()()); quit || !strings.Contains(shown(s), "1 message is not out yet") {
			t.Errorf("quit %v:\n%s", quit, shown(s))
		}
	})
}

// Whoever waits until all is out quits by what was read since: not by what was read before the
// last reply came into the outbox, however late that is answered.
func TestWaitingQuitsByWhatIsReadSince(t *testing.T) {
	quit, sending, began := false, true, 4
	s, e, _ := newStack(&people{})
	s.Anew(func() (int, tea.Cmd) {
		began++
		return began, func() tea.Msg { return nil }
	})
	q := quitting(e, &quit)
	q.Sending = func() bool { return sending }
	s.Open(newWaiting(q))
	if s.Unsent(4, nil); quit {
		t.Fatal("it quits while a reply is on its way into the outbox")
	}
	sending = false
	if read := s.Unsent(5, nil); quit || read == nil || began != 6 {
		t.Fatalf("quit %v by a reading that began before the reply was there, %d began", quit, began)
	}
	if s.Unsent(5, nil); quit {
		t.Fatal("it quits by an older reading that comes again, as where the last one failed")
	}
	if s.Unsent(6, unsentMessage()); quit {
		t.Fatal("it quits while a message is not out")
	}
	if s.Unsent(7, nil); !quit {
		t.Error("it waits although all is out")
	}
}
