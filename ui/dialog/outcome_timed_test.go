package dialog

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/text"
)

// C19: the card of a reply for a later time says when and that unibox has to run, and offers
// another time; one whose time passed while nobody ran says so.
func TestCardOfAReplyForALaterTime(t *testing.T) {
	s, e, _ := newStack(nil)
	at := e.Now().Add(26 * time.Hour)
	o := Outcome{Env: e, Outbound: state.Outbound{Status: state.Queued, Body: "See you", At: at, NotBefore: at}, Edit: func(state.Outbound) tea.Cmd { return nil }}
	s.Open(o.Card())
	view := strings.Join(s.View(), "\n")
	for _, want := range []string{"To be sent later", "It goes out", "if unibox runs then", "Send now"} {
		if !strings.Contains(view, want) {
			t.Errorf("%q is not said:\n%s", want, view)
		}
	}
	s.Do(keymap.MenuDown)
	s.Do(keymap.MenuChoose)
	if view := strings.Join(s.View(), "\n"); !strings.Contains(view, "Send when?") {
		t.Errorf("another time:\n%s", view)
	}
	o.Outbound.Status, o.Outbound.Reason = state.Held, "it was to go out at 09:00, and unibox did not run then"
	s.Clear()
	s.Open(o.Card())
	if view := strings.Join(s.View(), "\n"); !strings.Contains(view, "Its time has passed") || !strings.Contains(view, "did not run then") {
		t.Errorf("late:\n%s", view)
	}
	for why, o := range map[string]state.Outbound{"": {Status: state.Queued, At: at, NotBefore: at}, text.Full(nil, e.Now(), at) + ", is kept by the platform": {At: at}, "has come already": {Status: state.Queued, At: at, NotBefore: at.Add(time.Minute)}, "waits for no time": {Status: state.Queued}} {
		if got := WhyNotReschedule(nil, o, e.Now()); (got == "") != (why == "") || !strings.Contains(got, why) {
			t.Errorf("%q, want %q", got, why)
		}
	}
}

// X4: why a message is not out names the customer where the platform does, and nobody while
// customers are masked.
func TestX4TheReasonNamesNobody(t *testing.T) {
	_, e, _ := newStack(nil)
	c := api.Conversation{ID: api.ConversationID{Account: "shop", Remote: "1"}, Contact: api.Contact{Name: "Anna Petrova"}}
	const reason = "Anna Petrova blocked you"
	shown := func() (all string) {
		for _, status := range []state.Status{state.Failed, state.Uncertain, state.Held, state.Queued} {
			s, _, _ := newStack(nil)
			s.Open(Outcome{Env: e, With: c, Outbound: state.Outbound{Status: status, Body: "hello", Reason: reason}}.Card())
			all += strings.Join(s.View(), "\n")
		}
		for _, refused := range []bool{false, true} {
			s, _, _ := newStack(nil)
			s.Open(NewPending(e, state.Unsent{Conversation: c, Change: &state.Change{Reason: reason, Refused: refused}}, nil))
			all += strings.Join(s.View(), "\n")
		}
		return all
	}
	if n := strings.Count(shown(), reason); n < 5 {
		t.Fatalf("the reason is shown %d times:\n%s", n, shown())
	}
	e.Privacy.Toggle(e.Now())
	if strings.Contains(shown(), "Anna") || strings.Contains(shown(), "Petrova") || !strings.Contains(shown(), "blocked you") {
		t.Errorf("masked:\n%s", shown())
	}
}

// openedAgain is the outcome with what opens its card anew.
func openedAgain(s *Stack, o Outcome) Outcome {
	o.Again = func(now state.Outbound) tea.Cmd {
		o.Outbound = now
		return s.Open(o.Card())
	}
	return o
}

// A card whose message changes while it is open offers none of its choices any more: a key on
// its way does not decide something else. Where the message is again what it was they do not
// come back by themselves: enter that is meant for "Close" does not send it again.
func TestACardFollowsItsMessage(t *testing.T) {
	s, e, _ := newStack(nil)
	o := state.Outbound{ID: 7, Status: state.Queued, Body: "hello", Reason: "no network"}
	s.Open(openedAgain(s, Outcome{Env: e, Outbound: o, Edit: func(state.Outbound) tea.Cmd { return nil }}).Card())
	becomes := func(status state.Status) string {
		now := o
		now.Status = status
		s.Unsent(0, []state.Unsent{{Message: &state.Outbound{ID: 6, Status: state.Failed}}, {Message: &now}})
		return ansi.Strip(strings.Join(s.View(), "\n"))
	}
	if view := becomes(state.Queued); !strings.Contains(view, "Let it wait") {
		t.Errorf("nothing changed:\n%s", view)
	}
	if view := becomes(state.InFlight); strings.Contains(view, "Discard") || !strings.Contains(view, "It is being sent now.") || !strings.Contains(view, "▸ Close") || strings.Contains(view, "Not sent yet") {
		t.Errorf("while it is sent:\n%s", view)
	}
	if view := becomes(state.Queued); strings.Contains(view, "Let it wait") || strings.Contains(view, "Discard") || !strings.Contains(view, "▸ Show what can be done now") {
		t.Errorf("as it was:\n%s", view)
	}
	if view := becomes(state.Uncertain); strings.Contains(view, "It arrived") || !strings.Contains(view, "▸ Show what can be done now") {
		t.Errorf("when no answer came:\n%s", view)
	}
	s.Do(keymap.MenuChoose)
	if view := ansi.Strip(strings.Join(s.View(), "\n")); !strings.Contains(view, "Did it arrive?") || !strings.Contains(view, "It arrived") {
		t.Errorf("what can be done now:\n%s", view)
	}
	s.Unsent(0, nil)
	if view := ansi.Strip(strings.Join(s.View(), "\n")); strings.Contains(view, "Send again") || !strings.Contains(view, "no longer in the outbox") {
		t.Errorf("when it is gone:\n%s", view)
	}
	if s.Do(keymap.MenuChoose); !s.Empty() {
		t.Error("the card does not close")
	}
}

