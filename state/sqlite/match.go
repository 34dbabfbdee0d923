package sqlite

import (
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/query"
)

// matcher is a filter as it is asked of entries: words, for which all stored texts are
// searched at once (filter.go), and tests of one entry each, the cheap ones first.
type matcher struct {
	b    *inbox
	now  int64
	want wanted
	// tests are what has to hold besides, texts those that need the text of an entry.
	tests, texts []func(n no) bool
	// sets are views as sets, made when an entry that is still packed is asked about.
	sets [viewCount][]uint64
	// timed: the clock alone moves entries in and out.
	timed bool
	// within are views that all that matches is in.
	within []viewSet
}

// match makes a matcher of a query. channels are those that there are.
func (b *inbox) match(q query.Query, channels []state.SidebarAccount, now time.Time) *matcher {
	m := &matcher{b: b, now: stamp(now)}
	var words []string
	var views, others []func(no) bool
	for _, t := range q.Terms {
		switch {
		case t.Key == "" && !t.Not && !t.Phrase:
			words = append(words, t.Values...)
		case t.Key == "" && !t.Not:
			m.want.words = append(m.want.words, together(t.Values[0]))
		case t.Key == "" || t.Key == "from":
			m.texts = append(m.texts, turned(t, m.text(t)))
		case t.Key == "is" && isView(t.Values):
			views = append(views, turned(t, m.is(t)))
		default:
			others = append(others, turned(t, m.test(t, channels)))
		}
	}
	w := parseWanted(strings.Join(words, " "))
	m.want.words, m.want.number, m.want.parts = append(m.want.words, w.words...), w.number, w.parts
	m.tests = append(views, others...)
	return m
}

// together is words that have to stand together.
func together(text string) word {
	text = strings.Join(strings.Fields(fold(text)), " ")
	return word{text, squeezed(text)}
}

// nothing: all is wanted.
func (m *matcher) nothing() bool { return m.want.nothing() && len(m.tests)+len(m.texts) == 0 }

// needsTexts reports whether it asks for what entries are found by.
func (m *matcher) needsTexts() bool { return !m.want.nothing() || len(m.texts) > 0 }

// holds reports whether all tests hold of an entry, without the words.
func (m *matcher) holds(n no) bool {
	for _, test := range m.tests {
		if !test(n) {
			return false
		}
	}
	for _, test := range m.texts {
		if !test(n) {
			return false
		}
	}
	return true
}

// matches reports whether an entry is wanted.
func (m *matcher) matches(n no) bool {
	return m.holds(n) && (m.want.nothing() || m.b.says(n, m.want))
}

type term = query.Term

// turned is a test, turned round where the term has a minus.
func turned(t term, test func(no) bool) func(no) bool {
	if !t.Not {
		return test
	}
	return func(n no) bool { return !test(n) }
}

// viewWords are the views that "is:" names.
var viewWords = map[string]viewSet{
	"waiting": inWaiting, "unread": inUnread, "starred": inStarred, "done": inDone, "snoozed": inSnoozed, "closing": inClosing, "draft": inDrafts, "unsent": inOutbox,
}

// bitWords are what else it names, by what peekBits returns.
var bitWords = map[string]func(e *entry, m flagBits) bool{
	"pinned": func(e *entry, m flagBits) bool { return m.or(pinned, e.flag.pinned) },
	"mine":   func(_ *entry, m flagBits) bool { return m.or(mineBit, false) },
	"unassigned": func(_ *entry, m flagBits) bool {
		on, said := m.get(assignedBit)
		return said && !on
	},
	"muted": func(e *entry, m flagBits) bool { return m.or(muted, e.flag.muted) },
}

// isView reports whether all the words name views.
func isView(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return viewWords[w] == 0 })
}

// is tests whether an entry is in one of some views.
func (m *matcher) is(t term) func(no) bool {
	var in viewSet
	for _, w := range t.Values {
		in |= viewWords[w]
	}
	if !t.Not && len(t.Values) == 1 {
		m.within = append(m.within, in)
	}
	return func(n no) bool { return m.in(n, in) }
}

// in reports whether an entry is in one of some views.
func (m *matcher) in(n no, views viewSet) bool {
	if e := m.b.entries[n]; e != nil {
		return e.views&views != 0
	}
	found := false
	views.each(func(view int) {
		found = found || m.set(view)[n/64]>>(n%64)&1 != 0
	})
	return found
}

// set is a view as a set of entries.
func (m *matcher) set(view int) []uint64 {
	if m.sets[view] == nil {
		m.sets[view] = make([]uint64, len(m.b.entries)/64+1)
		for _, n := range m.b.sorted.views[view] {
			m.sets[view][n/64] |= 1 << (n % 64)
		}
	}
	return m.sets[view]
}

// test is what a term with a key asks of an entry.
func (m *matcher) test(t term, channels []state.SidebarAccount) func(no) bool {
	switch t.Key {
	case "label":
		return m.label(t)
	case "channel":
		return m.channel(t, channels)
	case "account":
		return m.account(t, channels)
	case "waiting":
		return m.waits(t)
	}
	return m.states(t.Values)
}

