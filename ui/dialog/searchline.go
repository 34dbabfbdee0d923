package dialog

import (
	"cmp"
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/state"
	"unibox/state/query"
	"unibox/state/searches"
	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/names"
)

// searchLine is what the line of a search is helped with: what completes it, and what was
// searched for before.
type searchLine struct {
	names.Names
	names.Offers
	archive state.Archive
	before  []searches.Search
	// people are called what was last typed behind from: or to:.
	people []string
}

// storedMsg says that a search was stored, with those that there are now.
type storedMsg struct {
	of     *Search
	before []searches.Search
	err    error
}

// searchesDir is where the agent's own searches are kept, empty for nowhere.
func searchesDir(e *env.Env) string { return cmp.Or(e.PlaceDir, e.StateDir) }

// readLine reads what completes a line, and the searches of before.
func readLine(ctx context.Context, e *env.Env) (l searchLine, err error) {
	if l.archive, err = e.Store.Archive(ctx); err != nil {
		return l, err
	}
	if l.Names, err = names.Read(ctx, e.Store); err == nil && searchesDir(e) != "" {
		l.before, err = searches.Read(searchesDir(e))
	}
	return l, err
}

func (l *searchLine) isKept(line string) bool {
	return slices.ContainsFunc(l.before, func(s searches.Search) bool { return s.Text == line && s.Kept })
}

// store notes a search, unless the session only looks.
func (l *searchLine) store(d *Search, e *env.Env, s searches.Search) tea.Cmd {
	dir := searchesDir(e)
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
			right = e.T("kept")
		}
		items = append(items, menu.Item{Label: e.Line(s.Text), Right: right, Value: s})
	}
	return items
}

// nameTyped is the name that is being typed behind from: or to:, "" for none.
func nameTyped(before string) string {
	word, _ := names.Word(before)
	key, value, ok := strings.Cut(strings.TrimPrefix(word, "-"), ":")
	if !ok || key != "from" && key != "to" {
		return ""
	}
	return strings.Trim(value, `"`)
}

// mostCalled is how many names are offered.
const mostCalled = 8

// called are the names of customers that a text may mean.
func called(ctx context.Context, e *env.Env, text string) ([]string, error) {
	rows, err := e.Store.Find(ctx, text, mostCalled)
	var all []string
	for _, row := range rows {
		if name := e.Name(row.Conversation); !e.Hides(row.Conversation.ID) && name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all, err
}

// offer works out what completes the word that is typed.
func (l *searchLine) offer(e *env.Env, before string) {
	l.Look(e, l.Names, query.Messages(), before, l.people)
}

// takeOffer puts the next completion in place of the word, and reports whether there is one.
func (l *searchLine) takeOffer(m *menu.Menu) bool {
	completed, ok := l.Take(m.BeforeCursor())
	if ok {
		m.Complete(completed)
	}
	return ok
}

// Keeps reports whether what is typed in the top dialog can be kept.
func (s *Stack) Keeps() bool {
	_, ok := s.Top().(keeper)
	return ok
}
