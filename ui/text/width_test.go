package text

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// TestWidthsAreThoseOfTheLibrary compares with the tables of the library, which the renderer and
// the emulator of the tests use, every character alone and beside others.
func TestWidthsAreThoseOfTheLibrary(t *testing.T) {
	for r := rune(0x20); r <= 0x10ffff; r++ {
		switch {
		case r == 0x7f:
			r = 0xa0
		case r == 0xd800:
			r = 0xe000
		case r == 0x40000:
			r = 0xe0000 // nothing is assigned between
		}
		for _, s := range []string{string(r), "я" + string(r), string(r) + "│", string(r) + "\ufe0f"} {
			if got, want := (Mode{}).Width(s), ansi.StringWidthWc(s); got != want {
				t.Fatalf("the width of %q, %U, is %d, want %d", s, r, got, want)
			}
			c, w := Mode{}.first(s)
			if want, wide := ansi.FirstGraphemeCluster(s, ansi.WcWidth); r >= 0xa0 && (c != want || w != wide) {
				t.Fatalf("the first cluster of %q, %U, is %q of %d cells, want %q of %d", s, r, c, w, want, wide)
			}
		}
	}
}

func TestRowsThatAreCountedAlike(t *testing.T) {
	for row, want := range map[string]bool{
		"":                    true,
		"plain │ text":        true,
		"\x1b[1m京\x1b[m ✓✓ ●": true,
		"a smile 😀 and é":     true,
		"a heart ❤️":          false,
		"a thumb 👍🏽":          false,
		"a flag 🇩🇪":           true, // two letters of a cell each
		"half of one 🇩":       false,
		"a conjunct क्ष":      false,
	} {
		if got := CountedAlike(row); got != want {
			t.Errorf("%q is counted alike: %v, want %v", row, got, want)
		}
		if want && ansi.StringWidth(row) != ansi.StringWidthWc(row) {
			t.Errorf("%q has %d and %d cells", row, ansi.StringWidth(row), ansi.StringWidthWc(row))
		}
	}
}

func TestWidthTakesNoMemory(t *testing.T) {
	row := "│ " + strings.Repeat("текст ✓ ", 20) + "│"
	if n := testing.AllocsPerRun(100, func() { Mode{}.Width(row) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
