package sandbox

import (
	"slices"
	"time"
)

// attachments returns the files of some conversations' messages.
func (p *protocol) attachments(of []*protocolConversation) []*protocolFile {
	var all []*protocolFile
	for _, v := range of {
		for _, m := range p.lines(v) {
			all = append(all, m.files...)
		}
	}
	return all
}

// listAttachments lists those of one conversation, or all there are.
func (p *protocol) listAttachments(c *call) (any, error) {
	all := p.attachments(p.conversations)
	if id := c.params.Get("conversation_id"); id != "" {
		v := p.conversationByID(id)
		if v == nil {
			return nil, errMissing
		}
		all = p.attachments([]*protocolConversation{v})
	} else {
		all = append(all, slices.DeleteFunc(slices.Clone(p.uploads), func(f *protocolFile) bool { return f.message != nil })...)
	}
	return p.page(c, listOf(all, func(f *protocolFile) *time.Time { return &f.created },
		func(f *protocolFile) string { return p.id(f.ref) },
		func(f *protocolFile) any { return p.wireFile(f, c.origin) }))
}

// upload keeps a file, to be sent with one message.
func (p *protocol) upload(c *call) (any, error) {
	up, given := c.params.file("file")
	if !given {
		return nil, bad("file is missing.")
	}
	p.serial++
	f := &protocolFile{
		file: file{id: p.serial, name: up.name, mime: up.mime, size: up.size},
		ref:  protocolRef{kind: idUpload, first: p.serial}, sum: up.sum, created: c.now.Truncate(time.Second),
	}
	f.where = p.media.keep(p.id(f.ref), f.name, f.mime, up.content)
	p.uploads = append(p.uploads, f)
	return p.wireFile(f, c.origin), nil
}

// pathAttachment returns a file and the message that it is in, if any.
func (p *protocol) pathAttachment(c *call) (*protocolFile, protocolPlace, error) {
	r, ok := p.ref(c.words[0])
	i := slices.IndexFunc(p.uploads, func(f *protocolFile) bool { return f.ref == r })
	switch {
	case !ok:
		return nil, protocolPlace{}, errMissing
	case i >= 0 && p.uploads[i].message == nil:
		return p.uploads[i], protocolPlace{}, nil
	case i >= 0:
		r = *p.uploads[i].message
	}
	v, m := p.message(protocolRef{idMessage, r.first, r.second})
	if m != nil {
		for _, f := range m.files {
			if p.id(f.ref) == c.words[0] {
				return f, protocolPlace{v, m}, nil
			}
		}
	}
	return nil, protocolPlace{}, errMissing
}

func (p *protocol) showAttachment(c *call) (any, error) {
	f, _, err := p.pathAttachment(c)
	if err != nil {
		return nil, err
	}
	return p.wireFile(f, c.origin), nil
}

func (p *protocol) updateAttachment(c *call) (any, error) {
	f, at, err := p.pathAttachment(c)
	if err != nil {
		return nil, err
	}
	if !c.params.has("filename") {
		return nil, bad("filename is missing.")
	}
	f.name = c.params.Get("filename")
	at.keep()
	return p.wireFile(f, c.origin), nil
}

// keep makes a change to the message last, if there is one.
func (at protocolPlace) keep() {
	if at.of != nil {
		at.of.keep(at.message)
	}
}

// deleteAttachment takes the file out of its message.
func (p *protocol) deleteAttachment(c *call) (any, error) {
	gone, at, err := p.pathAttachment(c)
	if err != nil {
		return nil, err
	}
	same := func(f *protocolFile) bool { return f == gone }
	p.uploads = slices.DeleteFunc(p.uploads, same)
	if at.of != nil {
		at.message.files = slices.DeleteFunc(at.message.files, same)
		at.keep()
	}
	return nil, nil
}
