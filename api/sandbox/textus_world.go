package sandbox

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"time"
)

// textusAccount is one of the accounts, which form a tree.
type textusAccount struct {
	number             int64
	slug, name, parent string
	// area begins the phone numbers of its contacts.
	area    string
	filters []textusFilter
	// base conversations come from the seed, made ones came later.
	base int
	made []*textusConversation
}

// textusFilter is a named selection of an account's conversations.
type textusFilter struct {
	slug, title string
	keeps       func(textusState) bool
}

// accountSpace is how many conversations each account has numbers for; the
// upper half is for those that come later.
const accountSpace = 1 << 24

// textusUsers are those who answer; the first owns the token.
var textusUsers = []struct{ slug, name string }{
	{"Nq4dTza", "Maya Lindqvist"}, {"b7RkE2w", "Tom Okafor"}, {"Xw91mLc", "Dr. June Vance"}, {"h3ZpQ8s", "Ana Beltrán"},
}

//go:embed patients.txt
var patientScript string

// textusLanguage is what patients say.
var textusLanguage = sync.OnceValue(func() *language {
	return parseLanguage("en", patientScript)
})

// newTextusAccounts lays out a practice with two desks. Only one of them has a
// filter for everything under a name to guess.
func newTextusAccounts(conversations int) []*textusAccount {
	all := textusFilter{"all", "All", func(textusState) bool { return true }}
	closed := func(s textusState) bool { return s.closed }
	blocked := func(s textusState) bool { return s.blocked }
	open := func(s textusState) bool { return !s.closed && !s.blocked }
	starred := textusFilter{"st4Rr", "Starred", func(s textusState) bool { return s.starred }}
	you := textusFilter{"you", "Assigned to you", func(s textusState) bool { return s.assigned[0] }}
	root, hygiene := conversations/5, conversations*3/10
	return []*textusAccount{
		{number: 0, slug: "harbor_dental", name: "Harbor Dental", area: "303", base: root, filters: []textusFilter{you, all}},
		{number: 1, slug: "harbor_front_desk", name: "Front Desk", parent: "harbor_dental", area: "720", base: conversations - root - hygiene,
			filters: []textusFilter{{"f8Qk2", "Open", open}, starred, {"cL0sd", "Closed", closed}, {"bX77a", "Blocked", blocked}}},
		{number: 2, slug: "harbor_hygiene", name: "Hygiene", parent: "harbor_dental", area: "970", base: hygiene,
			filters: []textusFilter{{"eVry1", "Everything", all.keeps}, you}},
	}
}

// textusConversation is one conversation and the shape of its history.
type textusConversation struct {
	account *textusAccount
	// index is its place in the account, id its number among all.
	index int
	id    int64
	phone string
	// names are the contacts that share the number, none for a stranger.
	names []string
	history
	seed textusState
}

// conversation returns conversation i of an account. Those of the seed stand
// in the order of their last message, the newest first.
func (p *textus) conversation(a *textusAccount, i int) *textusConversation {
	if i >= a.base {
		return a.made[i-a.base]
	}
	v := &textusConversation{account: a, index: i, id: a.number*accountSpace + int64(i), phone: a.phone(i)}
	d := roll(p.options.Seed, v.id, 11)
	v.names = textusNames(d, a, i)
	p.shapeTextus(d, v)
	return v
}

// span is how long ago the oldest conversation was left.
const span = 45 * day

func (p *textus) shapeTextus(d *dice, v *textusConversation) {
	part := (float64(v.index) + d.part()) / float64(v.account.base)
	since := 3*time.Minute + time.Duration(part*part*part*float64(span))
	v.last = p.start.Add(-since)
	v.waiting = since < idleAfter-4*time.Hour && d.n(3) > 0
	v.size = 1 + int(d.spread(2, float64(max(3, min(p.options.Messages, 150)))))
	if v.account.number == 1 && v.index == v.account.base/7 {
		v.size, v.waiting = p.options.Messages, false
	}
	v.size = min(v.size, p.options.Messages)
	v.open = openTime(time.Duration(v.size) * time.Duration(d.between(20, 200)) * time.Minute)
	v.seed = v.begin(d)
}

// begin is how a conversation stood at the start.
func (v *textusConversation) begin(d *dice) textusState {
	s := textusState{unanswered: v.waiting, read: !v.waiting || d.n(4) == 0, starred: d.n(7) == 0, assigned: map[int]bool{}}
	if d.n(2) == 0 {
		s.assigned[d.n(len(textusUsers))] = true
	}
	switch ordinal := v.index % 10; {
	case v.index == v.account.base/7, v.waiting:
	case v.account.number == 1 && ordinal == 9:
		s.blocked = true
	case v.account.number == 2 && ordinal == 3:
		s.optedOut, s.byContact = true, true
	default:
		s.closed = d.n(2) == 0
	}
	if s.read {
		s.readTo = v.last
	}
	return s
}

// phone is the number of conversation i's contact. No two share one.
func (a *textusAccount) phone(i int) string {
	return fmt.Sprintf("+1%s%07d", a.area, 2_000_000+(int64(i)*1_919_831+3_554_017)%7_999_999)
}

func textusNames(d *dice, a *textusAccount, i int) []string {
	name := textusLanguage().name(d)
	switch {
	case a.number == 0 && i == 1:
		return []string{"Zoë 🌸 \x1b[31mRamos\x1b[0m"}
	case i%9 == 6:
		return nil
	case i%8 == 2:
		family := name[strings.LastIndex(name, " "):]
		return []string{name, pick(d, textusLanguage().given) + family}
	}
	return []string{name}
}

func (p *textus) account(slug string) *textusAccount {
	for _, a := range p.tree {
		if a.slug == slug {
			return a
		}
	}
	return nil
}

// bySlug returns nil where there is no such conversation.
func (p *textus) bySlug(slug string) *textusConversation {
	id, ok := conversationSlugs(p.options.Seed).number(slug)
	if !ok || id/accountSpace >= int64(len(p.tree)) {
		return nil
	}
	a, i := p.tree[id/accountSpace], id%accountSpace
	if i < int64(a.base) {
		return p.conversation(a, int(i))
	}
	for _, v := range a.made {
		if v.id == id {
			return v
		}
	}
	return nil
}

// byPhone returns the account's conversation with a number, or nil.
func (p *textus) byPhone(a *textusAccount, phone string) *textusConversation {
	for i := range a.base {
		if a.phone(i) == phone {
			return p.conversation(a, i)
		}
	}
	for _, v := range a.made {
		if v.phone == phone {
			return v
		}
	}
	return nil
}

// openTextus finds the conversation with a number or makes an empty one.
func (p *textus) openTextus(a *textusAccount, phone string, now time.Time) *textusConversation {
	if v := p.byPhone(a, phone); v != nil {
		return v
	}
	half := int64(accountSpace / 2)
	v := &textusConversation{account: a, index: a.base + len(a.made), phone: phone, history: history{last: now},
		id:   a.number*accountSpace + half + (p.run/60+int64(len(a.made)))%half,
		seed: textusState{read: true, assigned: map[int]bool{}}}
	a.made = append(a.made, v)
	return v
}

func (p *textus) slugOf(v *textusConversation) string {
	return conversationSlugs(p.options.Seed).of(v.id)
}

func (p *textus) path(v *textusConversation) string { return "/conversations/" + p.slugOf(v) }
