package state

import (
	"strings"

	"unibox/api"
)

// Quote is the message that a reply answers, and how it began when it was chosen: it is
// shown also where that message is not read. The zero Quote is none.
type Quote struct {
	// Message is the platform's id of it.
	Message string `json:"message"`
	// Author is who wrote it, as shown.
	Author string `json:"author"`
	// Text is how it begins.
	Text string `json:"text"`
	// InText: the platform shows no such thing, so that the message stands in the reply, in
	// lines behind ">" ([QuotedIn]). What it is about is known here alone.
	InText bool `json:"in_text,omitempty"`
}

// IsZero reports whether nothing is quoted.
func (q Quote) IsZero() bool { return q.Message == "" }

// Native reports whether a message is quoted that the platform shows with the reply.
func (q Quote) Native() bool { return q.Message != "" && !q.InText }

// QuotedIn reports whether the beginning of a text stands in a reply in a line behind ">",
// which may be cut.
func QuotedIn(reply, text string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	for line := range strings.Lines(reply) {
		quoted, ok := strings.CutPrefix(strings.TrimSpace(line), "> ")
		if quoted = strings.TrimSpace(strings.TrimSuffix(quoted, "…")); ok && quoted != "" && strings.HasPrefix(first, quoted) {
			return true
		}
	}
	return false
}

// FilledTemplate is a template of the platform with what its fields say.
type FilledTemplate struct {
	// Remote and Name are those of the [api.Template].
	Remote string   `json:"remote"`
	Name   string   `json:"name"`
	Values []string `json:"values,omitempty"`
}

// Quoted is a message that another one answers, as far as that shows it.
type Quoted struct {
	// Pos is where it is, 0 if it is not stored.
	Pos       Pos
	Kind      api.MessageKind
	Direction api.Direction
	Author    string
	// Body is how it begins.
	Body        string
	Attachments int
}
