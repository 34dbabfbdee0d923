package protocol

import (
	"slices"
	"time"

	"unibox/api/sandbox/kit"
)

// message is a message. from is nil if this user sent it.
type message struct {
	ref       reference
	from      *contact
	text      string
	files     []*attachment
	reactions []reaction
	at        time.Time
	read      *time.Time
	edited    *time.Time
	deleted   bool
}

// reaction is a reaction to a message, and the names of those who reacted.
type reaction struct {
	name string
	who  []string
}

// attachment is a file of a message, or an upload that is not sent yet. Then
// message is nil.
type attachment struct {
	kit.File
	ref     reference
	message *reference
	sum     string
	created time.Time
}

// messages returns the messages of a conversation that are not deleted, the oldest
// first.
func (p *Server) messages(v *conversation) []*message {
	out := make([]*message, 0, v.Size+len(v.extra))
	for b := 0; b*kit.BlockLen < v.Size; b++ {
		out = append(out, p.block(v, b)...)
	}
	out = append(out, v.extra...)
	return slices.DeleteFunc(out, func(m *message) bool { return m.deleted })
}

// message returns the message of a reference and its conversation, or nil.
func (p *Server) message(r reference) (*conversation, *message) {
	v := p.conversation(r.first)
	if v == nil || r.kind != idMessage {
		return nil, nil
	}
	list := v.extra
	if r.second < int64(v.Size) {
		list = p.block(v, int(r.second/kit.BlockLen))
	}
	for _, m := range list {
		if m.ref == r && !m.deleted {
			return v, m
		}
	}
	return nil, nil
}

// record keeps the changes to a message, which may be one of the seed.
func (v *conversation) record(m *message) {
	if m.ref.second < int64(v.Size) {
		v.changed[m.ref.second] = m
	}
}

// block makes up the messages from b*kit.BlockLen on. Some of them have the same time.
func (p *Server) block(v *conversation, b int) []*message {
	d := kit.Roll(p.options.Seed, 73, v.serial, int64(b))
	talk, _ := p.talk(v, b)
	out := make([]*message, len(talk))
	for k, at := range v.Times(d, talk, b) {
		at = at.Truncate(time.Second)
		if k > 0 && k < len(talk)-1 && d.N(6) == 0 {
			at = out[k-1].at
		}
		out[k] = p.seedMessage(v, b*kit.BlockLen+k, talk[k], at)
	}
	return out
}

// talk makes up the lines of a block, and for the last block what the customer would
// have written next.
func (p *Server) talk(v *conversation, b int) ([]kit.Said, []kit.Line) {
	return v.Talk(v.language, kit.Roll(p.options.Seed, 74, v.serial, int64(b)), b)
}

// seedMessage returns message i of the seed, as it was changed since or made out of
// a line.
func (p *Server) seedMessage(v *conversation, i int, s kit.Said, at time.Time) *message {
	if m := v.changed[int64(i)]; m != nil {
		return m
	}
	d := kit.Roll(p.options.Seed, 75, v.serial, int64(i))
	m := &message{ref: reference{idMessage, v.serial, int64(i)}, text: s.Text, at: at}
	if s.File != "" {
		m.files = []*attachment{p.sample(m, s.File)}
	}
	if s.Income {
		m.from = kit.Pick(d, v.writers)
	}
	if k := v.Size - 2 - i; v.hard != nil && k >= 0 && k < len(v.hard.Texts) {
		m.text, m.from, m.files = v.hard.Texts[k], v.contact, nil
	}
	p.decorate(d, v, m)
	return m
}

// sample returns a made-up file of a message.
func (p *Server) sample(m *message, name string) *attachment {
	made := p.media.Sample(m.ref.first<<32|m.ref.second, name)
	return &attachment{File: made, ref: reference{idSample, m.ref.first, m.ref.second}, message: &m.ref, created: m.at}
}

// reactionNames are the reactions that people use.
var reactionNames = []string{"thumbs_up", "heart", "laughing", "tada", "eyes"}

// decorate decides when a message of the seed was read, whether it was edited, and
// which reactions it has.
func (p *Server) decorate(d *kit.Dice, v *conversation, m *message) {
	later := m.at.Add(time.Duration(d.Between(4, 500)) * time.Second)
	last := int(m.ref.second) == v.Size-1
	switch {
	case m.from != nil && v.opened != nil && !m.at.After(*v.opened):
		m.read = v.opened
	case m.from == nil && later.Before(p.start) && (!last || d.N(2) == 0):
		m.read = &later
	}
	if d.N(11) == 0 {
		m.reactions = []reaction{{kit.Pick(d, reactionNames), []string{ourName}}}
		if m.from == nil {
			m.reactions[0].who = []string{kit.Pick(d, v.writers).username}
		}
	}
	if m.from == nil && d.N(23) == 0 && later.Before(p.start) {
		m.edited = &later
	}
}

// say adds a message to the end of a conversation. Its time is not before that of the
// message before it.
func (p *Server) say(v *conversation, m *message) *message {
	if v.active != nil && m.at.Before(*v.active) {
		m.at = *v.active
	}
	m.at = m.at.Truncate(time.Second)
	m.ref = reference{idMessage, v.serial, max(int64(v.Size), p.run) + int64(len(v.extra))}
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

// unsaid returns what the customer would have written next at the start.
func (p *Server) unsaid(v *conversation) []kit.Line {
	return v.Unsaid(func(b int) []kit.Line {
		_, next := p.talk(v, b)
		return next
	})
}
