package config

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// H2: a hook that is wrong costs itself alone.
func TestHooks(t *testing.T) {
	c, problems := load(t, `
[hooks]
new = ["/bin/on-new", "--urgent", "$HOME"]
failed = "page 'me now'"
sent = []
snooze-ended = "a | b"
opened = ["x"]
timeout = "10s"
at_once = 99
`)
	if h := c.Hooks; len(h.Run) != 2 || !slices.Equal(h.Run["new"], []string{"/bin/on-new", "--urgent", "$HOME"}) || !slices.Equal(h.Run["failed"], []string{"page", "me now"}) || h.Limit != 10*time.Second || h.AtOnce != 0 {
		t.Errorf("%+v", h)
	}
	all := strings.Join(problems, "\n")
	for _, want := range []string{":5: sent is run without a shell", ":6: snooze-ended is run", `:7: unknown key "opened"`, ":9: at_once must be"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in\n%s", want, all)
		}
	}
}
