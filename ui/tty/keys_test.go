package tty

import (
	"fmt"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
)

// K1: keys that a terminal without the kitty keyboard protocol or modifyOtherKeys cannot send come as what
// was pressed, once: a release types nothing, a modifier alone is no key, and of another layout the key in
// the US layout is known.
func TestK1KeysOfTheKittyProtocolAndOfModifyOtherKeys(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b[13;5u": "ctrl+enter", "\x1b[13;2u": "shift+enter", "\x1b[115;3u": "alt+s", "\x1b[107;6u": "ctrl+shift+k", "\x1b[27u": "esc",
		"\x1b[27;5;13~": "ctrl+enter", "\x1b[27;2;13~": "shift+enter", "\x1b[27;3;115~": "alt+s", "\x1b[27;6;75~": "ctrl+shift+k", "\x1b[1;5A": "ctrl+up",
		"\x1b[115;1:1u": "s", "\x1b[115;1:1u\x1b[115;1:3u": "s ^s", "\x1b[13;5:1u\x1b[13;5:3u": "ctrl+enter ^ctrl+enter", "\x1b[115;1:2u": "s",
		"\x1b[57441;2u": "", "\x1b[57442;5u\x1b[57442;5:3u": "", "\x1b[57358u": "",
		"\x1b[1086::106u": "о=j", "\x1b[1086::106;5u": "ctrl+о=j", "\x1b[1099:1067:115;3u": "alt+ы=s",
	} {
		var got string
		p := parser{term: "xterm-kitty", exact: true}
		for _, msg := range append(p.feed(time.Time{}, []byte(in)), p.expire(time.Time{}.Add(certainWait))...) {
			if got != "" {
				got += " "
			}
			switch k := msg.(type) {
			case uv.KeyPressEvent:
				got += k.Keystroke()
				if k.BaseCode != 0 && k.BaseCode != k.Code {
					got = fmt.Sprintf("%s%s=%c", got[:len(got)-len(k.Keystroke())], pressed(k), k.BaseCode)
				}
			case uv.KeyReleaseEvent:
				got += "^" + k.Keystroke()
			default:
				got += fmt.Sprintf("%T", msg)
			}
		}
		if got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

// pressed is a key by the character that it types.
func pressed(k uv.KeyPressEvent) string {
	k.BaseCode = 0
	return k.Keystroke()
}
