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
