package app

import (
	"testing"

	"unibox/keymap"
	"unibox/state/config"
)

func TestEnterMakesALineWhereTheConfigSaysSo(t *testing.T) {
	c := config.Config{UI: config.UI{EnterSends: false}, Keys: map[string][]string{}}
	keys, problems := keymap.New(Bindings(c))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for key, want := range map[string]keymap.Action{"enter": keymap.NewLine, "ctrl+j": keymap.NewLine, "alt+enter": keymap.Send} {
		if got, _ := keys.Lookup([]string{key}, keymap.Composer); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}
