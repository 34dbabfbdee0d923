package drafts

import (
	"slices"
	"strings"
	"unicode/utf8"

	"unibox/state"
)

// SameText reports whether two drafts have the same text, files and quote.
func SameText(a, b state.Draft) bool {
	return a.Body == b.Body && slices.Equal(a.Files, b.Files) && a.Quote == b.Quote
}

// Join appends b's text and files to a's, with between where both have text. What a quotes
// goes before what b does.
func Join(a, b state.Draft, between string) state.Draft {
	if a.Body != "" && b.Body != "" {
		a.Body += between
	}
	a.Body += b.Body
	for _, f := range b.Files {
		if !slices.Contains(a.Files, f) {
			a.Files = append(slices.Clip(a.Files), f)
		}
	}
	if a.Quote.IsZero() {
		a.Quote = b.Quote
	}
	return a
}

// Merge applies to ours what theirs changed since base. Text that either side
// typed is in the result. What theirs emptied, by sending it, is gone only if
// ours had left it alone.
func Merge(base, ours, theirs state.Draft) state.Draft {
	merged := ours
	merged.Conversation, merged.Rev = theirs.Conversation, theirs.Rev
	if theirs.Empty() && !SameText(base, ours) {
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
	if ours.Quote == base.Quote {
		merged.Quote = theirs.Quote
	}
	if ours.At.Equal(base.At) {
		merged.At = theirs.At
	}
	return merged
}

// mergeText applies both changes to base where they do not overlap;
// where they do, ours comes before theirs.
func mergeText(base, ours, theirs string) string {
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
	case a == "" || state.GoesOn(a, b):
		return b
	case b == "" || state.GoesOn(b, a):
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
