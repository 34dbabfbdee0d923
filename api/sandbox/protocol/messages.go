package protocol

import (
	"slices"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// listMessages lists the messages of one conversation, or all messages.
func (p *Server) listMessages(c *kit.Call) (any, error) {
	of := p.conversations
	if id := c.Params.Get("conversation_id"); id != "" {
		v := p.conversationByID(id)
		if v == nil {
			return nil, kit.ErrNotFound
		}
		of = []*conversation{v}
	}
	var all []located
	for _, v := range of {
		for _, m := range p.messages(v) {
			all = append(all, located{v, m})
		}
	}
	return p.page(c, listOf(all, func(at located) *time.Time { return &at.message.at },
		func(at located) string { return p.id(at.message.ref) },
		func(at located) any { return p.wireMessage(at.of, at.message, c.Origin) }))
}

// located is a message with its conversation.
type located struct {
	of      *conversation
	message *message
}

func (p *Server) pathMessage(c *kit.Call) (located, error) {
	r, ok := p.ref(c.Segments[0])
	v, m := p.message(r)
	if !ok || m == nil {
		return located{}, kit.ErrNotFound
	}
	return located{v, m}, nil
}

func (p *Server) showMessage(c *kit.Call) (any, error) {
	at, err := p.pathMessage(c)
	if err != nil {
		return nil, err
	}
	return p.wireMessage(at.of, at.message, c.Origin), nil
}

// sendMessage needs a text or a file.
func (p *Server) sendMessage(c *kit.Call) (any, error) {
	if !c.Params.Filled("conversation_id") {
		return nil, kit.BadRequest("conversation_id is missing.")
	}
	v := p.conversationByID(c.Params.Get("conversation_id"))
	if v == nil {
		return nil, kit.BadRequest("conversation_id names no conversation.")
	}
	files, err := p.attached(refs(c.Params, "attachments"))
	if err != nil {
		return nil, err
	}
	text := c.Params.Get("message")
	if strings.TrimSpace(text) == "" && len(files) == 0 {
		return nil, kit.BadRequest("message is missing.")
	}
	if p.behavior.DropFiles {
		files = nil
	}
	m := p.say(v, &message{text: text, files: files, at: c.Now})
	p.accepted = append(p.accepted, p.receipt(v, m, c.Now))
	p.expectRead(v, m, c.Now)
	return p.wireMessage(v, m, c.Origin), nil
}

// attached returns the uploads with some ids, if none of them is sent yet.
func (p *Server) attached(ids []string) ([]*attachment, error) {
	var files []*attachment
	for _, id := range ids {
		i := slices.IndexFunc(p.uploads, func(f *attachment) bool { return p.id(f.ref) == id })
		if i < 0 || p.uploads[i].message != nil || slices.Contains(files, p.uploads[i]) {
			return nil, kit.BadRequest("attachments names what is no free attachment.")
		}
		files = append(files, p.uploads[i])
	}
	return files, nil
}

// updateMessage edits the text of a message of this user, adds files to it, or
// replaces the reactions of any message.
func (p *Server) updateMessage(c *kit.Call) (any, error) {
	at, err := p.pathMessage(c)
	if err != nil {
		return nil, err
	}
	m := at.message
	edits := given(c.Params, "message") || given(c.Params, "attachments")
	files, err := p.attached(p.fresh(m, refs(c.Params, "attachments")))
	if p.behavior.DropFiles {
		files = nil
	}
	switch {
	case err != nil:
		return nil, err
	case edits && m.from != nil:
		return nil, kit.BadRequest("Only your own messages can be changed.")
	case given(c.Params, "message") && strings.TrimSpace(c.Params.Get("message")) == "":
		return nil, kit.BadRequest("message is missing.")
	}
	if given(c.Params, "message") {
		m.text = c.Params.Get("message")
	}
	if edits {
		m.edited = &c.Now
	}
	if given(c.Params, "reactions") {
		m.reactions = reactionsOf(c.Params)
	}
	for _, f := range files {
		f.message = &m.ref
		m.files = append(m.files, f)
	}
	at.of.record(m)
	return p.wireMessage(at.of, m, c.Origin), nil
}

// fresh removes the ids of files that a message already has.
func (p *Server) fresh(m *message, ids []string) []string {
	return slices.DeleteFunc(ids, func(id string) bool {
		return slices.ContainsFunc(m.files, func(f *attachment) bool { return p.id(f.ref) == id })
	})
}

// deleteMessage deletes a message of this user, and unpins it.
func (p *Server) deleteMessage(c *kit.Call) (any, error) {
	at, err := p.pathMessage(c)
	if err != nil {
		return nil, err
	}
	if at.message.from != nil {
		return nil, kit.BadRequest("Only your own messages can be deleted.")
	}
	at.message.deleted = true
	at.of.record(at.message)
	if pin := at.of.pinnedMessage; pin != nil && *pin == at.message.ref {
		at.of.pinnedMessage = nil
	}
	return nil, nil
}

// receipt returns a message as the control side lists it.
func (p *Server) receipt(v *conversation, m *message, now time.Time) kit.Received {
	id := kit.ID(p.id(*v.ref()))
	r := kit.Received{Platform: p.Name(), Conversation: &id, Text: m.text, Attachments: []kit.ReceivedFile{}, Time: now}
	for _, f := range m.files {
		r.Attachments = append(r.Attachments, kit.ReceivedFile{ID: kit.ID(p.id(f.ref)), Name: f.Name, MIME: f.MIME, Size: f.Size, SHA256: f.sum})
	}
	return r
}

// Received lists the accepted messages, in order.
func (p *Server) Received() []kit.Received {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.accepted)
}
