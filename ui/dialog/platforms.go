package dialog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// platformsKnow is whom the platforms know by a line.
type platformsKnow struct {
	line  string
	items []menu.Item
}

// askPlatforms is the choice that asks them. They are not asked for each letter:
// that would cost requests of their budgets.
type askPlatforms struct{}

// shortestQuestion is the shortest line that a platform is asked about.
const shortestQuestion = 2

// platformsMsg is whom the platforms know by a line.
type platformsMsg struct {
	of    *GoTo
	line  string
	found []api.Conversation
	err   error
}

// keptMsg says that a conversation that a platform knows is in the store.
type keptMsg struct {
	of  *GoTo
	id  api.ConversationID
	err error
}

// searchers are the accounts whose platforms can be asked, and their platforms' names.
func (d *GoTo) searchers() (list []env.Account, labels []string) {
	for _, a := range d.env.Accounts {
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
func (d *GoTo) more(line string, here []menu.Item) []menu.Item {
	line = strings.TrimSpace(line)
	_, labels := d.searchers()
	switch {
	case len(labels) == 0, utf8.RuneCountInString(line) < shortestQuestion:
		return nil
	case d.platforms.line != line:
		return []menu.Item{{Label: "ask " + strings.Join(labels, " and ") + " too", Value: askPlatforms{}}}
	}
	return slices.DeleteFunc(slices.Clone(d.platforms.items), func(it menu.Item) bool {
		return slices.ContainsFunc(here, func(known menu.Item) bool { return known.Value == it.Value.(*api.Conversation).ID })
	})
}

// askPlatforms asks each platform that can be asked for who is meant by the line.
func (d *GoTo) askPlatforms() tea.Cmd {
	accounts, labels := d.searchers()
	line := strings.TrimSpace(d.Value())
	d.SetBusy("asking " + strings.Join(labels, " and ") + "…")
	return d.env.Read(func(ctx context.Context) tea.Msg {
		msg := platformsMsg{of: d, line: line}
		for _, a := range accounts {
			page, err := a.Provider.(api.Searcher).Search(ctx, line, api.PageRequest{Limit: 20})
			if msg.found = append(msg.found, page.Items...); err != nil && api.KindOf(err) != api.ErrCursor {
				msg.err = err
			}
		}
		return msg
	})
}

func (msg platformsMsg) arrive(s *Stack) tea.Cmd {
	d := msg.of
	if !s.has(d) || strings.TrimSpace(d.Value()) != msg.line {
		return nil
	}
	_, labels := d.searchers()
	d.SetNote(fmt.Sprintf("%s: %d found", strings.Join(labels, " and "), len(msg.found)))
	if msg.err != nil {
		d.SetNote(api.Explain(msg.err))
	}
	d.platforms = platformsKnow{line: msg.line}
	for _, c := range msg.found {
		d.platforms.items = append(d.platforms.items, menu.Item{
			Label: d.env.Name(c), Detail: d.env.Line(c.Contact.Handle), Right: d.env.Code(c), Value: &c,
		})
	}
	return d.Find()
}

// keep puts a conversation that a platform knows into the store, so that it can be
// opened.
func (d *GoTo) keep(c *api.Conversation) tea.Cmd {
	return d.env.Read(func(ctx context.Context) tea.Msg {
		return keptMsg{d, c.ID, d.env.Store.SaveConversations(ctx, []api.Conversation{*c})}
	})
}

func (msg keptMsg) arrive(s *Stack) tea.Cmd {
	if !s.has(msg.of) {
		return nil
	}
	if msg.err != nil {
		return msg.of.env.Fail(msg.err)
	}
	msg.of.Close()
	return msg.of.jump(msg.id)
}
