package ui

import (
	"strings"
	"testing"
)

// A pasted address is attached and given to the platform, which fetches the file itself.
func TestAFileByItsAddress(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.synced()
	a.press("enter", "r")
	a.see("Reply to")
	a.press("ctrl+o")
	a.see("path or address")
	a.paste("https://example.org/files/label.pdf")
	a.see("the platform fetches it from https://example.org/files/label.pdf")
	a.press("enter")
	a.see("label.pdf  by address")
	a.press("enter")
	a.until("the message at the server", func(string) bool { return len(a.received()) == 1 })
	got := a.received()[0]
	if len(got.Attachments) != 1 || got.Attachments[0].Name != "label.pdf" || got.Attachments[0].SHA256 != "" {
		t.Errorf("received %+v", got)
	}
	a.until("the message in the thread", func(s string) bool { return strings.Contains(s, "label.pdf") && !strings.Contains(s, "by address") })
}