// A card is not changed by what was read of its message before it opened: the thread is often
// read before what is unsent.
func TestACardDoesNotFollowWhatWasBefore(t *testing.T) {
	s, e, _ := newStack(nil)
	began := 4
	s.Anew(func() (int, tea.Cmd) {
		began++
		return began, func() tea.Msg { return "read anew" }
	})
	o := state.Outbound{ID: 7, Status: state.Uncertain, Body: "hello"}
	read := s.Open(Outcome{Env: e, Outbound: o}.Card())
	if read == nil || read() != "read anew" {
		t.Error("what is unsent is not read anew")
	}
	old := o
	old.Status = state.InFlight
	for reading, title := range map[int]string{4: "Did it arrive?", 5: "No longer as it was"} {
		s.Clear()
		began = 4
		s.Open(Outcome{Env: e, Outbound: o}.Card())
		if s.Unsent(reading, []state.Unsent{{Message: &old}}); s.Title() != title {
			t.Errorf("after reading %d: %q", reading, s.Title())
		}
	}
}

// A card is open once, also where the key that opens it is pressed twice.
func TestACardIsOpenOnce(t *testing.T) {
	s, e, _ := newStack(nil)
	o := state.Outbound{ID: 7, Status: state.Uncertain, Body: "hello"}
	s.Open(Outcome{Env: e, Outbound: o}.Card())
	s.Open(Outcome{Env: e, Outbound: o}.Card())
	if s.Do(keymap.MenuClose); !s.Empty() {
		t.Error("there is a second one below it")
	}
}

// A reply that waited for a team's database gets another number from it: its card stays what it
// was, and decides about that number.
func TestACardFollowsAnotherNumber(t *testing.T) {
	s, e, _ := newStack(nil)
	o := state.Outbound{ID: -5, Key: "k1-1", Status: state.Queued, Body: "hello", Reason: "no network"}
	var taken state.Outbound
	s.Open(Outcome{Env: e, Outbound: o, Edit: func(o state.Outbound) tea.Cmd { taken = o; return nil }}.Card())
	now := o
	now.ID = 812
	s.Unsent(0, []state.Unsent{{Message: &now}})
	if view := ansi.Strip(strings.Join(s.View(), "\n")); !strings.Contains(view, "Let it wait") || strings.Contains(view, "no longer") {
		t.Errorf("the card:\n%s", view)
	}
	for !strings.Contains(ansi.Strip(strings.Join(s.View(), "\n")), "▸ Edit") {
		s.Do(keymap.MenuDown)
	}
	if s.Do(keymap.MenuChoose); taken.ID != 812 {
		t.Errorf("taken back is %d", taken.ID)
	}
}

// refusing is an outbox of somebody without the rights.
type refusing struct{ env.Outbox }

func (refusing) Decide(context.Context, state.Outbound, state.Decision) error {
	return state.ErrMayDraft
}

// What a decision does is said once it holds, and is not offered to whom it would be refused.
func TestADecisionThatIsRefusedSaysNothingElse(t *testing.T) {
	s, e, _ := newStack(nil)
	e.Outbox = refusing{}
	o := Outcome{Env: e, Outbound: state.Outbound{ID: 7, Status: state.Queued, Body: "hello", WhenSent: state.WhenSent{Done: true}}}
	if msg, ok := o.decide(state.Discard)().(env.DecidedMsg); !ok || !errors.Is(msg.Err, state.ErrMayDraft) {
		t.Errorf("%#v", msg)
	}
	e.Settings.Rights = state.RightsDraft
	s.Open(o.Discard())
	if view := ansi.Strip(strings.Join(s.View(), "\n")); strings.Contains(view, "Yes, discard") || !strings.Contains(view, "somebody with the right to") {
		t.Errorf("offered:\n%s", view)
	}
}

// A failed message that is tried elsewhere and fails again, and one of unknown outcome whose
// outcome is unknown again: enter decides nothing before the agent has seen the choices anew.
func TestEnterForCloseDoesNotSendAgain(t *testing.T) {
	for first, title := range map[state.Status]string{state.Failed: "Not delivered", state.Uncertain: "Did it arrive?"} {
		s, e, _ := newStack(nil)
		o := state.Outbound{ID: 7, Status: first, Body: "hello", Reason: "no network"}
		s.Open(openedAgain(s, Outcome{Env: e, Outbound: o, Edit: func(state.Outbound) tea.Cmd { return nil }}).Card())
		for _, status := range []state.Status{state.Accepted, first} {
			now := o
			now.Status = status
			s.Unsent(0, []state.Unsent{{Message: &now}})
		}
		view := ansi.Strip(strings.Join(s.View(), "\n"))
		if !strings.Contains(view, "▸ Show what can be done now") || !strings.Contains(view, "No longer as it was") || strings.Contains(view, title) {
			t.Errorf("%s again:\n%s", title, view)
		}
		s.Do(keymap.MenuChoose)
		if view := ansi.Strip(strings.Join(s.View(), "\n")); !strings.Contains(view, title) || strings.Contains(view, "No longer as it was") {
			t.Errorf("%s, after enter:\n%s", title, view)
		}
	}
}
