package dialog

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/state/query"
	"unibox/state/searches"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// searchLine is what the line of a search is helped with: what completes it, and what was
// searched for before.
type searchLine struct {
	archive  state.Archive
	accounts []state.SidebarAccount
	labels   []state.LabelCount
	before   []searches.Search
	// names are people who are called what was last typed behind from: or to:.
	names []string
	// offers complete the word that is typed, at is the one that was taken, from where the
	// word begins.
	offers []string
	at     int
	taken  string
}

// storedMsg says that a search was stored, with those that there are now.
type storedMsg struct {
	of     *Search
	before []searches.Search
	err    error
}

// readLine reads what completes a line, and the searches of before.
func readLine(ctx context.Context, e *env.Env) (l searchLine, err error) {
	if l.archive, err = e.Store.Archive(ctx); err != nil {
		return l, err
	}
	side, err := e.Store.Sidebar(ctx)
	if err != nil {
		return l, err
	}
	l.accounts = side.Accounts
	if l.labels, err = e.Store.Labels(ctx); err == nil && e.StateDir != "" {
		l.before, err = searches.Read(e.StateDir)
	}
	return l, err
}

func (l *searchLine) isKept(line string) bool {
	return slices.ContainsFunc(l.before, func(s searches.Search) bool { return s.Text == line && s.Kept })
}

// store notes a search, unless the session only looks.
func (l *searchLine) store(d *Search, e *env.Env, s searches.Search) tea.Cmd {
	dir := e.StateDir
	if dir == "" || e.Settings.ReadOnly {
		return nil
	}
	return e.Read(func(context.Context) tea.Msg {
		msg := storedMsg{of: d, err: searches.Add(dir, s)}
		if msg.err == nil {
			msg.before, msg.err = searches.Read(dir)
		}
		return msg
	})
}

func (msg storedMsg) arrive(s *Stack) tea.Cmd {
	if msg.err != nil {
		return msg.of.env.Fail(msg.err)
	}
	if msg.of.before = msg.before; s.has(msg.of) {
		return msg.of.again()
	}
	return nil
}

// history are the searches of before, to be searched again: none while customers are
// masked, whom they may name.
func (l *searchLine) history(e *env.Env) []menu.Item {
	var items []menu.Item
	if e.Privacy.On() {
		return nil
	}
	for _, s := range l.before {
		right := ""
		if s.Kept {
			right = "kept"
		}
		items = append(items, menu.Item{Label: e.Line(s.Text), Right: right, Value: s})
	}
	return items
}

// typedWord is the word before the cursor that is being typed, and where it begins.
func typedWord(before string) (word string, from int) {
	quoted := false
	for i, r := range before {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ' ' && !quoted:
			from = i + 1
		}
	}
	return before[from:], from
}

// nameTyped is the name that is being typed behind from: or to:, "" for none.
func nameTyped(before string) string {
	word, _ := typedWord(before)
	key, value, ok := strings.Cut(strings.TrimPrefix(word, "-"), ":")
	if !ok || key != "from" && key != "to" {
		return ""
	}
	return strings.Trim(value, `"`)
}

// mostOffers is how many completions are shown.
const mostOffers = 8

// called are the names of customers that a text may mean.
func called(ctx context.Context, e *env.Env, text string) ([]string, error) {
	rows, err := e.Store.Find(ctx, text, mostOffers)
	var names []string
	for _, row := range rows {
		if name := e.Name(row.Conversation); !e.Hides(row.Conversation.ID) && name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, err
}

// offer works out what completes the word that is typed. names are people.
func (l *searchLine) offer(e *env.Env, before string, names []string) {
	if word, _ := typedWord(before); l.taken != "" && word == l.taken {
		return // the next one follows it
	}
	l.offers, l.at, l.taken = nil, 0, ""
	word, _ := typedWord(before)
	minus := ""
	if rest, ok := strings.CutPrefix(word, "-"); ok {
		word, minus = rest, "-"
	}
	if word == "" {
		return
	}
	key, value, ok := strings.Cut(word, ":")
	for _, k := range query.Messages() {
		switch {
		case !ok && !k.Age && strings.HasPrefix(k.Name, strings.ToLower(word)):
			l.offers = append(l.offers, minus+k.Name+":")
		case ok && k.Name == strings.ToLower(key):
			for _, v := range l.values(e, k, names) {
				if hasWord(v, strings.Trim(value, `"`)) && !strings.EqualFold(v, value) && len(l.offers) < mostOffers {
					l.offers = append(l.offers, minus+k.Name+":"+query.Quote(v))
				}
			}
		}
	}
}

// hasWord reports whether a text, or a word of it, begins so.
func hasWord(text, begin string) bool {
	text, begin = strings.ToLower(text), strings.ToLower(begin)
	return strings.HasPrefix(text, begin) || strings.Contains(text, " "+begin)
}

// values are what may stand behind a key.
func (l *searchLine) values(e *env.Env, k query.Key, names []string) (all []string) {
	add := func(v string) {
		if v = e.Line(v); v != "" && !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	switch k.Name {
	case "from", "to":
		all = append([]string{"me"}, names...)
	case "label":
		for _, c := range l.labels {
			add(c.Name)
		}
	case "account":
		for _, a := range l.accounts {
			add(string(a.ID))
		}
	case "channel":
		for _, kind := range l.kinds() {
			add(string(kind))
		}
		for _, a := range l.accounts {
			for _, c := range a.Channels {
				add(e.Rules(a.ID, c.Channel.Kind).Code)
			}
		}
		for _, a := range l.accounts {
			for _, c := range a.Channels {
				add(c.Channel.Name)
			}
		}
	case "before", "after":
		all = []string{"today", "yesterday", "7d", "30d", e.Now().Format("2006-01-02")}
	default:
		all = k.Values
	}
	return all
}

func (l *searchLine) kinds() (all []api.ChannelKind) {
	for _, a := range l.accounts {
		for _, c := range a.Channels {
			all = append(all, c.Channel.Kind)
		}
	}
	return all
}

// offered says what completes the word.
func (l *searchLine) offered() string {
	if len(l.offers) == 0 {
		return ""
	}
	return "tab: " + strings.Join(l.offers, "  ")
}

// takeOffer puts the next completion in place of the word, and reports whether there is one.
func (l *searchLine) takeOffer(m *menu.Menu) bool {
	if len(l.offers) == 0 {
		return false
	}
	before := m.BeforeCursor()
	_, from := typedWord(before)
	l.taken = l.offers[l.at%len(l.offers)]
	l.at++
	m.Complete(before[:from] + l.taken)
	if strings.HasSuffix(l.taken, ":") && len(l.offers) == 1 {
		l.taken = "" // what may stand behind it comes next
	}
	return true
}

// Keeps reports whether what is typed in the top dialog can be kept.
func (s *Stack) Keeps() bool {
	_, ok := s.Top().(keeper)
	return ok
}
