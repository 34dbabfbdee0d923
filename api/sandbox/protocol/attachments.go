package protocol

import (
	"slices"
	"time"

	"unibox/api/sandbox/kit"
)

// attachments returns the files of some conversations' messages.
func (p *Server) attachments(of []*conversation) []*attachment {
	var all []*attachment
	for _, v := range of {
		for _, m := range p.messages(v) {
			all = append(all, m.files...)
		}
	}
	return all
}

// listAttachments lists the files of one conversation, or all files.
func (p *Server) listAttachments(c *kit.Call) (any, error) {
	all := p.attachments(p.conversations)
	if id := c.Params.Get("conversation_id"); id != "" {
		v := p.conversationByID(id)
		if v == nil {
			return nil, kit.ErrNotFound
		}
		all = p.attachments([]*conversation{v})
	} else {
		all = append(all, slices.DeleteFunc(slices.Clone(p.uploads), func(f *attachment) bool { return f.message != nil })...)
	}
	return p.page(c, listOf(all, func(f *attachment) *time.Time { return &f.created },
		func(f *attachment) string { return p.id(f.ref) },
		func(f *attachment) any { return p.wireFile(f, c.Origin) }))
}

// upload keeps a file. It can be sent with one message.
func (p *Server) upload(c *kit.Call) (any, error) {
	up, given := c.Params.File("file")
	if !given {
		return nil, kit.BadRequest("file is missing.")
	}
	p.serial++
	f := &attachment{
		File: kit.File{ID: p.serial, Name: up.Name, MIME: up.MIME, Size: up.Size},
		ref:  reference{kind: idUpload, first: p.serial}, sum: up.Sum, created: c.Now.Truncate(time.Second),
	}
	f.Location = p.media.Put(p.id(f.ref), f.Name, f.MIME, up.Content)
	p.uploads = append(p.uploads, f)
	return p.wireFile(f, c.Origin), nil
}

// pathAttachment returns a file and the message that it is in, if any.
func (p *Server) pathAttachment(c *kit.Call) (*attachment, located, error) {
	r, ok := p.ref(c.Segments[0])
	i := slices.IndexFunc(p.uploads, func(f *attachment) bool { return f.ref == r })
	switch {
	case !ok:
		return nil, located{}, kit.ErrNotFound
	case i >= 0 && p.uploads[i].message == nil:
		return p.uploads[i], located{}, nil
	case i >= 0:
		r = *p.uploads[i].message
	}
	v, m := p.message(reference{idMessage, r.first, r.second})
	if m != nil {
		for _, f := range m.files {
			if p.id(f.ref) == c.Segments[0] {
				return f, located{v, m}, nil
			}
		}
	}
	return nil, located{}, kit.ErrNotFound
}

func (p *Server) showAttachment(c *kit.Call) (any, error) {
	f, _, err := p.pathAttachment(c)
	if err != nil {
		return nil, err
	}
	return p.wireFile(f, c.Origin), nil
}

func (p *Server) updateAttachment(c *kit.Call) (any, error) {
	f, at, err := p.pathAttachment(c)
	if err != nil {
		return nil, err
	}
	if !c.Params.Filled("filename") {
		return nil, kit.BadRequest("filename is missing.")
	}
	f.Name = c.Params.Get("filename")
	at.record()
	return p.wireFile(f, c.Origin), nil
}

// record keeps the changes to the message, if there is one.
func (at located) record() {
	if at.of != nil {
		at.of.record(at.message)
	}
}

// deleteAttachment removes a file, also from its message.
func (p *Server) deleteAttachment(c *kit.Call) (any, error) {
	gone, at, err := p.pathAttachment(c)
	if err != nil {
		return nil, err
	}
	same := func(f *attachment) bool { return f == gone }
	p.uploads = slices.DeleteFunc(p.uploads, same)
	if at.of != nil {
		at.message.files = slices.DeleteFunc(at.message.files, same)
		at.record()
	}
	return nil, nil
}
