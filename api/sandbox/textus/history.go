package textus

import (
	"fmt"
	"time"

	"unibox/api/sandbox/kit"
)

// item is one item of a timeline: a message, or an event of some type.
type item struct {
	id     int64
	event  string
	text   string
	income bool
	at     time.Time
	// sender is a place in textusUsers; -1 for nobody.
	sender int
	// state is the state of delivery, since changed.
	state   string
	changed time.Time
	// sendAt is when a scheduled message goes out.
	sendAt  time.Time
	retried bool
	file    *kit.File
}

// stretch is how many messages stand between two events of a history.
const stretch = 12

// messageBits is what a message's number has below that of its conversation.
const messageBits = 28

// events take turns. The types of the last two are documented nowhere.
var events = []struct{ kind, text string }{
	{"ConversationAssignmentEvent", "%s assigned this conversation to %s"},
	{"PhoneCall", "Missed call"},
	{"EngagementTemperatureChange", ""},
}

// baseLen is the length of the timeline that comes from the seed.
func (v *conversation) baseLen() int { return v.Size + v.Size/stretch }

func (p *Server) timelineLen(v *conversation) int {
	return v.baseLen() + p.threads[v.id].length()
}

// items returns the items [lo, hi) of a timeline, counted from the oldest.
func (p *Server) items(v *conversation, lo, hi int) []*item {
	out := make([]*item, 0, hi-lo)
	blocks := map[int][]*item{}
	for k := lo; k < hi; k++ {
		switch t := p.threads[v.id]; {
		case k >= v.baseLen():
			out = append(out, t.extra[k-v.baseLen()])
		case t != nil && t.redone[k] != nil:
			out = append(out, t.redone[k])
		default:
			out = append(out, p.base(v, k, blocks))
		}
	}
	return out
}

// base makes up item k of the seed. blocks keeps what was made up already.
func (p *Server) base(v *conversation, k int, blocks map[int][]*item) *item {
	i, isEvent := k-k/(stretch+1), k%(stretch+1) == stretch
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

// eventAfter is the event at place k, at the very position of the message
// before it: positions are not unique (textus.md §5).
func (p *Server) eventAfter(v *conversation, k int, m *item) *item {
	kind := events[k/(stretch+1)%len(events)]
	text := kind.text
	if k/(stretch+1)%len(events) == 0 {
		text = fmt.Sprintf(text, users[k%len(users)].name, users[(k+1)%len(users)].name)
	}
	return &item{id: v.id<<messageBits | int64(k), event: kind.kind, text: text, at: m.at}
}

func (p *Server) block(v *conversation, b int) []*item {
	talk, _ := p.talk(v, b)
	out := make([]*item, len(talk))
	for k, at := range v.Times(kit.Roll(p.options.Seed, v.id, int64(b), 12), talk, b) {
		out[k] = p.baseMessage(v, b*kit.BlockLen+k, talk[k], at.Truncate(time.Millisecond))
	}
	return out
}

func (p *Server) talk(v *conversation, b int) ([]kit.Said, []kit.Line) {
	return v.Talk(patients(), kit.Roll(p.options.Seed, v.id, int64(b), 13), b)
}

func (p *Server) baseMessage(v *conversation, i int, s kit.Said, at time.Time) *item {
	place := i + i/stretch
	m := &item{id: v.id<<messageBits | int64(place), text: s.Text, income: s.Income, at: at, changed: at, sender: -1, state: "received"}
	d := kit.Roll(p.options.Seed, v.id, int64(i), 14)
	switch {
	case v.seed.byContact && i == v.Size-1:
		m.text, m.income = "STOP", true
	case !s.Income:
		m.sender = d.N(len(users)+1) - 1
		m.state = pastState(d)
		m.changed = at.Add(4 * time.Second)
	case d.N(40) == 0:
		f := p.media.Sample(m.id, "photo.jpg")
		m.file = &f
	}
	return m
}

// pastState is what became of a message long ago.
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

// say puts a message at the end of a timeline, never before what stands there.
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

// unsaid returns what the customer still had in mind at the start.
func (p *Server) unsaid(v *conversation) []kit.Line {
	return v.Unsaid(func(b int) []kit.Line {
		_, next := p.talk(v, b)
		return next
	})
}
