package download

import (
	"fmt"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// longestName is what one element of a path may have, in bytes.
	longestName = 255
	// longestEnding is the longest that counts as an ending.
	longestEnding = 16
	nameless      = "file"
)

// plainName makes a plain file name of a name from outside: one element of a path, not
// hidden, no option of a program, no device of any system, no control or invisible
// characters, none by which a shell runs a command within a name, at most 255 bytes with its ending kept.
func plainName(said string) string {
	name := norm.NFC.String(strings.Map(plain, strings.ToValidUTF8(said, "_")))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = trim(strings.Join(strings.Fields(name), " "))
	if rest := strings.TrimLeft(name, "-"); rest != name {
		name = "_" + rest
	}
	if name == "" {
		return nameless
	}
	if device(name) {
		name = "_" + name
	}
	return fit(name, "")
}

// trim removes what hides a name, or what some systems remove themselves.
func trim(name string) string { return strings.TrimRight(strings.TrimLeft(name, ". "), ". ") }

// plain replaces characters that no name should have, and drops invisible ones.
func plain(r rune) rune {
	switch {
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return -1
	case unicode.IsSpace(r):
		return ' '
	case strings.ContainsRune("<>:\"|?*$`;", r), r != ' ' && !unicode.IsPrint(r):
		return '_'
	}
	return r
}

// device reports whether a name, whatever its ending, is a device on some system.
func device(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.ToLower(strings.TrimRight(stem, " "))
	switch stem {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	n := strings.TrimPrefix(strings.TrimPrefix(stem, "com"), "lpt")
	return len(stem) == len("com")+len(n) && utf8.RuneCountInString(n) == 1 && strings.Contains("0123456789¹²³", n)
}

// numbered is the n-th name to try for a file: "photo.jpg", "photo (2).jpg".
func numbered(name string, n int) string {
	if n <= 1 {
		return name
	}
	return fit(name, fmt.Sprintf(" (%d)", n))
}

// fit puts mark before the ending and shortens the stem to the room there is.
func fit(name, mark string) string {
	ending := path.Ext(name)
	if len(ending) > longestEnding || ending == name {
		ending = ""
	}
	stem, room := strings.TrimSuffix(name, ending), longestName-len(mark)-len(ending)
	if len(stem) > room {
		stem = strings.TrimRight(strings.ToValidUTF8(stem[:room], ""), ". ")
	}
	return stem + mark + ending
}

// called is the name that the platform gives a file, or that its address has.
func called(name, address string) string {
	if name != "" {
		return name
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return path.Base(u.Path)
}
