package preflight

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"unibox/api"
)

const (
	// lately is how long a conversation that was left can be mixed up with the next.
	lately = 30 * time.Minute
	// mostPlaces is how many conversations are remembered, mostTexts of how many messages
	// of each.
	mostPlaces = 60
	mostTexts  = 60
)

// Place is a conversation that was open: who it is with, and what was read there.
type Place struct {
	ID           api.ConversationID
	Name, Handle string
	// Texts are its messages.
	Texts []string
}

// Guard remembers which conversations were open lately, to find in a reply what belongs to
// another one. It is used from one goroutine; the nil *Guard remembers nothing.
type Guard struct {
	now  func() time.Time
	here Place
	left []left
}

// left is a conversation that was left at a time. what is worked out when it is asked for.
type left struct {
	Place
	at   time.Time
	what *belongings
}

// belongings are what tells a customer: phones by their last digits, addresses, numbers of
// orders, names.
type belongings struct {
	phones, mails, numbers map[string]bool
	name, first            string
}

// NewGuard returns a guard that goes by a clock.
func NewGuard(now func() time.Time) *Guard { return &Guard{now: now} }

// Leave notes what was open until now.
func (g *Guard) Leave(p Place) {
	if p.ID == (api.ConversationID{}) {
		return
	}
	p.Texts = slices.Clone(p.Texts[max(0, len(p.Texts)-mostTexts):])
	now := g.now()
	g.left = slices.DeleteFunc(g.left, func(l left) bool { return l.ID == p.ID || now.Sub(l.at) > lately })
	g.left = append(g.left, left{Place: p, at: now})
	g.left = g.left[max(0, len(g.left)-mostPlaces):]
}

// Enter says what is open now: what belongs there is no mistake.
func (g *Guard) Enter(p Place) { g.here = p }

// Elsewhere returns what in a text belongs to another conversation that was open lately and
// not to this one: a phone, an address, the number of an order, a name.
func (g *Guard) Elsewhere(body string) (Finding, bool) {
	if g == nil || len(g.left) == 0 {
		return Finding{}, false
	}
	said := read(body)
	here := own(g.here)
	known := strings.ToLower(g.here.Name + "\n" + strings.Join(g.here.Texts, "\n"))
	for i := range slices.Backward(g.left) {
		l := &g.left[i]
		if l.ID == g.here.ID || g.now().Sub(l.at) > lately || samePerson(l.Place, g.here) {
			continue
		}
		if l.what == nil {
			l.what = own(l.Place)
		}
		if what := said.of(l.what, here, known); what != "" {
			return Finding{Kind: Elsewhere, What: what, Whose: cmpName(l.Place), Of: l.ID}, true
		}
	}
	return Finding{}, false
}

func cmpName(p Place) string {
	if p.Name != "" {
		return p.Name
	}
	return p.Handle
}

// samePerson reports whether two conversations are with one person: the same phone or
// address, or the same full name.
func samePerson(a, b Place) bool {
	if a.Handle != "" && (a.Handle == b.Handle || len(a.Handle) >= fewestDigits && tail(a.Handle) == tail(b.Handle)) {
		return true
	}
	return strings.Contains(a.Name, " ") && strings.EqualFold(a.Name, b.Name)
}

// words of a text that may tell a customer, as they stand there.
type mentions struct {
	phones, mails, numbers []string
	body                   string
}

var (
	mail   = compiled(`[\pL\pN._%+-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)+`)
	phone  = compiled(`\+?\(?\d[\d\s().-]{5,18}\d`)
	number = compiled(`[#№]?[\pL]{0,4}-?\d[\d-]{2,19}`)
	// marked is what says that a number is that of an order.
	marked = compiled(`(?i)(?:#|№|order|invoice|ticket|parcel|tracking|booking|заказ\pL*|накладн\pL*|трек\pL*|счёт\pL*|замовлення|bestell\pL*|auftrag\pL*|rechnung\pL*|commande|facture|pedido|factura|ordine|fattura|zamówieni\pL*)[\s:.#№nro°º-]{0,6}([\pL]{0,4}-?\d[\d-]{2,19})`)
)

// date is what looks like a phone number and is none.
var date = compiled(`^(?:\d{4}[-./]\d\d?[-./]\d\d?|\d\d?[-./]\d\d?[-./]\d{2,4})(?:\D|$)`)

