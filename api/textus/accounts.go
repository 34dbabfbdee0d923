package textus

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"unibox/api"
	"unibox/api/rest"
)

// mostPages limits the reading of lists that should be short.
const mostPages = 50

// collect reads a whole collection by its links, and never in a circle
// (REFERENCE.md "Lists"). What was read of one that breaks off comes with
// api.ErrCursor.
func collect[T any](ctx context.Context, c *Client, op string, class api.Class, link string) ([]T, error) {
	var out []T
	seen := map[string]bool{}
	for len(seen) < mostPages {
		seen[link] = true
		var p page[T]
		if err := c.get(ctx, op, class, link, &p); err != nil {
			return out, rest.Refused(err, len(seen) > 1)
		}
		out = append(out, p.Members...)
		switch {
		case p.cut != nil:
			return out, cursorError(op, p.cut.Error())
		case p.Next == "":
			return out, nil
		case seen[p.Next]:
			return out, cursorError(op, "the list leads in a circle")
		}
		link = p.Next
	}
	return out, cursorError(op, "the list has no end")
}

// brokeOff reports whether an error only says that a list is longer than what was
// read of it.
func brokeOff(err error) bool { return api.KindOf(err) == api.ErrCursor }

func (w *wireAccount) slug() string { return cmp.Or(string(w.Slug), lastSegment(string(w.ID))) }

// through is the account's link for something, or else its usual path
// (REFERENCE.md "Accounts", "Calls").
func (w *wireAccount) through(link text, segments ...string) string {
	return cmp.Or(string(link), pathOf(append([]string{w.slug()}, segments...)...))
}

// Identify lists the accounts, which also checks the token, and asks whose token it
// is (REFERENCE.md "Accounts").
func (c *Client) Identify(ctx context.Context) (api.Identity, error) {
	list, err := c.listAccounts(ctx, "identify")
	if err != nil {
		return api.Identity{}, err
	}
	if err := c.learnMe(ctx, "identify"); api.KindOf(err) == api.ErrAuth {
		return api.Identity{}, err
	}
	id := api.Identity{Label: "TextUs"}
	for _, a := range list {
		id.Channels = append(id.Channels, api.Channel{ID: c.ChannelID(a.slug()), Kind: kind, Name: string(a.Name)})
	}
	if len(list) > 0 {
		id.Label = cmp.Or(string(list[0].Name), id.Label)
		c.learnUsers(ctx, list[0])
	}
	me := ref[wireUser]{link: c.known.whoami()}
	id.Agent.Remote, id.Agent.Name = c.known.user(me)
	return id, nil
}

// listAccounts reads the accounts and remembers them. Where the list breaks off,
// those read so far are used, and the list of conversations says that it is not
// complete.
func (c *Client) listAccounts(ctx context.Context, op string) ([]wireAccount, error) {
	found, err := collect[wireAccount](ctx, c, op, api.ClassOther, "/accounts")
	if err != nil && !brokeOff(err) {
		return nil, err
	}
	var list []wireAccount
	for _, a := range found {
		if a.slug() == "" {
			continue
		}
		list = append(list, a)
	}
	if len(list) == 0 && len(found) > 0 {
		return nil, c.HTTP.Garbled(rest.Request{Op: op, Effect: rest.Reads}, errors.New("no account has an id"))
	}
	c.known.setAccounts(list, err)
	return list, nil
}

// learnUsers reads the names of users, whom messages name by link alone. Where it
// fails they have no names, which does no harm.
func (c *Client) learnUsers(ctx context.Context, a wireAccount) {
	users, err := collect[wireUser](ctx, c, "list users", api.ClassOther, a.through(a.Users, "users"))
	if err != nil && !brokeOff(err) {
		return
	}
	for _, u := range users {
		c.known.learnUser(u)
	}
}

// accounts are the remembered accounts, read if there are none.
func (c *Client) accounts(ctx context.Context, op string) ([]wireAccount, error) {
	if list, _, _ := c.known.listed(); list != nil {
		return list, nil
	}
	return c.listAccounts(ctx, op)
}

// accountOf returns the account of a slug, with as much as is known of it.
func (c *Client) accountOf(slug string) wireAccount {
	list, _, _ := c.known.listed()
	for _, a := range list {
		if a.slug() == slug {
			return a
		}
	}
	return wireAccount{Slug: ident(slug)}
}

// source is a filtered list of conversations.
type source struct{ account, link string }

// listSources finds the lists that together hold every conversation: of each
// account the filter "all", or else every filter (REFERENCE.md "Filters"). An
// account that this user may not read has none. cut is set where accounts or
// filters could not be listed to their end.
func (c *Client) listSources(ctx context.Context, op string) (list []source, cut error, err error) {
	if _, list, cut := c.known.listed(); list != nil {
		return list, cut, nil
	}
	accounts, err := c.accounts(ctx, op)
	if err != nil {
		return nil, nil, err
	}
	_, _, cut = c.known.listed()
	list = []source{}
	for _, a := range accounts {
		filters, err := collect[wireFilter](ctx, c, op, api.ClassOther, a.through(a.Filters, "conversation_filters"))
		if k := api.KindOf(err); k == api.ErrForbidden || k == api.ErrNotFound {
			continue
		}
		if err != nil && !brokeOff(err) {
			return nil, nil, err
		}
		chosen, all := prefer(filters)
		if err != nil && !all {
			cut = err
		}
		for _, f := range chosen {
			list = append(list, source{a.slug(), f.under(a.slug(), "conversation_filters", "conversations")})
		}
	}
	c.known.setSources(list, cut)
	return list, cut, nil
}

// prefer returns the filter for all, if there is one, otherwise every filter that
// has a name.
func prefer(filters []wireFilter) (chosen []wireFilter, all bool) {
	for _, f := range filters {
		if strings.EqualFold(f.slug(), "all") {
			return []wireFilter{f}, true
		}
		if f.slug() != "" {
			chosen = append(chosen, f)
		}
	}
	return chosen, false
}

func (f *wireFilter) slug() string { return cmp.Or(string(f.Slug), lastSegment(string(f.ID))) }

// under is the link of what a filter selects.
func (f *wireFilter) under(account, filters, what string) string {
	if strings.HasPrefix(string(f.ID), "/") {
		return strings.TrimRight(string(f.ID), "/") + "/" + what
	}
	return pathOf(account, filters, f.slug(), what)
}
