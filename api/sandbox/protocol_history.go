package sandbox

import (
	"slices"
	"time"
)

// protocolMessage is a message; from is nil for one of ours.
type protocolMessage struct {
	ref     protocolRef
	from    *protocolContact
	text    string
	files   []*protocolFile
	signs   []protocolSign
	at      time.Time
	read    *time.Time
	edited  *time.Time
	deleted bool
}

// protocolSign is a reaction and the names of those who put it there.
type protocolSign struct {
	name string
	who  []string
}

// protocolFile is a file of a message, or one that waits for it.
type protocolFile struct {
	file
	ref     protocolRef
	message *protocolRef
	sum     string
	created time.Time
}

// lines returns the messages of a conversation that were not deleted, the
// oldest first.
func (p *protocol) lines(v *protocolConversation) []*protocolMessage {
	out := make([]*protocolMessage, 0, v.size+len(v.extra))
	for b := 0; b*blockLen < v.size; b++ {
		out = append(out, p.block(v, b)...)
	}
	out = append(out, v.extra...)
	return slices.DeleteFunc(out, func(m *protocolMessage) bool { return m.deleted })
}

// message returns the message of a reference, nil if there is none.
func (p *protocol) message(r protocolRef) (*protocolConversation, *protocolMessage) {
	v := p.conversation(r.first)
	if v == nil || r.kind != idMessage {
		return nil, nil
	}
	list := v.extra
	if r.second < int64(v.size) {
		list = p.block(v, int(r.second/blockLen))
	}
	for _, m := range list {
		if m.ref == r && !m.deleted {
			return v, m
		}
	}
	return nil, nil
}

// keep makes a change to a message last.
func (v *protocolConversation) keep(m *protocolMessage) {
	if m.ref.second < int64(v.size) {
		v.changed[m.ref.second] = m
	}
}

// block makes up messages b*blockLen and on. Some of them share a second.
func (p *protocol) block(v *protocolConversation, b int) []*protocolMessage {
	d := roll(p.options.Seed, 73, v.serial, int64(b))
	talk, _ := p.talk(v, b)
	out := make([]*protocolMessage, len(talk))
	for k, at := range v.times(d, talk, b) {
		at = at.Truncate(time.Second)
		if k > 0 && k < len(talk)-1 && d.n(6) == 0 {
			at = out[k-1].at
		}
		out[k] = p.line(v, b*blockLen+k, talk[k], at)
	}
	return out
}

// talk makes up what is said in a block, and the customer's next words if it
// is the last.
func (p *protocol) talk(v *protocolConversation, b int) ([]said, []line) {
	return v.talk(v.language, roll(p.options.Seed, 74, v.serial, int64(b)), b)
}

// line makes message i of the seed, or returns what has become of it.
func (p *protocol) line(v *protocolConversation, i int, s said, at time.Time) *protocolMessage {
	if m := v.changed[int64(i)]; m != nil {
		return m
	}
	d := roll(p.options.Seed, 75, v.serial, int64(i))
	m := &protocolMessage{ref: protocolRef{idMessage, v.serial, int64(i)}, text: s.text, at: at}
	if s.file != "" {
		m.files = []*protocolFile{p.sample(m, s.file)}
	}
	if s.income {
		m.from = pick(d, v.cast)
	}
	if k := v.size - 2 - i; v.role != nil && k >= 0 && k < len(v.role.texts) {
		m.text, m.from, m.files = v.role.texts[k], v.contact, nil
	}
	p.embellish(d, v, m)
	return m
}

func (p *protocol) sample(m *protocolMessage, name string) *protocolFile {
	made := p.media.file(m.ref.first<<32|m.ref.second, name)
	return &protocolFile{file: made, ref: protocolRef{idSample, m.ref.first, m.ref.second}, message: &m.ref, created: m.at}
}

// signNames are the reactions people know.
var signNames = []string{"thumbs_up", "heart", "laughing", "tada", "eyes"}

// embellish decides who read a message when, what was put on it and whether
// it was edited.
func (p *protocol) embellish(d *dice, v *protocolConversation, m *protocolMessage) {
	later := m.at.Add(time.Duration(d.between(4, 500)) * time.Second)
	last := int(m.ref.second) == v.size-1
	switch {
	case m.from != nil && v.opened != nil && !m.at.After(*v.opened):
		m.read = v.opened
	case m.from == nil && later.Before(p.start) && (!last || d.n(2) == 0):
		m.read = &later
	}
	if d.n(11) == 0 {
		m.signs = []protocolSign{{pick(d, signNames), []string{protocolName}}}
		if m.from == nil {
			m.signs[0].who = []string{pick(d, v.cast).username}
		}
	}
	if m.from == nil && d.n(23) == 0 && later.Before(p.start) {
		m.edited = &later
	}
}

// say puts a message at the end of a conversation.
func (p *protocol) say(v *protocolConversation, m *protocolMessage) *protocolMessage {
	if v.active != nil && m.at.Before(*v.active) {
		m.at = *v.active
	}
	m.at = m.at.Truncate(time.Second)
	m.ref = protocolRef{idMessage, v.serial, max(int64(v.size), p.run) + int64(len(v.extra))}
	for _, f := range m.files {
		f.message = &m.ref
	}
	v.extra = append(v.extra, m)
	v.active = &m.at
	if m.from != nil {
		m.from.active = &m.at
	}
	return m
}

// unsaid returns what the customer still had in mind at the start.
func (p *protocol) unsaid(v *protocolConversation) []line {
	return v.unsaid(func(b int) []line {
		_, next := p.talk(v, b)
		return next
	})
}
