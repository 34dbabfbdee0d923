package sandbox

import (
	"slices"
	"strings"
	"time"
)

// listMessages lists those of one conversation, or of all of them.
func (p *protocol) listMessages(c *call) (any, error) {
	of := p.conversations
	if id := c.params.Get("conversation_id"); id != "" {
		v := p.conversationByID(id)
		if v == nil {
			return nil, errMissing
		}
		of = []*protocolConversation{v}
	}
	var all []protocolPlace
	for _, v := range of {
		for _, m := range p.lines(v) {
			all = append(all, protocolPlace{v, m})
		}
	}
	return p.page(c, listOf(all, func(at protocolPlace) *time.Time { return &at.message.at },
		func(at protocolPlace) string { return p.id(at.message.ref) },
		func(at protocolPlace) any { return p.wireMessage(at.of, at.message, c.origin) }))
}

// protocolPlace is a message where it stands.
type protocolPlace struct {
	of      *protocolConversation
	message *protocolMessage
}

func (p *protocol) pathMessage(c *call) (protocolPlace, error) {
	r, ok := p.ref(c.words[0])
	v, m := p.message(r)
	if !ok || m == nil {
		return protocolPlace{}, errMissing
	}
	return protocolPlace{v, m}, nil
}

func (p *protocol) showMessage(c *call) (any, error) {
	at, err := p.pathMessage(c)
	if err != nil {
		return nil, err
	}
	return p.wireMessage(at.of, at.message, c.origin), nil
}

// sendMessage needs a text or a file.
func (p *protocol) sendMessage(c *call) (any, error) {
	if !c.params.has("conversation_id") {
		return nil, bad("conversation_id is missing.")
	}
	v := p.conversationByID(c.params.Get("conversation_id"))
	if v == nil {
		return nil, bad("conversation_id names no conversation.")
	}
	files, err := p.attached(refs(c.params, "attachments"))
	if err != nil {
		return nil, err
	}
	text := c.params.Get("message")
	if strings.TrimSpace(text) == "" && len(files) == 0 {
		return nil, bad("message is missing.")
	}
	if p.habits.DropFiles {
		files = nil
	}
	m := p.say(v, &protocolMessage{text: text, files: files, at: c.now})
	p.log = append(p.log, p.receipt(v, m, c.now))
	p.expectReader(v, m, c.now)
	return p.wireMessage(v, m, c.origin), nil
}

// attached returns the uploads of some ids, none of which is in a message yet.
func (p *protocol) attached(ids []string) ([]*protocolFile, error) {
	var files []*protocolFile
	for _, id := range ids {
		i := slices.IndexFunc(p.uploads, func(f *protocolFile) bool { return p.id(f.ref) == id })
		if i < 0 || p.uploads[i].message != nil || slices.Contains(files, p.uploads[i]) {
			return nil, bad("attachments names what is no free attachment.")
		}
		files = append(files, p.uploads[i])
	}
	return files, nil
}

// updateMessage edits the text of a message of ours, replaces the reactions
// on any, or adds files to one of ours.
func (p *protocol) updateMessage(c *call) (any, error) {
	at, err := p.pathMessage(c)
	if err != nil {
		return nil, err
	}
	m := at.message
	edits := given(c.params, "message") || given(c.params, "attachments")
	files, err := p.attached(p.fresh(m, refs(c.params, "attachments")))
	if p.habits.DropFiles {
		files = nil
	}
	switch {
	case err != nil:
		return nil, err
	case edits && m.from != nil:
		return nil, bad("Only your own messages can be changed.")
	case given(c.params, "message") && strings.TrimSpace(c.params.Get("message")) == "":
		return nil, bad("message is missing.")
	}
	if given(c.params, "message") {
		m.text = c.params.Get("message")
	}
	if edits {
		m.edited = &c.now
	}
	if given(c.params, "reactions") {
		m.signs = signs(c.params)
	}
	for _, f := range files {
		f.message = &m.ref
		m.files = append(m.files, f)
	}
	at.of.keep(m)
	return p.wireMessage(at.of, m, c.origin), nil
}

// fresh leaves out the ids of files that a message has already.
func (p *protocol) fresh(m *protocolMessage, ids []string) []string {
	return slices.DeleteFunc(ids, func(id string) bool {
		return slices.ContainsFunc(m.files, func(f *protocolFile) bool { return p.id(f.ref) == id })
	})
}

// deleteMessage is for messages of ours. A pin on it goes too.
func (p *protocol) deleteMessage(c *call) (any, error) {
	at, err := p.pathMessage(c)
	if err != nil {
		return nil, err
	}
	if at.message.from != nil {
		return nil, bad("Only your own messages can be deleted.")
	}
	at.message.deleted = true
	at.of.keep(at.message)
	if pin := at.of.pinnedMessage; pin != nil && *pin == at.message.ref {
		at.of.pinnedMessage = nil
	}
	return nil, nil
}

func (p *protocol) receipt(v *protocolConversation, m *protocolMessage, now time.Time) Received {
	id := ident(p.id(*v.ref()))
	r := Received{Platform: p.name(), Conversation: &id, Text: m.text, Attachments: []ReceivedFile{}, Time: now}
	for _, f := range m.files {
		r.Attachments = append(r.Attachments, ReceivedFile{ID: ident(p.id(f.ref)), Name: f.name, MIME: f.mime, Size: f.size, SHA256: f.sum})
	}
	return r
}

func (p *protocol) received() []Received {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.log)
}
