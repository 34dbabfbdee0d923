package state

import (
	"strings"
	"unicode/utf8"
)

// MergeText applies both changes to base where they do not overlap;
// where they do, ours comes before theirs. Text that either side typed is in the result.
func MergeText(base, ours, theirs string) string {
	switch {
	case ours == base || ours == theirs:
		return theirs
	case theirs == base:
		return ours
	}
	a, b := Diff(base, ours), Diff(base, theirs)
	switch {
	case a.Start == b.Start && a.End == b.End && a.Start == a.End:
		return base[:a.Start] + paragraphs(a.Text, b.Text) + base[a.End:]
	case a.End <= b.Start:
		return base[:a.Start] + a.Text + base[a.End:b.Start] + b.Text + base[b.End:]
	case b.End <= a.Start:
		return base[:b.Start] + b.Text + base[b.End:a.Start] + a.Text + base[a.End:]
	}
	return paragraphs(ours, theirs)
}

// paragraphs appends b to a as a separate paragraph. If one is the other, typed further,
// the longer is both.
func paragraphs(a, b string) string {
	switch {
	case a == "" || GoesOn(a, b):
		return b
	case b == "" || GoesOn(b, a):
		return a
	case strings.HasSuffix(a, "\n") || strings.HasPrefix(b, "\n"):
		return a + b
	}
	return a + "\n\n" + b
}

// Hunk is a change of a text: Text replaces the bytes from Start to End.
type Hunk struct {
	Start, End int
	Text       string
}

// Diff returns the smallest single change that makes b of a. It never cuts a
// character.
func Diff(a, b string) Hunk {
	start, shorter := 0, min(len(a), len(b))
	for start < shorter && a[start] == b[start] {
		start++
	}
	for start > 0 && (start < len(a) && !utf8.RuneStart(a[start]) || start < len(b) && !utf8.RuneStart(b[start])) {
		start--
	}
	same := 0
	for same < shorter-start && a[len(a)-1-same] == b[len(b)-1-same] {
		same++
	}
	for same > 0 && !utf8.RuneStart(a[len(a)-same]) {
		same--
	}
	return Hunk{start, len(a) - same, b[start : len(b)-same]}
}
