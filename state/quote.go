package state

import "unibox/api"

// Quote is the message that a reply answers, and how it began when it was chosen: it is
// shown also where that message is not read. The zero Quote is none.
type Quote struct {
	// Message is the platform's id of it.
	Message string `json:"message"`
	// Author is who wrote it, as shown.
	Author string `json:"author"`
	// Text is how it begins.
	Text string `json:"text"`
}

// IsZero reports whether nothing is quoted.
func (q Quote) IsZero() bool { return q.Message == "" }

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
