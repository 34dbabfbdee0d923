package ui

import (
	"testing"
	"time"
)

func TestQuittingWaitsUntilAllIsOut(t *testing.T) {
	a := startApp(t, appOptions{w: 120, h: 40})
	a.open("Olivia Patel")
	a.control("fault", map[string]any{"platform": "pact", "match": "POST /messages$", "kind": "status", "status": 429, "retry_after": 2, "calls": 1}, nil)
	a.press("r")
	a.write("the last of today")
	a.press("enter")
	a.see("↻")
	a.press("esc", "q")
	a.see("Quit with unsent messages?")
	a.see("1 message is not out yet")
	a.press("down", "enter")
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
	a := startApp(t, appOptions{w: 120, h: 40})
	a.open("Olivia Patel")
	a.fault("POST /messages$", "drop_before", 1)
	a.press("r")
	a.write("nobody knows")
	a.press("enter")
	a.see("no answer came")
	a.press("esc", "q")
	a.see("1 message has an outcome nobody knows")
	a.press("enter")
	a.gone("Quit with unsent")
	a.see("nobody knows")
}
