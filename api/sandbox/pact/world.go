package pact

import (
	"fmt"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// style says how complete the answers about a company are.
type style uint8

const (
	tidy   style = iota
	plain        // as the official SDKs can read them
	rough        // every optional field is missing somewhere
	modern       // as tidy, with group chats and deleted messages in p2
)

// messageSpace is the number of message ids of each conversation.
const messageSpace = 1_000_000_000

type company struct {
	id                          int64
	name                        string
	phone, description, webhook *string
	style                       style
	channels                    []*channel
	// first is the id of conversation 0. base conversations come from the seed.
	first int64
	base  int
	// kinds are given to the conversations in turn.
	kinds []string
	// made has the conversations that were made after the start.
	made []*conversation
	// recency has the conversations of the seed, the newest activity first; nil
	// until somebody asks.
	recency []int64
	// hooks are the addresses that get p2's events.
	hooks []*hook
}

type channel struct {
	id   int64
	kind string
	// A channel of p1 is enabled or disabled. In p2 it is initial until somebody
	// has connected it, and may be removed.
	disabled, initial, removed bool
	// phone is what the channel was connected with; login of Instagram alone.
	phone, login string
	// synced is the time from which on the history is synchronised.
	created, updated, synced time.Time
}

// conversation is a conversation, without its messages.
type conversation struct {
	company *company
	id      int64
	name    string
	kind    string
	// sender is the contact's phone number or messenger account.
	sender string
	// group is set on a chat of several people, which p1 does not show.
	group    bool
	created  time.Time
	language *kit.Language
	hard     *kit.HardCase
	kit.History
}

// newCompanies makes the four companies.
func newCompanies(conversations int) []*company {
	phone := "79260001540"
	main := &company{id: 154, name: "Bakery", phone: &phone, base: conversations, first: 8741,
		kinds: strings.Fields("whatsapp telegram instagram whatsapp viber vkontakte facebook whatsapp telegram instagram")}
	main.connectAll(399, "whatsapp", "instagram", "telegram", "viber", "vkontakte", "facebook")
	simple := &company{id: 155, name: "Corner Café", style: plain, base: 24, first: 3_000_000,
		kinds: strings.Fields("whatsapp telegram instagram viber facebook")}
	simple.connectAll(420, "whatsapp", "instagram", "telegram", "viber", "facebook")
	odd := &company{id: 156, name: "Rough Bakery", style: rough, base: 40, first: 4_000_000,
		kinds: strings.Fields("whatsapp odnoklassniki telegram vkontakte")}
	odd.connectAll(440, "whatsapp", "telegram", "vkontakte", "odnoklassniki")
	late := &company{id: 157, name: "Harbour Bakery", style: modern, base: 48, first: 5_000_000,
		kinds: strings.Fields("telegram_personal whatsapp_business max vkontakte_direct whatsapp_business instagram_business avito")}
	late.connectAll(460, "whatsapp_business", "telegram_personal", "max", "vkontakte_direct", "instagram_business", "avito")
	return []*company{main, simple, odd, late}
}

func (c *company) connectAll(first int64, kinds ...string) {
	for i, kind := range kinds {
		c.channels = append(c.channels, &channel{id: first + int64(i), kind: kind})
	}
}

// channel returns the channel with an id, disabled or not, or nil.
func (c *company) channel(id int64) *channel {
	for _, h := range c.channels {
		if h.id == id {
			return h
		}
	}
	return nil
}

// carrying returns the channel of a kind: the enabled one, else the newest, or nil.
func (c *company) carrying(kind string) *channel {
	var found *channel
	for _, h := range c.channels {
		if h.kind == kind && !h.removed && (found == nil || found.disabled) {
			found = h
		}
	}
	return found
}

func (c *company) enabled() []*channel {
	var on []*channel
	for _, h := range c.channels {
		if !h.disabled {
			on = append(on, h)
		}
	}
	return on
}

func (c *company) conversations() int { return c.base + len(c.made) }

// conversationID returns the id of conversation i.
func (c *company) conversationID(i int) int64 {
	if i >= c.base {
		return c.made[i-c.base].id
	}
	return c.first + int64(i)
}

// conversation returns conversation i in the order of ids.
func (p *Server) conversation(c *company, i int) *conversation {
	if i >= c.base {
		return c.made[i-c.base]
	}
	d := kit.Roll(p.options.Seed, c.id, int64(i))
	v := &conversation{company: c, id: c.first + int64(i), kind: c.kinds[i%len(c.kinds)], language: kit.PickLanguage(d)}
	if c.style == tidy && !p.options.Plain {
		v.hard = kit.HardCaseOf(i, c.base)
	}
	switch {
	case v.hard != nil:
		v.language = kit.LanguageOf(v.hard.Language)
	case v.longest(i):
		v.language = kit.LanguageOf("en")
	}
	v.sender = senderOf(v, i)
	v.name = nameOf(d, v)
	if v.group = c.isGroup(i); v.group {
		v.sender, v.name = fmt.Sprint(120_363_000_000_000_000+v.id), "Orders "+v.name
	}
	p.shape(d, v, i)
	return v
}

// isGroup reports whether conversation i is a chat of several people.
func (c *company) isGroup(i int) bool { return c.style == modern && i < c.base && i%14 == 7 }

// oneToOne returns the number of conversations that p1 shows, and the index of one
// of them.
func (c *company) oneToOne() (n int, index func(i int) int) {
	if c.style != modern {
		return c.conversations(), func(i int) int { return i }
	}
	var some []int
	for i := range c.conversations() {
		if !c.isGroup(i) {
			some = append(some, i)
		}
	}
	return len(some), func(i int) int { return some[i] }
}

// conversationByID returns nil if the company has no such conversation.
func (p *Server) conversationByID(c *company, id int64) *conversation {
	if i := id - c.first; i >= 0 && i < int64(c.base) {
		return p.conversation(c, int(i))
	}
	for _, v := range c.made {
		if v.id == id {
			return v
		}
	}
	return nil
}

// conversationWith returns the conversation of a kind with a contact, or nil.
func (p *Server) conversationWith(c *company, kind, contact string) *conversation {
	for i := range c.conversations() {
		if v := p.conversation(c, i); v.kind == kind && v.sender == contact {
			return v
		}
	}
	return nil
}

// openConversation finds the conversation of a kind with a contact, or makes an empty
// one whose name is the phone number or account. See api/pact/REFERENCE.md
// "Conversations".
func (p *Server) openConversation(c *company, kind, contact string, now time.Time) *conversation {
	if v := p.conversationWith(c, kind, contact); v != nil {
		return v
	}
	id := c.first + max(int64(c.base), p.run/60) + int64(len(c.made))
	v := &conversation{company: c, id: id, kind: kind, name: contact, sender: contact,
		created: now, History: kit.History{Last: now}, language: kit.LanguageOf("en")}
	c.made = append(c.made, v)
	return v
}

// dialling has the beginning of phone numbers, by language.
var dialling = map[string]string{"en": "44770", "ru": "7926", "es": "3461", "zh": "861391", "ja": "81901", "he": "97250", "ar": "97150"}

// senderOf returns a phone number for messengers that use them, else the number of
// an account. No two conversations have the same.
func senderOf(v *conversation, i int) string {
	spread := (int64(i)*7_919_831 + 1_234_567) % 10_000_000
	if phoneKinds[v.kind] {
		return fmt.Sprintf("%s%07d", dialling[v.language.Code], spread)
	}
	return fmt.Sprint(100_000_000 + spread)
}

func nameOf(d *kit.Dice, v *conversation) string {
	name := v.language.MakeName(d)
	switch {
	case v.hard != nil:
		return v.hard.Name
	case v.kind == "whatsapp" && d.N(12) == 0:
		return v.sender
	case v.kind == "instagram" && v.language.Code == "en":
		return strings.ToLower(strings.NewReplacer(" ", ".", "'", "").Replace(name))
	}
	return name
}
