package textus

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"time"

	"unibox/api/sandbox/kit"
)

// account is an account. Accounts form a tree.
type account struct {
	number             int64
	slug, name, parent string
	// area is the area code of its contacts' phone numbers.
	area    string
	filters []filter
	// base conversations come from the seed. made has those that were made after
	// the start.
	base int
	made []*conversation
}

// filter is a named selection of an account's conversations.
type filter struct {
	slug, title string
	keeps       func(state) bool
}

// accountSpace is the number of conversation numbers of each account. The upper half
// is for those that are made after the start.
const accountSpace = 1 << 24

// users are the agents. The token is that of the first.
var users = []struct{ slug, name string }{
	{"Nq4dTza", "Maya Lindqvist"}, {"b7RkE2w", "Tom Okafor"}, {"Xw91mLc", "Dr. June Vance"}, {"h3ZpQ8s", "Ana Beltrán"},
}

//go:embed patients.txt
var patientScript string

// patients returns how customers talk.
var patients = sync.OnceValue(func() *kit.Language {
	return kit.ParseLanguage("en", patientScript)
})

// newAccounts makes a practice and its two desks. Not every account has a filter with
// all conversations, and not every such filter has the slug "all".
func newAccounts(conversations int) []*account {
	all := filter{"all", "All", func(state) bool { return true }}
	closed := func(s state) bool { return s.closed }
	blocked := func(s state) bool { return s.blocked }
	open := func(s state) bool { return !s.closed && !s.blocked }
	starred := filter{"st4Rr", "Starred", func(s state) bool { return s.starred }}
	you := filter{"you", "Assigned to you", func(s state) bool { return s.assigned[0] }}
	root, hygiene := conversations/5, conversations*3/10
	return []*account{
		{number: 0, slug: "harbor_dental", name: "Harbor Dental", area: "303", base: root, filters: []filter{you, all}},
		{number: 1, slug: "harbor_front_desk", name: "Front Desk", parent: "harbor_dental", area: "720", base: conversations - root - hygiene,
			filters: []filter{{"f8Qk2", "Open", open}, starred, {"cL0sd", "Closed", closed}, {"bX77a", "Blocked", blocked}}},
		{number: 2, slug: "harbor_hygiene", name: "Hygiene", parent: "harbor_dental", area: "970", base: hygiene,
			filters: []filter{{"eVry1", "Everything", all.keeps}, you}},
	}
}

// conversation is a conversation, without its messages.
type conversation struct {
	account *account
	// index is its number in the account, id its number among all.
	index int
	id    int64
	phone string
	// names are the names of the contacts that share the number; empty for an
	// unknown number.
	names []string
	kit.History
	seed state
}

// conversation returns conversation i of an account. Those of the seed are in the
// order of their last message, the newest first.
func (p *Server) conversation(a *account, i int) *conversation {
	if i >= a.base {
		return a.made[i-a.base]
	}
	v := &conversation{account: a, index: i, id: a.number*accountSpace + int64(i), phone: a.phone(i)}
	d := kit.Roll(p.options.Seed, v.id, 11)
	v.names = namesOf(d, a, i)
	if names, ok := p.named[v.id]; ok {
		v.names = names
	}
	p.shape(d, v)
	return v
}

// span is how long ago the last message of the oldest conversation came.
const span = 45 * kit.Day

func (p *Server) shape(d *kit.Dice, v *conversation) {
	part := (float64(v.index) + d.Part()) / float64(v.account.base)
	since := 3*time.Minute + time.Duration(part*part*part*float64(span))
	v.Last = p.start.Add(-since)
	v.Waiting = since < idleAfter-4*time.Hour && d.N(3) > 0
	v.Size = 1 + int(d.Spread(2, float64(max(3, min(p.options.Messages, 150)))))
	if v.account.number == 1 && v.index == v.account.base/7 {
		v.Size, v.Waiting = p.options.Messages, false
	}
	v.Size = min(v.Size, p.options.Messages)
	v.Open = kit.OpenTime(time.Duration(v.Size) * time.Duration(d.Between(20, 200)) * time.Minute)
	v.seed = v.begin(d)
}

// begin returns the state of a conversation at the start.
func (v *conversation) begin(d *kit.Dice) state {
	s := state{unanswered: v.Waiting, read: !v.Waiting || d.N(4) == 0, starred: d.N(7) == 0, assigned: map[int]bool{}}
	if d.N(2) == 0 {
		s.assigned[d.N(len(users))] = true
	}
	switch ordinal := v.index % 10; {
	case v.index == v.account.base/7, v.Waiting:
	case v.account.number == 1 && ordinal == 9:
		s.blocked = true
	case v.account.number == 2 && ordinal == 3:
		s.optedOut, s.byContact = true, true
	default:
		s.closed = d.N(2) == 0
	}
	if s.read {
		s.readTo = v.Last
	}
	return s
}

// phone returns the phone number of conversation i. No two have the same.
func (a *account) phone(i int) string {
	return fmt.Sprintf("+1%s%07d", a.area, 2_000_000+(int64(i)*1_919_831+3_554_017)%7_999_999)
}

func namesOf(d *kit.Dice, a *account, i int) []string {
	name := patients().MakeName(d)
	switch {
	case a.number == 0 && i == 1:
		return []string{"Zoë 🌸 \x1b[31mRamos\x1b[0m"}
	case i%9 == 6:
		return nil
	case i%8 == 2:
		family := name[strings.LastIndex(name, " "):]
		return []string{name, kit.Pick(d, patients().GivenNames) + family}
	}
	return []string{name}
}

func (p *Server) account(slug string) *account {
	for _, a := range p.tree {
		if a.slug == slug {
			return a
		}
	}
	return nil
}

// bySlug returns the conversation with a slug, or nil.
func (p *Server) bySlug(slug string) *conversation {
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

// byPhone returns the account's conversation with a phone number, or nil.
func (p *Server) byPhone(a *account, phone string) *conversation {
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

// openConversation finds the conversation with a phone number, or makes an empty one.
func (p *Server) openConversation(a *account, phone string, now time.Time) *conversation {
	if v := p.byPhone(a, phone); v != nil {
		return v
	}
	half := int64(accountSpace / 2)
	v := &conversation{account: a, index: a.base + len(a.made), phone: phone, History: kit.History{Last: now},
		id:   a.number*accountSpace + half + (p.run/60+int64(len(a.made)))%half,
		seed: state{read: true, optedOut: p.refused[phone], assigned: map[int]bool{}}}
	a.made = append(a.made, v)
	return v
}

func (p *Server) slugOf(v *conversation) string {
	return conversationSlugs(p.options.Seed).of(v.id)
}

func (p *Server) path(v *conversation) string { return "/conversations/" + p.slugOf(v) }
