// Package names knows what channels, accounts and labels are called, for the lines on which a
// list is filtered and messages are searched (state/query): what completes the word that is
// typed, and which name nobody has.
package names

import (
	"context"
	"slices"
	"strings"

	"unibox/state"
	"unibox/state/query"
	"unibox/ui/catalog"
	"unibox/ui/env"
)

// Names are what is called somehow. The zero value knows none.
type Names struct {
	Accounts []state.SidebarAccount
	Labels   []state.LabelCount
	// read: it is known what there is.
	read bool
}

// Store is what they are read from.
type Store interface {
	Sidebar(ctx context.Context) (state.Sidebar, error)
	Labels(ctx context.Context) ([]state.LabelCount, error)
}

// Read reads them. It touches the disk.
func Read(ctx context.Context, s Store) (n Names, err error) {
	side, err := s.Sidebar(ctx)
	if err != nil {
		return n, err
	}
	n.Accounts, n.read = side.Accounts, true
	n.Labels, err = s.Labels(ctx)
	return n, err
}

// Values are what may stand behind a key; people are those of whom a name is looked for.
func (n Names) Values(e *env.Env, k query.Key, people []string) []string {
	switch k.Name {
	case "from", "to":
		return append([]string{"me"}, people...)
	case "label":
		return n.labels(e)
	case "account":
		return n.accounts(e)
	case "channel":
		return n.channels(e)
	case "before", "after":
		return []string{"today", "yesterday", "7d", "30d", e.Now().Format("2006-01-02")}
	}
	return k.Values
}

// set is a list without empty ones and without twins.
type set struct {
	e   *env.Env
	all []string
}

func (s *set) add(v string) {
	if v = s.e.Line(v); v != "" && !slices.Contains(s.all, v) {
		s.all = append(s.all, v)
	}
}

func (n Names) labels(e *env.Env) []string {
	s := set{e: e}
	for _, c := range n.Labels {
		s.add(c.Name)
	}
	return s.all
}

func (n Names) accounts(e *env.Env) []string {
	s := set{e: e}
	for _, a := range n.Accounts {
		s.add(string(a.ID))
	}
	return s.all
}

// channels are their kinds, their codes and what each is called.
func (n Names) channels(e *env.Env) []string {
	s := set{e: e}
	for _, a := range n.Accounts {
		for _, c := range a.Channels {
			s.add(string(c.Channel.Kind))
			s.add(e.Rules(a.ID, c.Channel.Kind).Code)
		}
	}
	for _, a := range n.Accounts {
		for _, c := range a.Channels {
			s.add(c.Channel.Name)
		}
	}
	return s.all
}

// mostNear is how many names are offered for one that nobody has.
const mostNear = 5

// Unknown says which channel, account or label of a text there is none of, with names near
// it; "" where each is known, or nothing was read yet.
func (n Names) Unknown(e *env.Env, text string, l query.Language) string {
	q, err := query.Parse(text, l)
	if err != nil || !n.read {
		return ""
	}
	for _, t := range q.Terms {
		var all []string
		is := holds
		switch t.Key {
		case "channel":
			all = n.channels(e)
		case "account":
			all = n.accounts(e)
			for _, a := range n.Accounts {
				all = append(all, a.Label)
			}
		case "label":
			all, is = n.labels(e), labelled
		default:
			continue
		}
		for _, v := range t.Values {
			if !slices.ContainsFunc(all, func(name string) bool { return is(name, v) }) {
				return unknown(e.Look.Language, t.Key, e.Line(v), all)
			}
		}
	}
	return ""
}

// holds is how a channel or an account is meant: by a part of its name.
func holds(name, v string) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(v))
}

// labelled is how a label is meant: whole, or by its beginning and a star.
func labelled(name, v string) bool {
	key, v := state.LabelKey(name), strings.TrimLeft(state.LabelKey(v), "#")
	begin, open := strings.CutSuffix(v, "*")
	return key == v || open && strings.HasPrefix(key, begin)
}

func unknown(say *catalog.Language, key, v string, all []string) string {
	if len(all) == 0 {
		return say.T("no %s is called %s: there is none", key, v)
	}
	if some := near(v, all); len(some) > 0 {
		return say.T("no %s is called %s; near it: %s", key, v, strings.Join(some, ", "))
	}
	return say.T("no %s is called %s; there are %s", key, v, strings.Join(all[:min(mostNear, len(all))], ", "))
}

// near are the names that begin alike, or are at most two letters from it.
func near(v string, all []string) (some []string) {
	low := []rune(strings.ToLower(v))
	for _, name := range all {
		other := []rune(strings.ToLower(name))
		if len(some) < mostNear && (len(low) > 1 && len(other) > 1 && low[0] == other[0] && low[1] == other[1] || len(other) > 2 && apart(low, other) <= 2) {
			some = append(some, name)
		}
	}
	return some
}

// apart is how many letters are to be changed, added or left out to make one word of another.
func apart(a, b []rune) int {
	if len(a)-len(b) > 2 || len(b)-len(a) > 2 {
		return 3
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		last := row[0]
		row[0] = i + 1
		for j := range b {
			change := last
			if a[i] != b[j] {
				change++
			}
			last = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
