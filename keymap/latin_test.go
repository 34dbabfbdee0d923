package keymap

import (
	"testing"
	"unicode/utf8"
)

func TestLatin(t *testing.T) {
	for from, want := range map[string]string{
		"о": "j", "О": "J", "л": "k", "ю": ".", "Ю": ">", "ctrl+с": "ctrl+c", "ctrl+ч": "ctrl+x", "alt+ы": "alt+s",
		"ξ": "j", "Ξ": "J", "ctrl+ω": "ctrl+v", "ח": "j", "ל": "k", "ת": ",", "ت": "j", "ن": "k", "ظ": "/", "ی": "d", "і": "s",
		"j": "", "ctrl+j": "", "+": "", "ctrl++": "", "up": "", "おは": "", "оо": "", "": "", "ж́": "",
	} {
		if got, ok := Latin(from); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", from, got, want)
		}
	}
}

// Each row has as many keys on one side as on the other.
func TestLayoutsAreWhole(t *testing.T) {
	for _, l := range layouts {
		if from, to := utf8.RuneCountInString(l[0]), utf8.RuneCountInString(l[1]); from != to {
			t.Errorf("%s: %d keys, %d there", l[0], from, to)
		}
	}
}
