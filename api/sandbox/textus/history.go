package textus

import (
	"fmt"
	"time"

	"unibox/api/sandbox/kit"
)

// item is an item of a timeline: a message, or an event if event is set to its type.
type item struct {
	id     int64
	event  string
	text   string
	income bool
	at     time.Time
	// sender is the index in users of who wrote an outbound message.
	sender int
	// state is the state of the delivery, changed when it was reached.
	state   string
	changed time.Time
	// sendAt is when a scheduled message is sent.
	sendAt  time.Time
	retried bool
	file    *kit.File
}

// eventEvery is the number of messages between two events of a timeline.
const eventEvery = 12

// messageBits is the number of low bits in an item's number that count the items of
// a conversation. The bits above are the conversation's number.
const messageBits = 28

// events come in turn. The types of the last two are not documented.
var events = []struct{ kind, text string }{
	{"ConversationAssignmentEvent", "%s assigned this conversation to %s"},
	{"PhoneCall", "Missed call"},
	{"EngagementTemperatureChange", ""},
}

// baseLen returns the number of items that come from the seed.
func (v *conversation) baseLen() int { return v.Size + v.Size/eventEvery }

// timelineLen returns the present number of items.
func (p *Server) timelineLen(v *conversation) int {
	return v.baseLen() + p.threads[v.id].length()
}

// items returns the items lo to hi-1 of a timeline, counted from the oldest.
func (p *Server) items(v *conversation, lo, hi int) []*item {
	out := make([]*item, 0, hi-lo)
	blocks := map[int][]*item{}
	for k := lo; k < hi; k++ {
		switch t := p.threads[v.id]; {
		case k >= v.baseLen():
			out = append(out, t.extra[k-v.baseLen()])
		case t != nil && t.replaced[k] != nil:
			out = append(out, t.replaced[k])
		default:
			out = append(out, p.base(v, k, blocks))
		}
	}
	return out
}

// base returns item k of the seed. blocks has the blocks that are made up already.
func (p *Server) base(v *conversation, k int, blocks map[int][]*item) *item {
	i, isEvent := k-k/(eventEvery+1), k%(eventEvery+1) == eventEvery
	if isEvent {
		i--
	}
	b := i / kit.BlockLen
	if blocks[b] == nil {
		blocks[b] = p.block(v, b)
	}
	m := blocks[b][i%kit.BlockLen]
	if isEvent {
		m = p.eventAfter(v, k, m)
	}
	return m
}

// eventAfter returns the event with index k. It has the time of the message before
// it: positions are not unique. See api/textus/REFERENCE.md "Timelines".
func (p *Server) eventAfter(v *conversation, k int, m *item) *item {
	kind := events[k/(eventEvery+1)%len(events)]
	text := kind.text
	if k/(eventEvery+1)%len(events) == 0 {
		text = fmt.Sprintf(text, users[k%len(users)].name, users[(k+1)%len(users)].name)
	}
	return &item{id: v.id<<messageBits | int64(k), event: kind.kind, text: text, at: m.at}
}

// block makes up the messages from b*kit.BlockLen on.
func (p *Server) block(v *conversation, b int) []*item {
	talk, _ := p.talk(v, b)
	out := make([]*item, len(talk))
	for k, at := range v.Times(kit.Roll(p.options.Seed, v.id, int64(b), 12), talk, b) {
		out[k] = p.baseMessage(v, b*kit.BlockLen+k, talk[k], at.Truncate(time.Millisecond))
	}
	return out
}

// talk makes up the lines of a block, and for the last block what the customer would
// have written next.
func (p *Server) talk(v *conversation, b int) ([]kit.Said, []kit.Line) {
	return v.Talk(patients(), kit.Roll(p.options.Seed, v.id, int64(b), 13), b)
}

// baseMessage makes message i of the seed out of a line.
func (p *Server) baseMessage(v *conversation, i int, s kit.Said, at time.Time) *item {
	place := i + i/eventEvery
	m := &item{id: v.id<<messageBits | int64(place), text: s.Text, income: s.Income, at: at, changed: at, state: "received"}
	d := kit.Roll(p.options.Seed, v.id, int64(i), 14)
	switch {
	case v.seed.byContact && i == v.Size-1:
		m.text, m.income = "STOP", true
	case !s.Income:
		m.sender = max(0, d.N(len(users)+1)-1)
		m.state = pastState(d)
		m.changed = at.Add(4 * time.Second)
	case d.N(40) == 0:
		f := p.media.Sample(m.id, "photo.jpg")
		m.file = &f
	}
	return m
}

// pastState returns a random final state of a delivery.
func pastState(d *kit.Dice) string {
	switch d.N(60) {
	case 0:
		return "failed"
	case 1:
		return "failed_transient"
	case 2:
		return "unknown"
	case 3, 4:
		return "dispatched"
	}
	return "delivered"
}

// newestMessage returns the last message of a conversation, if it has any.
func (p *Server) newestMessage(v *conversation) (*item, bool) {
	for k := p.timelineLen(v) - 1; k >= 0; k-- {
		if one := p.items(v, k, k+1)[0]; one.event == "" {
			return one, true
		}
	}
	return nil, false
}

// say adds a message to the end of a timeline. Its time is not before that of the
// message before it.
func (p *Server) say(v *conversation, m *item, now time.Time) *item {
	if last, ok := p.newestMessage(v); ok && m.at.Before(last.at) {
		m.at = last.at
	}
	t := p.thread(v, now)
	m.id = v.id<<messageBits | (max(int64(v.baseLen()), p.run%(1<<(messageBits-1))) + int64(len(t.extra)))
	m.changed = m.at
	t.extra = append(t.extra, m)
	p.seq++
	t.seq = p.seq
	if p.moved[v.id] == nil {
		p.moved[v.id] = v
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
