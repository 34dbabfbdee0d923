package ui

import (
	"slices"
	"strings"
	"unicode/utf8"

	"unibox/state"
)

// mergeDrafts is ours with what theirs changed since base. Text that either
// side typed is in the result. What theirs emptied, by sending it, is gone only
// if ours had left it alone.
func mergeDrafts(base, ours, theirs state.Draft) state.Draft {
	merged := ours
	merged.Conversation, merged.Rev = theirs.Conversation, theirs.Rev
	if theirs.Empty() && !sameText(base, ours) {
		return merged
	}
	merged.Body = mergeText(base.Body, ours.Body, theirs.Body)
	merged.Files = slices.DeleteFunc(slices.Clone(ours.Files), func(f state.File) bool {
		return slices.Contains(base.Files, f) && !slices.Contains(theirs.Files, f)
	})
	for _, f := range theirs.Files {
		if !slices.Contains(base.Files, f) && !slices.Contains(merged.Files, f) {
			merged.Files = append(merged.Files, f)
		}
	}
	if ours.At.Equal(base.At) {
		merged.At = theirs.At
	}
	return merged
}

// mergeText applies both changes to base where they are in different places;
// where they are in the same, ours stands before theirs.
func mergeText(base, ours, theirs string) string {
	switch {
	case ours == base || ours == theirs:
		return theirs
	case theirs == base:
		return ours
	}
	a, b := changeOf(base, ours), changeOf(base, theirs)
	switch {
	case a.at == b.at && a.end == b.end && a.at == a.end:
		return base[:a.at] + beside(a.text, b.text) + base[a.end:]
	case a.end <= b.at:
		return base[:a.at] + a.text + base[a.end:b.at] + b.text + base[b.end:]
	case b.end <= a.at:
		return base[:b.at] + b.text + base[b.end:a.at] + a.text + base[a.end:]
	}
	return beside(ours, theirs)
}

// beside puts b behind a, as a paragraph of its own. One that begins with the
// other is both.
func beside(a, b string) string {
	switch {
	case a == "" || strings.HasPrefix(b, a):
		return b
	case b == "" || strings.HasPrefix(a, b):
		return a
	case strings.HasSuffix(a, "\n") || strings.HasPrefix(b, "\n"):
		return a + b
	}
	return a + "\n\n" + b
}

// hunk is a change: text in place of what stood from at to end, in bytes.
type hunk struct {
	at, end int
	text    string
}

// changeOf is the smallest single change that makes b of a. It cuts no
// character in two.
func changeOf(a, b string) hunk {
	at, most := 0, min(len(a), len(b))
	for at < most && a[at] == b[at] {
		at++
	}
	for at > 0 && (at < len(a) && !utf8.RuneStart(a[at]) || at < len(b) && !utf8.RuneStart(b[at])) {
		at--
	}
	same := 0
	for same < most-at && a[len(a)-1-same] == b[len(b)-1-same] {
		same++
	}
	for same > 0 && !utf8.RuneStart(a[len(a)-same]) {
		same--
	}
	return hunk{at, len(a) - same, b[at : len(b)-same]}
}
