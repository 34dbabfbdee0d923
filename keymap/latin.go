package keymap

import (
	"strings"
	"unicode/utf8"
)

// layouts pair the characters of other keyboard layouts with those on the same
// keys of the US layout.
var layouts = [][2]string{
	{"ёйцукенгшщзхъфывапролджэячсмитьбю№", "`qwertyuiop[]asdfghjkl;'zxcvbnm,.#"}, // Russian ЙЦУКЕН
	{"ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ", "~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"},
	{"їієґўЇІЄҐЎ", "]s'\\o}S\"|O"},                             // Ukrainian, Belarusian
	{"ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm"}, // Greek
	{"ΕΡΤΥΘΙΟΠΑΣΔΦΓΗΞΚΛΖΧΨΩΒΝΜ", "ERTYUIOPASDFGHJKLZXCVBNM"},
	{"קראטוןםפשדגכעיחלךףזסבהנמצתץ", "ertyuiopasdfghjkl;zxcvbnm,."},             // Hebrew
	{"ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظذ", "qwertyuiop[]asdfghjkl;'zxcvnm,./`"}, // Arabic
	{"إأآؤـ؛،؟ی ک گ", "YHNcJPK?d ; '"},
}

// latin is layouts, key by key.
var latin = func() map[rune]rune {
	keys := map[rune]rune{}
	for _, l := range layouts {
		to := l[1]
		for _, from := range l[0] {
			r, n := utf8.DecodeRuneInString(to)
			to = to[n:]
			if from != ' ' {
				keys[from] = r
			}
		}
	}
	return keys
}()

// Latin returns what stands in the US layout on the key that types text in a
// Cyrillic, Greek, Hebrew or Arabic one: where the terminal does not say which key
// it was, a person with such a layout need not switch for a command. A chord
// ("ctrl+с") keeps its modifiers.
func Latin(stroke string) (string, bool) {
	i := strings.LastIndexByte(strings.TrimSuffix(stroke, "+"), '+') + 1
	r, n := utf8.DecodeRuneInString(stroke[i:])
	to, ok := latin[r]
	if !ok || i+n != len(stroke) {
		return "", false
	}
	return stroke[:i] + string(to), true
}
