package ui

import (
	"strings"
	"testing"
	"time"
)

func TestQuittingWaitsUntilAllIsOut(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.open("Olivia Patel")
	a.control("fault", map[string]any{"platform": "pact", "match": "POST /messages$", "kind": "status", "status": 429, "retry_after": 1, "calls": -1}, nil)
	a.press("r")
	a.inReplyBox()
	a.write("the last of today")
	a.press("enter")
	a.until("the reply that is to be tried again", func(string) bool {
		all, err := a.db.Queue(t.Context())
		return err == nil && len(all) == 1 && again(all[0])
	})
	a.press("esc", "q")
	a.see("Quit with unsent messages?")
	a.see("1 message is not out yet")
	a.choose("Wait")
	a.see("Quitting when all is out")
	a.heal()
	select {
	case err := <-a.ended:
		a.ended <- err
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("the program waits for ever")
	}
	if got := a.received(); len(got) != 1 {
		t.Errorf("%d messages at the server", len(got))
	}
}

func TestStayingLeavesEverythingAsItIs(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.open("Olivia Patel")
	a.fault("POST /messages$", "drop_before", 1)
	a.press("r")
	a.write("nobody knows")
	a.press("enter")
	a.see("no answer came")
	a.press("esc", "q")
	a.see("1 message has an unknown outcome")
	a.press("enter")
	a.gone("Quit with unsent")
	a.see("nobody knows")
}

func TestQuittingSaysWhyAndCanBeCalledOff(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	a.refuseToken("/companies/154", "Bakery")
	a.down("textus")
	for _, label := range []string{"Pact", "TextUs"} {
		a.first(label, open)
		a.press("r")
		a.inReplyBox()
		a.write("stuck on " + label)
		a.press("enter", "esc")
		a.see("stuck on " + label)
	}
	a.see("Outbox 2")
	a.press("q")
	question := a.see("2 messages are not out yet.")
	for _, want := range []string{"Bakery is stopped: ", "kept on this disk", "What can be sent is sent when", "Look at the outbox"} {
		if !strings.Contains(question, want) {
			t.Errorf("it does not say %q:\n%s", want, question)
		}
	}
	a.choose("Wait")
	a.see("Quitting when all is out")
	a.see("2 messages are not out yet.")
	a.heal()
	a.see("1 message is not out yet.")
	a.press("esc")
	a.said("staying")
	a.press("q")
	a.see("Quit with unsent messages?")
	a.choose("Look at the outbox")
	a.see("stuck on Pact")
	a.see("OUTBOX")
	select {
	case err := <-a.ended:
		t.Fatalf("it ended: %v", err)
	default:
	}
}

func TestHeldRepliesAskBeforeQuitting(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	a.overtaken("Pact", "too late")
	a.press("esc", "q")
	a.see("1 message was not sent because you had not seen all")
	a.choose("Quit now")
	if err := <-a.ended; err != nil {
		t.Error(err)
	}
	a.ended <- nil
}
