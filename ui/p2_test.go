package ui

import (
	"strings"
	"testing"
)

// secondVersion is an account that speaks the second version of Pact's API.
var secondVersion = map[string]string{"company": "157", "api": "p2"}

func TestFirstMessageToAnAccountName(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, keys: secondVersion})
	a.until("the channels", func(s string) bool { return strings.Contains(s, "MAX") })
	a.press("N")
	a.see("Write first on")
	a.write("Telegram personal")
	a.frame()
	a.press("enter")
	a.see("phone or account")
	a.write("@two words")
	a.see("is not part of an account's name")
	for range len(" words") {
		a.press("backspace")
	}
	a.press("enter")
	a.see("First message to two")
	a.write("Good morning")
	a.press("enter")
	a.until("the message at the server", func(string) bool { return len(a.received()) == 1 })
	if got := a.received()[0]; got.Text != "Good morning" {
		t.Errorf("received %+v", got)
	}
}
