package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// protocolName is how this user signs, who stands in no book of contacts.
const protocolName = "StudioDesk"

type protocolContact struct {
	serial          int64
	username, phone string
	display, avatar *string
	active          *time.Time
	created         time.Time
	language        *language
	role            *role
	conversation    *protocolConversation
}

type protocolGroup struct {
	serial              int64
	name                string
	description, avatar *string
	members             []*protocolContact
	created             time.Time
	archived            *time.Time
	conversation        *protocolConversation
}

// protocolConversation is one conversation and the shape of its history. It is
// with a contact or with a group.
type protocolConversation struct {
	serial        int64
	contact       *protocolContact
	group         *protocolGroup
	pinnedMessage *protocolRef
	pinned, muted bool
	// active is when the newest message came, opened when this user last
	// looked, nil for never.
	active, opened, archived *time.Time
	created                  time.Time
	language                 *language
	role                     *role
	// cast are those whose words come from the seed.
	cast []*protocolContact
	history
	// extra is what was written since, changed what became of messages from
	// the seed.
	extra   []*protocolMessage
	changed map[int64]*protocolMessage
	life
}

// people are those who may write in a conversation.
func (v *protocolConversation) people() []*protocolContact {
	if v.group != nil {
		return v.group.members
	}
	return []*protocolContact{v.contact}
}

// Protocol has a quarter of the conversations asked for, and a few contacts
// nobody has talked to yet.
const (
	protocolShare  = 4
	protocolSpares = 4
	// protocolLongest bounds the longest history: each look at one makes up
	// all of it.
	protocolLongest = 5_000
)

// world makes the contacts, groups and conversations, all from the seed; what
// is said in them is made up when it is asked for.
func (p *protocol) world() {
	if p.made {
		return
	}
	p.made = true
	n := max(protocolShare, p.options.Conversations/protocolShare)
	p.serial = max(int64(n+protocolSpares), p.run/60)
	for i := range n + protocolSpares {
		p.contacts = append(p.contacts, p.newContact(i, n))
	}
	for i := range n {
		p.conversations = append(p.conversations, p.newConversation(i, n))
	}
}

func (p *protocol) newContact(i, n int) *protocolContact {
	d := roll(p.options.Seed, 71, int64(i))
	c := &protocolContact{serial: int64(i), language: somebody(d)}
	if i%6 == 4 && i < n {
		c.role = roleAt(i / 6)
		c.language = languageOf(c.role.language)
	}
	name := c.language.name(d)
	if c.role != nil {
		name = c.role.name
	}
	c.username = handleOf(languageOf("en").name(d), i)
	c.phone = fmt.Sprintf("%d-%03d-01%d-%04d", 1+d.n(8), d.between(200, 990), d.n(10), i*7919%10_000)
	if d.n(5) > 0 {
		c.display = &name
	}
	if d.n(3) == 0 {
		avatar := "/avatars/original/missing.png"
		c.avatar = &avatar
	}
	c.created = p.start.Add(-time.Duration(d.spread(2, 700) * float64(day))).Truncate(time.Second)
	if d.n(4) > 0 {
		seen := p.start.Add(-time.Duration(d.spread(60, 80_000)) * time.Second)
		c.active = &seen
	}
	return c
}

// handleOf makes a username of a name, and no two alike.
func handleOf(name string, i int) string {
	return strings.NewReplacer(" ", "", "'", "", "-", "").Replace(name) + fmt.Sprint(i+1)
}

// newConversation makes one with contact i or, every fifth, with a group.
func (p *protocol) newConversation(i, n int) *protocolConversation {
	d := roll(p.options.Seed, 72, int64(i))
	c := p.contacts[i]
	v := &protocolConversation{serial: int64(i), contact: c, language: c.language, role: c.role, changed: map[int64]*protocolMessage{}}
	if i%5 == 3 {
		v.contact, v.role, v.group = nil, nil, p.newGroup(d, i)
		v.group.conversation = v
	} else {
		c.conversation = v
	}
	v.cast = slices.Clone(v.people())
	p.shapeOf(d, v, i, n)
	v.stand(d, i)
	return v
}

var groupNames = []string{"Launch crew", "Ceramics & glaze, the whole studio", "Вернисаж в субботу", "Night shift 🌙", "Taller de abril", "展示会チーム"}

func (p *protocol) newGroup(d *dice, i int) *protocolGroup {
	g := &protocolGroup{serial: int64(i), name: groupNames[i/5%len(groupNames)]}
	if d.n(3) > 0 {
		text := "Everything about " + g.name
		g.description = &text
	}
	first, size := d.n(len(p.contacts)), 3+d.n(4)
	for k := range min(size, len(p.contacts)) {
		g.members = append(g.members, p.contacts[(first+k)%len(p.contacts)])
	}
	p.groups = append(p.groups, g)
	return g
}

// shapeOf decides when a conversation began, when it last stirred and how long
// it is. One, of a contact, is long; one is empty still.
func (p *protocol) shapeOf(d *dice, v *protocolConversation, i, n int) {
	age := time.Duration(d.spread(1, 500) * float64(day))
	v.waiting = i%3 == 1
	v.size = min(p.options.Messages, 2+int(70*d.part()*d.part()))
	silent := time.Duration(d.spread(float64(time.Hour), float64(40*day)))
	switch {
	case i == n-3:
		v.size, v.waiting = 0, false
	case v.waiting:
		silent = time.Duration(d.spread(float64(2*time.Minute), float64(day)))
	}
	if i == n/7 {
		v.size, age = min(max(150, p.options.Messages/protocolShare), p.options.Messages, protocolLongest), max(age, 300*day)
	}
	silent = min(silent, age/2)
	v.last = p.start.Add(-silent).Truncate(time.Second)
	v.open = min(openTime(age-silent), 500*openFor)
	v.created = before(v.last, v.open).Truncate(time.Second)
	if v.group != nil {
		v.group.created = v.created
	}
	if v.size > 0 {
		v.active = &v.last
	}
}

// stand decides how a conversation stands with this user.
func (v *protocolConversation) stand(d *dice, i int) {
	v.pinned, v.muted = i%8 == 1, i%6 == 2
	looked := v.last.Add(time.Duration(d.between(20, 3000)) * time.Second)
	switch {
	case v.waiting && i%2 == 0, v.size == 0:
		return
	case v.waiting:
		looked = v.last.Add(-time.Duration(d.between(5, 600)) * time.Minute)
	case i%7 == 5:
		put := looked.Add(time.Minute)
		v.archived = &put
	}
	v.opened = &looked
	if i%4 == 0 {
		v.pinnedMessage = &protocolRef{idMessage, v.serial, int64(v.size / 2)}
	}
}
