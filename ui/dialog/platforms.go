package dialog

import (
	"context"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// platformSearch is what the platforms find by the line of a dialog that searches. They are
// not asked for each letter: that would cost requests of their budgets.
type platformSearch struct {
	env *env.Env
	// line is what was asked for.
	line  string
	items []menu.Item
	// plain makes of a line what a platform is asked for; nil is the line itself.
	plain func(line string) string
	// keeping: what was chosen is being put into the store; failed: it could not be.
	keeping, failed bool
}

// asker is a dialog that has the platforms asked.
type asker interface {
	Dialog
	platforms() *platformSearch
	// again shows the choices once more.
	again() tea.Cmd
	// jumpTo goes to a conversation; the dialog is closed.
	jumpTo(api.ConversationID) tea.Cmd
}

// askPlatforms is the choice that asks them.
type askPlatforms struct{}

// shortestQuestion is the shortest line that a platform is asked about.
const shortestQuestion = 2

// platformsMsg is whom the platforms know by a line, by account.
type platformsMsg struct {
	of    asker
	line  string
	found [][]api.Conversation
	err   error
}

// keptMsg says that a conversation that a platform knows is in the store.
type keptMsg struct {
	of  asker
	id  api.ConversationID
	err error
}

// searchers are the accounts whose platforms can be asked, and their platforms' names.
func (w *platformSearch) searchers() (list []env.Account, labels []string) {
	for _, a := range w.env.Accounts {
		if !a.Caps.Has(api.CapSearch) {
			continue
		}
		if list = append(list, a); !slices.Contains(labels, a.Traits.Label) {
			labels = append(labels, a.Traits.Label)
		}
	}
	return list, labels
}

// more is what follows those who were found here: whom the platforms know besides, or
// the choice to ask them.
func (w *platformSearch) more(line string, here []menu.Item) []menu.Item {
	line = strings.TrimSpace(line)
	_, labels := w.searchers()
	switch {
	case len(labels) == 0, utf8.RuneCountInString(line) < shortestQuestion, w.plain != nil && w.plain(line) == "":
		return nil
	case w.line != line:
		return []menu.Item{{Label: w.env.T("ask %s too", w.named(labels)), Value: askPlatforms{}}}
	}
	return slices.DeleteFunc(slices.Clone(w.items), func(it menu.Item) bool {
		return slices.ContainsFunc(here, func(known menu.Item) bool { return known.Value == it.Value.(*api.Conversation).ID })
	})
}

// named are the names of platforms in a sentence.
func (w *platformSearch) named(labels []string) string {
	return strings.Join(labels, w.env.In("between the names of platforms", " and "))
}

// choose does what was chosen of more, and reports whether it was that.
func (w *platformSearch) choose(d asker, it menu.Item) (cmd tea.Cmd, ok bool) {
	switch v := it.Value.(type) {
	case askPlatforms:
		return w.ask(d), true
	case *api.Conversation:
		return w.keep(d, v), true
	}
	return nil, false
}

// gaveUp reports, once, whether what was chosen could not be put into the store.
func (w *platformSearch) gaveUp() bool {
	failed := w.failed
	w.failed = false
	return failed
}

// ask asks all platforms that can be asked, at once, for the line.
func (w *platformSearch) ask(d asker) tea.Cmd {
	accounts, labels := w.searchers()
	line := strings.TrimSpace(d.box().Value())
	words := line
	if w.plain != nil {
		words = w.plain(line)
	}
	d.box().SetBusy(w.env.T("asking %s…", w.named(labels)))
	return w.env.Read(func(ctx context.Context) tea.Msg {
		msg := platformsMsg{of: d, line: line, found: make([][]api.Conversation, len(accounts))}
		errs := make([]error, len(accounts))
		var all sync.WaitGroup
		for i, a := range accounts {
			all.Go(func() {
				page, err := a.Provider.(api.Searcher).Search(ctx, words, api.PageRequest{Limit: 20})
				if msg.found[i] = page.Items; err != nil && api.KindOf(err) != api.ErrCursor {
					errs[i] = err
				}
			})
		}
		all.Wait()
		for _, err := range errs {
			if err != nil {
				msg.err = err
			}
		}
		return msg
	})
}

func (msg platformsMsg) arrive(s *Stack) tea.Cmd {
	d := msg.of
	if !s.has(d) || strings.TrimSpace(d.box().Value()) != msg.line {
		return nil
	}
	w := d.platforms()
	w.line, w.items = msg.line, nil
	for _, found := range msg.found {
		for _, c := range found {
			w.items = append(w.items, menu.Item{
				Label: w.env.Name(c), Detail: w.env.Personal(c.ID, c.Contact.Handle), Right: w.env.Line(string(c.ID.Account)) + " " + w.env.Code(c), Value: &c,
			})
		}
	}
	d.box().SetNote(w.found(msg))
	return d.again()
}

// found says how many there are, and on which account.
func (w *platformSearch) found(msg platformsMsg) string {
	if msg.err != nil {
		return w.env.Explain(msg.err)
	}
	accounts, labels := w.searchers()
	var words []string
	for i, found := range msg.found {
		if len(found) > 0 {
			words = append(words, w.env.T("%d at %s", len(found), w.env.Line(string(accounts[i].ID))))
		}
	}
	if len(words) == 0 {
		return w.env.T("%s: nobody by this name or number", w.named(labels))
	}
	return w.env.T("found %s", strings.Join(words, ", "))
}

// keep puts a conversation that a platform knows into the store, so that it can be
// opened.
func (w *platformSearch) keep(d asker, c *api.Conversation) tea.Cmd {
	w.keeping = true
	return w.env.Read(func(ctx context.Context) tea.Msg {
		return keptMsg{d, c.ID, w.env.Store.SaveConversations(ctx, []api.Conversation{*c})}
	})
}

func (msg keptMsg) arrive(s *Stack) tea.Cmd {
	w := msg.of.platforms()
	w.keeping, w.failed = false, msg.err != nil
	if !s.has(msg.of) {
		return nil
	}
	if msg.err != nil {
		return w.env.Fail(msg.err)
	}
	msg.of.box().Close()
	return msg.of.jumpTo(msg.id)
}
