package sandbox

import (
	"fmt"
	"time"
)

// textusItem is one item of a timeline: a message, or an event of some type.
type textusItem struct {
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
	file    *file
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
func (v *textusConversation) baseLen() int { return v.size + v.size/stretch }

func (p *textus) timelineLen(v *textusConversation) int {
	return v.baseLen() + p.threads[v.id].length()
}

// items returns the items [lo, hi) of a timeline, counted from the oldest.
func (p *textus) items(v *textusConversation, lo, hi int) []*textusItem {
	out := make([]*textusItem, 0, hi-lo)
	blocks := map[int][]*textusItem{}
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
func (p *textus) base(v *textusConversation, k int, blocks map[int][]*textusItem) *textusItem {
	i, isEvent := k-k/(stretch+1), k%(stretch+1) == stretch
	if isEvent {
		i--
	}
	b := i / blockLen
	if blocks[b] == nil {
		blocks[b] = p.block(v, b)
	}
	m := blocks[b][i%blockLen]
	if isEvent {
		m = p.eventAfter(v, k, m)
	}
	return m
}

// eventAfter is the event at place k, at the very position of the message
// before it: positions are not unique (textus.md §5).
func (p *textus) eventAfter(v *textusConversation, k int, m *textusItem) *textusItem {
	kind := events[k/(stretch+1)%len(events)]
	text := kind.text
	if k/(stretch+1)%len(events) == 0 {
		text = fmt.Sprintf(text, textusUsers[k%len(textusUsers)].name, textusUsers[(k+1)%len(textusUsers)].name)
	}
	return &textusItem{id: v.id<<messageBits | int64(k), event: kind.kind, text: text, at: m.at}
}

func (p *textus) block(v *textusConversation, b int) []*textusItem {
	talk, _ := p.talk(v, b)
	out := make([]*textusItem, len(talk))
	for k, at := range v.times(roll(p.options.Seed, v.id, int64(b), 12), talk, b) {
		out[k] = p.baseMessage(v, b*blockLen+k, talk[k], at.Truncate(time.Millisecond))
	}
	return out
}

func (p *textus) talk(v *textusConversation, b int) ([]said, []line) {
	return v.talk(textusLanguage(), roll(p.options.Seed, v.id, int64(b), 13), b)
}

func (p *textus) baseMessage(v *textusConversation, i int, s said, at time.Time) *textusItem {
	place := i + i/stretch
	m := &textusItem{id: v.id<<messageBits | int64(place), text: s.text, income: s.income, at: at, changed: at, sender: -1, state: "received"}
	d := roll(p.options.Seed, v.id, int64(i), 14)
	switch {
	case v.seed.byContact && i == v.size-1:
		m.text, m.income = "STOP", true
	case !s.income:
		m.sender = d.n(len(textusUsers)+1) - 1
		m.state = pastState(d)
		m.changed = at.Add(4 * time.Second)
	case d.n(40) == 0:
		f := p.media.file(m.id, "photo.jpg")
		m.file = &f
	}
	return m
}

// pastState is what became of a message long ago.
func pastState(d *dice) string {
	switch d.n(60) {
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
func (p *textus) newestMessage(v *textusConversation) (*textusItem, bool) {
	for k := p.timelineLen(v) - 1; k >= 0; k-- {
		if one := p.items(v, k, k+1)[0]; one.event == "" {
			return one, true
		}
	}
	return nil, false
}

// say puts a message at the end of a timeline, never before what stands there.
func (p *textus) say(v *textusConversation, m *textusItem, now time.Time) *textusItem {
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
func (p *textus) unsaid(v *textusConversation) []line {
	return v.unsaid(func(b int) []line {
		_, next := p.talk(v, b)
		return next
	})
}