// states tests for one of some states. A start asks it of all entries, to count the views
// of assigned conversations, before there is a first frame.
func (m *matcher) states(words []string) func(no) bool {
	var views viewSet
	var bits []func(*entry, flagBits) bool
	for _, w := range words {
		views |= viewWords[w]
		if is := bitWords[w]; is != nil {
			bits = append(bits, is)
		}
	}
	now := moment(m.now)
	return func(n no) bool {
		if views != 0 && m.in(n, views) {
			return true
		}
		if len(bits) == 0 {
			return false
		}
		e := m.b.peekBits(n)
		shown := e.shownBits(now)
		for _, is := range bits {
			if is(e, shown) {
				return true
			}
		}
		return false
	}
}

// label tests for one of some labels; a star at the end stands for any.
func (m *matcher) label(t term) func(no) bool {
	keys := make([]string, len(t.Values))
	for i, v := range t.Values {
		keys[i] = strings.TrimLeft(state.LabelKey(v), "#")
	}
	has := map[string]bool{} // by the label as it is written
	is := func(label string) bool {
		found, known := has[label]
		if !known {
			key := state.LabelKey(label)
			found = slices.ContainsFunc(keys, func(k string) bool {
				begin, open := strings.CutSuffix(k, "*")
				return k == key || open && strings.HasPrefix(key, begin)
			})
			has[label] = found
		}
		return found
	}
	return func(n no) bool { return slices.ContainsFunc(m.b.labels.of[n], is) }
}

// channel tests for a channel by its kind, a part of its name, or its code.
func (m *matcher) channel(t term, channels []state.SidebarAccount) func(no) bool {
	is := map[api.ChannelID]bool{}
	for _, a := range channels {
		for _, c := range a.Channels {
			is[c.Channel.ID] = oneIn(t.Values, string(c.Channel.Kind), c.Channel.Name) || m.coded(t.Values, a.ID, c.Channel.Kind)
		}
	}
	kinds := map[[2]string]bool{}
	return func(n no) bool {
		account, channel, kind := m.b.placeOf(n)
		if found, known := is[api.ChannelID{Account: api.AccountID(account), Remote: channel}]; known {
			return found
		}
		key := [2]string{account, kind}
		found, known := kinds[key]
		if !known {
			found = oneIn(t.Values, kind) || m.coded(t.Values, api.AccountID(account), api.ChannelKind(kind))
			kinds[key] = found
		}
		return found
	}
}

// coded reports whether one of the values is the code of a kind of channel.
func (m *matcher) coded(values []string, account api.AccountID, kind api.ChannelKind) bool {
	if m.b.codes == nil {
		return false
	}
	code := m.b.codes(account, kind)
	return code != "" && slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, code) })
}

// account tests for an account by a part of its name.
func (m *matcher) account(t term, accounts []state.SidebarAccount) func(no) bool {
	is := map[string]bool{}
	for _, a := range accounts {
		is[string(a.ID)] = oneIn(t.Values, string(a.ID), a.Label)
	}
	return func(n no) bool {
		account, _, _ := m.b.placeOf(n)
		found, known := is[account]
		if !known {
			found = oneIn(t.Values, account)
			is[account] = found
		}
		return found
	}
}

// oneIn reports whether one of the names holds one of the values.
func oneIn(values []string, names ...string) bool {
	return slices.ContainsFunc(values, func(v string) bool {
		v = fold(v)
		return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(fold(name), v) })
	})
}

// placeOf is where an entry is, and of what kind that is.
func (b *inbox) placeOf(n no) (account, channel, kind string) {
	if e := b.entries[n]; e != nil {
		if !e.cached {
			return string(e.id.Account), e.channelRemote(), e.ours().provisional.kind
		}
		return string(e.id.Account), e.channel, e.kind
	}
	account, _, channel, kind = b.stock.names(n)
	return account, channel, kind
}

// waits tests for how long a customer has waited.
func (m *matcher) waits(t term) func(no) bool {
	m.timed = true
	if !t.Not {
		m.within = append(m.within, inWaiting)
	}
	before := m.now - t.Age.Microseconds()
	return func(n no) bool {
		if !m.in(n, inWaiting) {
			return false
		}
		since := m.b.entryOf(n).since
		return since != 0 && (since <= before) != t.Less
	}
}

// text tests for words that are quoted or not wanted, or, with a key, for words in the
// name, or the number.
func (m *matcher) text(t term) func(no) bool {
	all := make([]wanted, len(t.Values))
	for i, v := range t.Values {
		all[i] = wanted{words: []word{together(v)}}
		if !t.Phrase {
			all[i] = parseWanted(v)
		}
	}
	return func(n no) bool {
		l := nothing
		if e := m.b.entries[n]; e != nil {
			l = e.ours()
		}
		k := findableOf(m.b.text(n), l)
		if t.Key != "" {
			k.words = firstLines(k.words, 2)
			if r := l.provisional.recipient; r != "" {
				k.words += "\n" + fold(r)
			}
		}
		return slices.ContainsFunc(all, k.saysAll)
	}
}

// saysAll reports whether it holds all that is wanted.
func (k findable) saysAll(w wanted) bool {
	return k.hold(w.words) && (len(w.parts) == 0 || k.has(w.number) || k.hold(w.parts))
}

// firstLines are the first n lines of a text.
func firstLines(text string, n int) string {
	for at := range len(text) {
		if text[at] != '\n' {
			continue
		}
		if n--; n == 0 {
			return text[:at]
		}
	}
	return text
}
