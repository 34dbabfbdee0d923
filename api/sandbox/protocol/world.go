package protocol

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// ourName is the username of this user, who is not among the contacts.
const ourName = "StudioDesk"

type contact struct {
	serial          int64
	username, phone string
	display, avatar *string
	active          *time.Time
	created         time.Time
	language        *kit.Language
	hard            *kit.HardCase
	conversation    *conversation
}

type group struct {
	serial              int64
	name                string
	description, avatar *string
	members             []*contact
	created             time.Time
	archived            *time.Time
	conversation        *conversation
}

// conversation is a conversation with a contact or with a group.
type conversation struct {
	serial        int64
	contact       *contact
	group         *group
	pinnedMessage *reference
	pinned, muted bool
	// active is the time of the newest message, opened when this user last
	// read the conversation; nil for never.
	active, opened, archived *time.Time
	created                  time.Time
	language                 *kit.Language
	hard                     *kit.HardCase
	// writers are the people who wrote the messages of the seed.
	writers []*contact
	kit.History
	// extra has the messages since the start, changed those of the seed that
	// were changed, by number.
	extra   []*message
	changed map[int64]*message
	kit.Customer
}

// people returns the contacts that can write in a conversation.
func (v *conversation) people() []*contact {
	if v.group != nil {
		return v.group.members
	}
	return []*contact{v.contact}
}

// Protocol has one conversation for every share that the options ask for, and some
// contacts without a conversation.
const (
	share         = 4
	spareContacts = 4
	// longestHistory limits the longest history, because each request for a
	// page makes up all messages.
	longestHistory = 5_000
)

// build makes the contacts, groups and conversations. Messages are made up when they
// are asked for.
func (p *Server) build() {
	if p.built {
		return
	}
	p.built = true
	n := max(share, p.options.Conversations/share)
	p.serial = max(int64(n+spareContacts), p.run/60)
	for i := range n + spareContacts {
		p.contacts = append(p.contacts, p.newContact(i, n))
	}
	for i := range n {
		p.conversations = append(p.conversations, p.newConversation(i, n))
	}
}

func (p *Server) newContact(i, n int) *contact {
	d := kit.Roll(p.options.Seed, 71, int64(i))
	c := &contact{serial: int64(i), language: kit.PickLanguage(d)}
	if i%6 == 4 && i < n && !p.options.Plain {
		c.hard = kit.HardCaseAt(i / 6)
		c.language = kit.LanguageOf(c.hard.Language)
	}
	name := c.language.MakeName(d)
	if c.hard != nil {
		name = c.hard.Name
	}
	c.username = handleOf(kit.LanguageOf("en").MakeName(d), i)
	c.phone = fmt.Sprintf("%d-%03d-01%d-%04d", 1+d.N(8), d.Between(200, 990), d.N(10), i*7919%10_000)
	if d.N(5) > 0 {
		c.display = &name
	}
	if d.N(3) == 0 {
		avatar := "/avatars/original/missing.png"
		c.avatar = &avatar
	}
	c.created = p.start.Add(-time.Duration(d.Spread(2, 700) * float64(kit.Day))).Truncate(time.Second)
	if d.N(4) > 0 {
		seen := p.start.Add(-time.Duration(d.Spread(60, 80_000)) * time.Second)
		c.active = &seen
	}
	return c
}

// handleOf returns a username for contact i, which no other has.
func handleOf(name string, i int) string {
	return strings.NewReplacer(" ", "", "'", "", "-", "").Replace(name) + fmt.Sprint(i+1)
}

// newConversation makes conversation i: with contact i, or every fifth with a group.
func (p *Server) newConversation(i, n int) *conversation {
	d := kit.Roll(p.options.Seed, 72, int64(i))
	c := p.contacts[i]
	v := &conversation{serial: int64(i), contact: c, language: c.language, hard: c.hard, changed: map[int64]*message{}}
	if i%5 == 3 {
		v.contact, v.hard, v.group = nil, nil, p.newGroup(d, i)
		v.group.conversation = v
	} else {
		c.conversation = v
	}
	v.writers = slices.Clone(v.people())
	p.shapeOf(d, v, i, n)
	v.setStates(d, i)
	return v
}

var groupNames = []string{"Launch crew", "Ceramics & glaze, the whole studio", "Вернисаж в субботу", "Night shift 🌙", "Taller de abril", "展示会チーム"}

func (p *Server) newGroup(d *kit.Dice, i int) *group {
	g := &group{serial: int64(i), name: groupNames[i/5%len(groupNames)]}
	if d.N(3) > 0 {
		text := "Everything about " + g.name
		g.description = &text
	}
	first, size := d.N(len(p.contacts)), 3+d.N(4)
	for k := range min(size, len(p.contacts)) {
		g.members = append(g.members, p.contacts[(first+k)%len(p.contacts)])
	}
	p.groups = append(p.groups, g)
	return g
}

// shapeOf decides when a conversation was made, when its last message came and how
// many messages it has. One conversation with a contact is long, one is empty.
func (p *Server) shapeOf(d *kit.Dice, v *conversation, i, n int) {
	age := time.Duration(d.Spread(1, 500) * float64(kit.Day))
	v.Waiting = i%3 == 1
	v.Size = min(p.options.Messages, 2+int(70*d.Part()*d.Part()))
	silent := time.Duration(d.Spread(float64(time.Hour), float64(40*kit.Day)))
	switch {
	case i == n-3:
		v.Size, v.Waiting = 0, false
	case v.Waiting:
		silent = time.Duration(d.Spread(float64(2*time.Minute), float64(kit.Day)))
	}
	if i == n/7 {
		v.Size, age = min(max(150, p.options.Messages/share), p.options.Messages, longestHistory), max(age, 300*kit.Day)
	}
	silent = min(silent, age/2)
	v.Last = p.start.Add(-silent).Truncate(time.Second)
	v.Open = min(kit.OpenTime(age-silent), 500*kit.OpenFor)
	v.created = kit.OpenBefore(v.Last, v.Open).Truncate(time.Second)
	if v.group != nil {
		v.group.created = v.created
	}
	if v.Size > 0 {
		v.active = &v.Last
	}
}

// setStates decides what this user has done with a conversation.
func (v *conversation) setStates(d *kit.Dice, i int) {
	v.pinned, v.muted = i%8 == 1, i%6 == 2
	looked := v.Last.Add(time.Duration(d.Between(20, 3000)) * time.Second)
	switch {
	case v.Waiting && i%2 == 0, v.Size == 0:
		return
	case v.Waiting:
		looked = v.Last.Add(-time.Duration(d.Between(5, 600)) * time.Minute)
	case i%7 == 5:
		put := looked.Add(time.Minute)
		v.archived = &put
	}
	v.opened = &looked
	if i%4 == 0 {
		v.pinnedMessage = &reference{idMessage, v.serial, int64(v.Size / 2)}
	}
}
