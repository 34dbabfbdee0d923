package reply

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/usercmd"
	"unibox/ui/text"
)

// What a command gets as JSON.
type (
	inputJSON struct {
		Account      string           `json:"account"`
		Conversation conversationJSON `json:"conversation"`
		// Message is the one that the command is about, null if there is none.
		Message  *messageJSON  `json:"message"`
		Messages []messageJSON `json:"messages"`
		Draft    string        `json:"draft"`
	}
	conversationJSON struct {
		ID      string `json:"id"`
		Kind    string `json:"kind"`
		Channel string `json:"channel"`
		Name    string `json:"name"`
		Handle  string `json:"handle"`
	}
	messageJSON struct {
		ID string `json:"id"`
		// From is "customer" or "us".
		From   string     `json:"from"`
		Author string     `json:"author,omitempty"`
		At     time.Time  `json:"at"`
		Text   string     `json:"text"`
		Files  []fileJSON `json:"files,omitempty"`
	}
	fileJSON struct {
		Name string `json:"name"`
		MIME string `json:"mime,omitempty"`
		Size int64  `json:"size,omitempty"`
		URL  string `json:"url,omitempty"`
		// Path is where it was saved on this machine.
		Path string `json:"path,omitempty"`
	}
)

// subject is the message that a command is about: the selected one while the agent reads, else
// the customer's last.
func (b *Box) subject() (api.Message, bool) {
	if it, ok := b.thread.Selected(); ok && !b.composing && !it.Gap && it.Message.ID.Remote != "" {
		return it.Message, true
	}
	all := b.thread.Messages()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Direction == api.Inbound {
			return all[i], true
		}
	}
	return api.Message{}, false
}

// commandInput is what a command gets on its standard input, and its further arguments.
func (b *Box) commandInput(c usercmd.Command) (stdin []byte, args []string, why string) {
	m, ok := b.subject()
	switch c.Input {
	case usercmd.Thread:
		return []byte(threadText(b.thread.Messages())), nil, ""
	case usercmd.JSON:
		return b.inputJSON(m, ok), nil, ""
	case usercmd.File:
		path := b.savedFile(m)
		if path == "" {
			return nil, nil, "its message has no saved file: select one and download it first"
		}
		return nil, []string{path}, ""
	}
	if !ok || strings.TrimSpace(m.Body) == "" {
		return nil, nil, "there is no message with text here"
	}
	return []byte(m.Body + "\n"), nil, ""
}

// savedFile is where a file of a message was saved, "" if none was.
func (b *Box) savedFile(m api.Message) string {
	for i := range m.Attachments {
		if path := b.env.Transfer(state.FileOf(m, i)).Path; path != "" {
			return path
		}
	}
	return ""
}

// threadText is a conversation as lines of text, oldest first.
func threadText(all []api.Message) string {
	var s strings.Builder
	for _, m := range all {
		fmt.Fprintf(&s, "%s %s: %s\n", m.At.Local().Format("2006-01-02 15:04"), from(m), text.Safe(m.Body))
		for _, a := range m.Attachments {
			fmt.Fprintf(&s, "  [%s]\n", text.Safe(a.Name))
		}
	}
	return s.String()
}

func from(m api.Message) string {
	switch {
	case m.Direction == api.Outbound:
		return "us"
	case m.Author != "":
		return text.Safe(m.Author)
	}
	return "customer"
}

func (b *Box) inputJSON(m api.Message, about bool) []byte {
	row, _ := b.thread.Row()
	c := row.Conversation
	in := inputJSON{Account: string(b.id.Account), Messages: []messageJSON{}, Draft: b.text.Value(),
		Conversation: conversationJSON{ID: b.id.Remote, Kind: string(c.Kind), Channel: b.rules().Title, Name: c.Contact.Name, Handle: c.Contact.Handle}}
	for _, m := range b.thread.Messages() {
		in.Messages = append(in.Messages, b.messageJSON(m))
	}
	if about {
		one := b.messageJSON(m)
		in.Message = &one
	}
	out, err := json.Marshal(in)
	if err != nil { // strings, numbers and times of this century
		return nil
	}
	return append(out, '\n')
}

func (b *Box) messageJSON(m api.Message) messageJSON {
	out := messageJSON{ID: m.ID.Remote, From: "customer", Author: m.Author, At: m.At, Text: m.Body}
	if m.Direction == api.Outbound {
		out.From = "us"
	}
	for i, a := range m.Attachments {
		out.Files = append(out.Files, fileJSON{a.Name, a.MIME, a.Size, a.URL, b.env.Transfer(state.FileOf(m, i)).Path})
	}
	return out
}
