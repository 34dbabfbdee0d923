package script

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/state"
	"unibox/state/query"
	"unibox/state/record"
	"unibox/ui/catalog"
	"unibox/ui/env"
)

// mostCandidates is how many conversations are listed where a name means several.
const mostCandidates = 12

// conversation is the one that an argument means: an id as unibox list prints it, a name or
// a number. Of several with one name exactly that one is meant; a part of a name means
// whoever alone has it.
func (c *command) conversation(ctx context.Context, arg string) (state.Row, error) {
	arg = strings.TrimSpace(arg)
	if arg == "" {
		return state.Row{}, exit(ExitUsage, "say which conversation: an id, a name or a number")
	}
	accounts, err := c.accounts(ctx)
	if err != nil {
		return state.Row{}, err
	}
	if id, ok := record.ParseID(arg, accounts); ok {
		row, err := c.Row(ctx, id)
		if !errors.Is(err, state.ErrNoSuch) {
			return row, err
		}
	}
	found, err := c.named(ctx, arg)
	if err != nil {
		return state.Row{}, err
	}
	switch len(found) {
	case 0:
		return state.Row{}, exit(ExitNone, "no conversation is stored that %q means: give an id, a name or a number as unibox list prints them", plain.Line(arg))
	case 1:
		return found[0], nil
	}
	var lines []string
	for _, row := range found[:min(len(found), mostCandidates)] {
		lines = append(lines, "  "+plain.Line(record.ID(row.Conversation.ID))+"  "+described(row))
	}
	if len(found) > mostCandidates {
		lines = append(lines, "  "+c.setup.Say.T("and more"))
	}
	return state.Row{}, exit(ExitAmbiguous, "%q means several; give the id of one:\n%s", plain.Line(arg), strings.Join(lines, "\n"))
}

// described is who a conversation is with, and where.
func described(row state.Row) string {
	c := row.Conversation
	words := env.Name(nil, plain, c)
	if h := plain.Line(c.Contact.Handle); h != "" && h != words {
		words += ", " + h
	}
	return words + " (" + plain.Line(string(c.Kind)) + ", " + plain.Line(string(c.ID.Account)) + ")"
}

// accounts are those of the config and of the store.
func (c *command) accounts(ctx context.Context) ([]api.AccountID, error) {
	all, err := c.Inbox.DB.Accounts(ctx)
	for _, a := range c.Inbox.Accounts {
		if !slices.Contains(all, a.ID) {
			all = append(all, a.ID)
		}
	}
	return all, err
}

// named are the conversations with a name or a number: all with exactly that one, else the
// first of those with it as a part.
func (c *command) named(ctx context.Context, arg string) ([]state.Row, error) {
	q := state.ListQuery{View: state.ViewAll, Text: about(arg), Limit: mostParts}
	list, err := c.List(ctx, q)
	if err == nil && list.Total > len(list.Rows) {
		q.Limit = list.Total + mostParts // some may come meanwhile
		list, err = c.List(ctx, q)
	}
	if err != nil {
		return nil, catalog.Errorf("look for %q: %w", arg, err)
	}
	exact := slices.DeleteFunc(slices.Clone(list.Rows), func(r state.Row) bool { return !called(r.Conversation, arg) })
	if len(exact) > 0 {
		return exact, nil
	}
	if readsAsNumber(arg) { // what somebody calls themselves is no number
		list.Rows = slices.DeleteFunc(list.Rows, func(r state.Row) bool { return !hasNumber(r.Conversation.Contact.Handle, arg) })
	}
	return list.Rows[:min(len(list.Rows), mostParts)], nil
}

// mostParts is how many conversations a part of a name may mean.
const mostParts = 10 * mostCandidates

// readsAsNumber reports whether an argument can only be a phone number, or a part of one.
func readsAsNumber(arg string) bool {
	return env.Digits(arg) != "" && strings.Trim(arg, "+()-. 0123456789") == ""
}

// hasNumber reports whether a handle is a number, or has it as a part.
func hasNumber(handle, number string) bool {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, handle)
	return strings.Contains(digits, env.Digits(number)) || env.SameNumber(handle, number)
}

// about is the filter for whoever has something in the name or number.
func about(arg string) string {
	if readsAsNumber(arg) {
		return "from:" + env.Digits(arg)
	}
	return "from:" + query.Quote(strings.ReplaceAll(arg, `"`, " "))
}

// called reports whether an argument is all of a name, a number or an id. A number is never a
// name: customers choose that themselves.
func called(c api.Conversation, arg string) bool {
	names := []string{c.Contact.Handle, c.ID.Remote}
	if !readsAsNumber(arg) {
		names = append(names, c.Contact.Name, plain.Line(c.Contact.Name))
	}
	for _, name := range names {
		if name != "" && strings.EqualFold(strings.TrimSpace(name), arg) {
			return true
		}
	}
	return env.SameNumber(c.Contact.Handle, arg)
}

// oneConversation takes the argument of a conversation and perhaps more.
func oneConversation(most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return exit(ExitUsage, "say which conversation: %s", cmd.UseLine())
		case most > 0 && len(args) > most:
			return exit(ExitUsage, "%s was given %d arguments, and takes no more than %d; a name with spaces goes in quotes, through ssh in two: \"'Anna P.'\"", cmd.CommandPath(), len(args), most)
		}
		return nil
	}
}
