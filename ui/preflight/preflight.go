// Package preflight looks at the text of a reply before it goes out, for what an agent
// would rather know first: that it is a log pasted by mistake, that something is still to
// be filled in, that it promises a file and there is none, that it names what belongs to
// another customer. It decides nothing and draws nothing.
package preflight

import (
	"slices"
	"strings"
	"unicode/utf8"

	"unibox/api"
	"unibox/state/canned"
	"unibox/ui/catalog"
	"unibox/ui/text"
)

// Kind is a sort of finding.
type Kind uint8

// The sorts, in the order in which they are said.
const (
	// Elsewhere: it names what belongs to another conversation.
	Elsewhere Kind = iota
	// Unfilled: a variable is still to be filled in.
	Unfilled
	// Forgotten: it promises a file.
	Forgotten
	// Long: it is longer than the channel is known to take.
	Long
	// Large: it is larger than people write.
	Large
)

// Finding is something that an agent should know before a text goes out.
type Finding struct {
	Kind Kind
	// What is the place in the text, or its size, as it stands there: not cleaned.
	What string
	// Whose is the other conversation's name, as the platform says it, and Of which it is.
	Whose string
	Of    api.ConversationID
}

// Reply is what is looked at.
type Reply struct {
	Body string
	// Original is the text of the message that the body takes the place of, empty for a
	// reply.
	Original string
	// NoFile: none is attached, and one could be.
	NoFile bool
	// Words are those that promise a file.
	Words *Words
	// MostLines is how many lines are no log, 0 for the usual number.
	MostLines int
	// Guard knows the conversations that were open lately, nil for none.
	Guard *Guard
}

// Look returns what there is to know, each sort once.
func Look(say *catalog.Language, r Reply) (all []Finding) {
	large := oversized(say, r.Body, r.MostLines)
	if found, ok := r.Guard.Elsewhere(r.Body); ok && large == "" {
		all = append(all, found)
	}
	if hole := canned.Unfilled(r.Body); hole != "" {
		all = append(all, Finding{Kind: Unfilled, What: hole})
	}
	if r.NoFile && large == "" {
		if words := r.Words.Promise(say, r.Body); words != "" {
			all = append(all, Finding{Kind: Forgotten, What: words})
		}
	}
	if large != "" && oversized(say, r.Original, r.MostLines) == "" {
		all = append(all, Finding{Kind: Large, What: large})
	}
	return all
}

// Accepted are the findings that an agent knows of a text and sends it with: they are not
// said again while the text is the same.
type Accepted struct {
	body  string
	known []Finding
}

// Accept notes that a text is to be sent with what was found.
func (a *Accepted) Accept(body string, found []Finding) {
	if a.body != body {
		a.known = nil
	}
	a.body, a.known = body, append(a.known, found...)
}

// New returns those of the findings that are not accepted yet.
func (a *Accepted) New(body string, found []Finding) []Finding {
	if a.body != body {
		return found
	}
	return slices.DeleteFunc(found, func(f Finding) bool { return slices.Contains(a.known, f) })
}

// mostLines and mostChars are how long a text is sent without a question. What
// is longer was rarely typed: it is a log or a file that was pasted.
const (
	mostLines = 40
	mostChars = 3000
)

// oversized says how large a text is, "" if it is as people write.
func oversized(say *catalog.Language, body string, most int) string {
	lines, chars := strings.Count(strings.TrimSpace(body), "\n")+1, utf8.RuneCountInString(body)
	if most <= 0 || most > mostLines {
		most = mostLines
	}
	if lines <= most && chars <= mostChars {
		return ""
	}
	size := say.T("%d characters", chars)
	if len(body) >= 10_000 {
		size = text.Size(say, int64(len(body)))
	}
	return say.Plural(lines, "%d line, %s", "%d lines, %s", size)
}
