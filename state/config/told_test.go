package config

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"unibox/state"
)

// A1, A3, A6, A7, A8: the table says how one is told, and each mistake is said with its line.
func TestNotify(t *testing.T) {
	c, problems := load(t, `
[notify]
popup = "osc99"
bell = true
text = "name"
quiet = "22:00-07:00"
quiet_days = "sat-sun"
file = "waiting.txt"
status = "off"

[[notify.rule]]
filter = "channel:telegram"
bell = true

[[notify.rule]]
filter = "lable:night"

[[notify.rule]]
popup = true
`)
	n := c.Notify
	if n.Popup != "osc99" || !n.Bell || n.Text != "name" || n.Focused || !n.Title || n.Status != "off" || !strings.HasSuffix(n.File, "/waiting.txt") {
		t.Errorf("read %+v", n)
	}
	if want := []NotifyRule{{Filter: "channel:telegram", Bell: true}}; !reflect.DeepEqual(n.Rules, want) {
		t.Errorf("rules %+v", n.Rules)
	}
	night, all := state.Period{From: 22 * 60, To: 31 * 60}, state.Period{From: 0, To: 24 * 60}
	if n.Quiet.Week[time.Monday][0] != night || n.Quiet.Week[time.Sunday][0] != all {
		t.Errorf("quiet %+v", n.Quiet.Week)
	}
	for i, want := range []string{"config.toml:16: filter has a mistake: lable:night is not understood", "config.toml:18: a rule needs a filter"} {
		if i >= len(problems) || !strings.HasPrefix(problems[i], want) {
			t.Errorf("problem %d: want %s in %q", i, want, problems)
		}
	}
	c, problems = load(t, "[notify]\npopup = \"yes\"\nquiet = 3\nrule = 1\n")
	if len(problems) != 3 || c.Notify.Popup != "off" {
		t.Errorf("%q, %+v", problems, c.Notify)
	}
}
