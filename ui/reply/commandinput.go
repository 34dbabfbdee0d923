package reply

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/usercmd"
	"unibox/ui/env"
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

// inputs makes what a command gets, of the conversation as it is on screen.
type inputs struct {
	env    *env.Env
	thread Thread
	id     api.ConversationID
	// channel is the title of the channel, draft the text of the reply; writing: the cursor
	// is in it.
	channel, draft string
	writing        bool
}

// subject is the message that a command is about: the selected one while the agent reads, else
// the customer's last.
func (in inputs) subject() (api.Message, bool) {
	if it, ok := in.thread.Selected(); ok && !in.writing && !it.Gap && it.Message.ID.Remote != "" {
		return it.Message, true
	}
	all := in.thread.Messages()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Direction == api.Inbound && all[i].Kind != api.KindEvent {
			return all[i], true
		}
	}
	return api.Message{}, false
}

// of is what a command gets on its standard input, and its further arguments.
func (in inputs) of(c usercmd.Command) (stdin []byte, args []string, why string) {
	m, ok := in.subject()
	switch c.Input {
	case usercmd.Thread:
		return []byte(threadText(in.thread.Messages())), nil, ""
	case usercmd.JSON:
		return in.json(m, ok), nil, ""
	case usercmd.File:
		path := in.savedFile(m)
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
func (in inputs) savedFile(m api.Message) string {
	for i := range m.Attachments {
		if path := in.env.Transfer(state.FileOf(m, i)).Path; path != "" {
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

func (in inputs) json(m api.Message, about bool) []byte {
	row, _ := in.thread.Row()
	c := row.Conversation
	out := inputJSON{Account: string(in.id.Account), Messages: []messageJSON{}, Draft: in.draft,
		Conversation: conversationJSON{ID: in.id.Remote, Kind: string(c.Kind), Channel: in.channel, Name: c.Contact.Name, Handle: c.Contact.Handle}}
	for _, m := range in.thread.Messages() {
		out.Messages = append(out.Messages, in.message(m))
	}
	if about {
		one := in.message(m)
		out.Message = &one
	}
	text, err := json.Marshal(out)
	if err != nil { // strings, numbers and times of this century
		return nil
	}
	return append(text, '\n')
}

func (in inputs) message(m api.Message) messageJSON {
	out := messageJSON{ID: m.ID.Remote, From: "customer", Author: m.Author, At: m.At, Text: m.Body}
	if m.Direction == api.Outbound {
		out.From = "us"
	}
	for i, a := range m.Attachments {
		out.Files = append(out.Files, fileJSON{a.Name, a.MIME, a.Size, a.URL, in.env.Transfer(state.FileOf(m, i)).Path})
	}
	return out
}
