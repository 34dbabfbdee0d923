package text

import (
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestSkip(t *testing.T) {
	var m Mode
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"hello", 0, "hello"}, {"hello", 2, "llo"}, {"hello", 9, ""},
		{"東京駅", 2, "京駅"}, {"東京駅", 3, " 駅"}, {"Привет", 3, "вет"},
		{"\x1b[1mbold\x1b[m plain", 2, "ld plain"},
	} {
		if got := ansi.Strip(m.Skip(c.in, c.w)); got != c.want {
			t.Errorf("Skip(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
	if got := m.Skip("\x1b[1mbold\x1b[m", 2); got != "\x1b[1mld\x1b[m" {
		t.Errorf("the style is lost: %q", got)
	}
}
