package tty

import (
	"testing"
	"unicode/utf16"
)

// What a Windows console records of keys is what a terminal would send.
func TestKeysOfAWindowsConsole(t *testing.T) {
	var c consoleKeys
	press := func(s string) {
		for _, unit := range utf16.Encode([]rune(s)) {
			c.add(key{down: true, times: 1, unit: unit})
			c.add(key{times: 1, unit: unit}) // and it is let go
		}
	}
	press("aЖ😀\x1b[A")
	c.add(key{down: true, times: 3, unit: 'x'})
	c.add(key{down: true, times: 1, code: 0x10}) // shift alone
	c.add(key{times: 1, code: altKey, unit: 'é'})
	var got []byte
	for p := make([]byte, 3); ; {
		n := c.read(p)
		if n == 0 {
			break
		}
		got = append(got, p[:n]...)
	}
	if want := "aЖ😀\x1b[Axxxé"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
