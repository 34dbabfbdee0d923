package ui

import (
	"regexp"
	"strings"
	"testing"
)

// The work behind the screen begins once the first whole frame is on the terminal: with
// the list, its counts and the selected conversation.
func TestTheFirstWholeFrameIsReported(t *testing.T) {
	first := startApp(t, appOptions{w: 120, h: 40})
	whole := regexp.MustCompile(`▸ Waiting +\d+(?s:.*)── new ──`).MatchString
	first.until("a conversation", whole)
	first.quit()
	shown := make(chan string, 2)
	o := first.opt
	second := &app{t: t, screen: newTerminal(o.w, o.h), server: first.server, origin: first.origin, ended: make(chan error, 1)}
	o.offline, o.shown = true, func() { shown <- second.screen.String() }
	second.run(o)
	if got := <-shown; !whole(got) || strings.Contains(got, "reading") {
		t.Errorf("it is reported with\n%s", got)
	}
	second.quit()
	if len(shown) > 0 {
		t.Error("it is reported twice")
	}
}
