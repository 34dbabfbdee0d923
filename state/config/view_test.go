package config

import (
	"reflect"
	"strings"
	"testing"
)

// N18: saved views are read in their order, and each mistake is said with its line.
func TestViews(t *testing.T) {
	c, problems := load(t, `
[[view]]
name = "VIP waiting"
filter = "label:vip is:waiting channel:whatsapp"

[[view]]
name = "Typo"
filter = "lable:vip"

[[view]]
filter = "is:unread"

[[view]]
name = "vip waiting"
filter = "is:unread"

[[view]]
name = "Late"
filter = "waiting>1h"
order = "x"
`)
	if want := []View{{"VIP waiting", "label:vip is:waiting channel:whatsapp"}, {"Late", "waiting>1h"}}; !reflect.DeepEqual(c.Views, want) {
		t.Errorf("read %+v", c.Views)
	}
	got := problems
	for i, want := range []string{"config.toml:8: filter has a mistake: lable:vip is not understood", "config.toml:10: a view needs a name", `config.toml:14: there is another view "vip waiting"`, `config.toml:20: unknown key "order"`} {
		if i >= len(got) || !strings.HasPrefix(got[i], want) {
			t.Errorf("problem %d: want %s in %q", i, want, got)
		}
	}
}

// Macros are read in their order; one with a mistake is left out, and said with its line.
func TestMacros(t *testing.T) {
	c, problems := load(t, `
[[macro]]
name = "Refund"
key = "alt+1"
do = ["canned: refund", "label: refund", "snooze: tomorrow 9", "done"]

[[macro]]
name = "Typo"
do = ["lable: refund"]

[[macro]]
name = "Order"
do = ["send", "label: x"]

[[macro]]
name = "refund"
do = ["done"]

[[macro]]
name = "Nothing"
`)
	if len(c.Macros) != 1 || c.Macros[0].Title() != "Refund: canned: refund, label: refund, snooze: tomorrow 9, done" || c.Macros[0].Key != "alt+1" || c.Macros[0].Line != 2 {
		t.Errorf("read %+v", c.Macros)
	}
	for i, want := range []string{`config.toml:9: do has a mistake: "lable: refund" is no action`, "config.toml:13: do has a mistake: send comes last", `config.toml:16: there is another macro "refund"`, `config.toml:19: the macro "Nothing" needs do`} {
		if i >= len(problems) || !strings.HasPrefix(problems[i], want) {
			t.Errorf("problem %d: want %s in %q", i, want, problems)
		}
	}
}
