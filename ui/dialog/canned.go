package dialog

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state/canned"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// NewCanned offers the replies that are saved on this machine for a kind of channel, and
// those that the platform keeps, if it keeps any. choose gets one.
func NewCanned(e *env.Env, kind api.ChannelKind, id api.AccountID, choose func(canned.Reply) tea.Cmd) *Lookup {
	m := menu.New("Insert a saved reply", menu.Options{Filter: true, Wide: true,
		Empty: "There are no saved replies: put text files into the folder replies beside the config."})
	d := newLookup(e, m, func(ctx context.Context, _ string) ([]menu.Item, error) {
		items, err := cannedFiles(e, kind)
		account := e.Account(id)
		theirs, ok := account.Provider.(api.Canned)
		if !ok || !account.Caps.Has(api.CapCanned) {
			return items, err
		}
		replies, failed := theirs.SavedReplies(ctx)
		for _, r := range replies {
			items = append(items, cannedItem(e, canned.Reply{Title: r.Title, Body: r.Body}, e.Label(id)))
		}
		if failed != nil {
			err = failed
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
func cannedFiles(e *env.Env, kind api.ChannelKind) (items []menu.Item, err error) {
	if e.SavedReplies == nil {
		return nil, nil
	}
	all, problems := e.SavedReplies()
	for _, r := range all {
		if r.For(kind) {
			items = append(items, cannedItem(e, r, ""))
		}
	}
	switch n := len(problems); {
	case n == 1:
		err = fmt.Errorf("%s", problems[0])
	case n > 1:
		err = fmt.Errorf("%s (and %d more; unibox canned lint lists all)", problems[0], n-1)
	}
	return items, err
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
