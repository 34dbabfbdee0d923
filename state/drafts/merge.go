package drafts

import (
	"slices"

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
	merged.Body = state.MergeText(base.Body, ours.Body, theirs.Body)
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
