package dialog

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state/canned"
	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/suggest"
)

// Saved is a saved reply and the label of the account whose platform keeps it, empty for a
// file.
type Saved struct {
	canned.Reply
	From string
}

// SavedReplies reads the replies that are saved on this machine for a kind of channel, and
// those that the platform keeps, if it keeps any. Both may be there beside an error. It
// touches the disk and the network.
func SavedReplies(ctx context.Context, e *env.Env, kind api.ChannelKind, id api.AccountID) ([]Saved, error) {
	all, err := cannedFiles(e, kind)
	account := e.Account(id)
	theirs, ok := account.Provider.(api.Canned)
	if !ok || !account.Caps.Has(api.CapCanned) {
		return all, err
	}
	replies, failed := theirs.SavedReplies(ctx)
	for _, r := range replies {
		all = append(all, Saved{canned.Reply{Title: r.Title, Body: r.Body}, e.Label(id)})
	}
	if failed != nil {
		err = failed
	}
	return all, err
}

// NewCanned offers the saved replies for a kind of channel, those of a language first.
// choose gets one.
func NewCanned(e *env.Env, kind api.ChannelKind, id api.AccountID, language string, choose func(canned.Reply) tea.Cmd) *Lookup {
	m := menu.New(e.T("Insert a saved reply"), menu.Options{Filter: true, Wide: true,
		Empty: e.T("There are no saved replies: put text files into the folder replies beside the config.")})
	d := newLookup(e, m, func(ctx context.Context, _ string) (items []menu.Item, err error) {
		all, err := SavedReplies(ctx, e, kind, id)
		slices.SortStableFunc(all, func(a, b Saved) int {
			return cmp.Compare(suggest.Foreign(a.Reply, language), suggest.Foreign(b.Reply, language))
		})
		for _, r := range all {
			items = append(items, cannedItem(e, r.Reply, r.From))
		}
		return items, err
	})
	d.keeps = true
	d.choose = func(it menu.Item) tea.Cmd {
		d.Close()
		return choose(it.Value.(canned.Reply))
	}
	return d
}

// cannedFiles lists the files. Its error says how many are left out, and why one is.
func cannedFiles(e *env.Env, kind api.ChannelKind) (all []Saved, err error) {
	if e.SavedReplies == nil {
		return nil, nil
	}
	files, problems := e.SavedReplies()
	for _, r := range files {
		if r.For(kind) {
			all = append(all, Saved{Reply: r})
		}
	}
	switch n := len(problems); {
	case n == 1:
		err = errors.New(e.Sentence(problems[0]))
	case n > 1:
		err = errors.New(e.T("%s (and %d more; unibox canned lint lists all)", e.Sentence(problems[0]), n-1))
	}
	return all, err
}

func cannedItem(e *env.Env, r canned.Reply, from string) menu.Item {
	it := menu.Item{Label: e.Line(r.Title), Detail: e.Line(r.Body), Right: from, Value: r}
	for _, tag := range r.Tags {
		it.Label += " #" + e.Line(tag)
	}
	if len(r.Files) > 0 {
		var names []string
		for _, f := range r.Files {
			names = append(names, filepath.Base(f))
		}
		it.Detail = e.Look.Marks.Clip + " " + e.Line(strings.Join(names, ", ")) + "  " + it.Detail
	}
	return it
}