// fewestDigits is the length of the shortest phone number that is looked for, fewestBare
// that of one without a plus.
const (
	fewestDigits = 7
	fewestBare   = 9
)

func read(body string) mentions {
	m := mentions{body: body, mails: mail().FindAllString(body, -1)}
	for _, s := range phone().FindAllString(body, -1) {
		if n := len(digits(s)); n >= fewestBare && !date().MatchString(s) || n >= fewestDigits && s[0] == '+' {
			m.phones = append(m.phones, s)
		}
	}
	m.numbers = number().FindAllString(body, -1)
	return m
}

// own are the belongings of a conversation.
func own(p Place) *belongings {
	b := &belongings{phones: map[string]bool{}, mails: map[string]bool{}, numbers: map[string]bool{}, name: strings.ToLower(strings.Join(strings.Fields(p.Name), " "))}
	if first, _, _ := strings.Cut(b.name, " "); isName(first) {
		b.first = first
	}
	if !isName(strings.ReplaceAll(b.name, " ", "")) {
		b.name = ""
	}
	for _, s := range append([]string{p.Name, p.Handle}, p.Texts...) {
		m := read(s)
		for _, s := range m.phones {
			b.phones[tail(s)] = true
		}
		for _, s := range m.mails {
			b.mails[strings.ToLower(s)] = true
		}
		for _, s := range marked().FindAllStringSubmatch(s, -1) {
			b.numbers[plain(s[1])] = true
		}
	}
	return b
}

// of returns what of a text belongs to somebody and not here.
func (m mentions) of(theirs, here *belongings, known string) string {
	for _, s := range m.mails {
		if s2 := strings.ToLower(s); theirs.mails[s2] && !here.mails[s2] {
			return s
		}
	}
	for _, s := range m.phones {
		if theirs.phones[tail(s)] && !here.phones[tail(s)] {
			return s
		}
	}
	for _, s := range m.numbers {
		if n := plain(s); theirs.numbers[n] && !here.numbers[n] && !strings.Contains(known, n) {
			return s
		}
	}
	if strings.Contains(theirs.name, " ") && !strings.Contains(known, theirs.name) {
		if at := findWord(m.body, theirs.name); at != "" {
			return at
		}
	}
	if theirs.first != "" && theirs.first != here.first && findWord(known, theirs.first) == "" {
		return m.greets(theirs.first)
	}
	return ""
}

// greets returns a first name where it is greeted: "Hi Anna", "Anna, hello". "May I" greets
// nobody.
func (m mentions) greets(first string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(m.body), "\n")
	start := beginning(line)
	at := findWord(start, first)
	if at == "" || !unicode.IsUpper([]rune(at)[0]) {
		return ""
	}
	if rest, leads := strings.CutPrefix(start, at); leads && rest != "" && !strings.ContainsRune(",!:.", rune(rest[0])) {
		return ""
	}
	return at
}

// beginning is where somebody is greeted: the first words of a text.
func beginning(line string) string {
	words := strings.Fields(line)
	return strings.Join(words[:min(5, len(words))], " ")
}

// findWord finds whole words in a text, whatever their case, and returns them as they
// stand there.
func findWord(text, words string) string {
	lower := strings.ToLower(text)
	if len(lower) != len(text) { // rare letters: places would not agree
		text = lower
	}
	for from := 0; ; {
		at := strings.Index(lower[from:], words)
		if at < 0 {
			return ""
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(lower[:at])
		after, _ := utf8.DecodeRuneInString(lower[at+len(words):])
		if !partOfWord(before) && !partOfWord(after) {
			return text[at : at+len(words)]
		}
		from = at + len(words)
	}
}

func partOfWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// isName reports whether a word can be somebody's name: three letters at least.
func isName(s string) bool {
	n := 0
	for _, r := range s {
		if !unicode.IsLetter(r) && !strings.ContainsRune("-'’.", r) {
			return false
		}
		n++
	}
	return n >= 3
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// tail is a phone number without what stands before it in one country or another.
func tail(s string) string {
	d := digits(s)
	return d[max(0, len(d)-9):]
}

// plain is the number of an order without its mark.
func plain(s string) string { return strings.ToLower(strings.Trim(s, "#№-")) }

// compiled compiles a pattern when it is first asked for: a start has other things to do.
func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
