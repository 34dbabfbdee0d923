package script

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"unibox/state"
	"unibox/state/query"
	"unibox/state/record"
	"unibox/ui/env"
)

// offered is how many conversations are offered at once.
const offered = 30

// completion opens the store and offers what a function finds in it.
func (c *command) completion(find func(ctx context.Context, args []string, begun string) ([]string, error)) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if c.open(cmd.Context()) != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		defer c.Close()
		all, err := find(cmd.Context(), args, begun)
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return all, cobra.ShellCompDirectiveNoFileComp
	}
}

// completes offers conversations of the store for the first argument.
func (c *command) completes(cmd *cobra.Command) { c.completesThen(cmd, nil) }

// completesThen also offers what a function finds for the arguments behind it; without one
// the shell offers files there.
func (c *command) completesThen(cmd *cobra.Command, then func(context.Context) ([]string, error)) {
	found := c.completion(func(ctx context.Context, args []string, begun string) ([]string, error) {
		if len(args) == 0 {
			return c.conversations(ctx, begun)
		}
		return then(ctx)
	})
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 && then == nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return found(cmd, args, begun)
	}
}

// completesFlag offers what a function finds for the value of a flag.
func (c *command) completesFlag(s Setup, cmd *cobra.Command, flag string, find func(ctx context.Context, begun string) ([]string, error)) {
	s.offer(cmd, flag, c.completion(func(ctx context.Context, _ []string, begun string) ([]string, error) { return find(ctx, begun) }))
}

// conversations are those whose name, number or id begins as somebody typed, each with what
// tells it from others.
func (c *command) conversations(ctx context.Context, begun string) (all []string, err error) {
	q := state.ListQuery{View: state.ViewAll, Limit: offered}
	if begun != "" {
		q.Text = about(begun)
	}
	list, err := c.List(ctx, q)
	for _, row := range list.Rows {
		name, id := env.Name(nil, plain, row.Conversation), plain.Line(record.ID(row.Conversation.ID))
		word := name
		if handle := plain.Line(row.Conversation.Contact.Handle); readsAsNumber(begun) && strings.HasPrefix(handle, begun) {
			word = handle
		} else if !Typeable(name) {
			word = id
		}
		if Typeable(word) {
			all = append(all, word+"\t"+strings.TrimPrefix(plain.Line(name+", "+string(row.Conversation.Kind)+", "+id), word+", "))
		}
	}
	return all, err
}

// Typeable reports whether a word may come into a command line by itself. Customers choose
// their names, and of several that begin alike bash inserts the beginning as it is: what a
// shell would run, expand or take for a flag is not offered.
func Typeable(word string) bool {
	return word != "" && word[0] != '-' && !strings.HasPrefix(word, "_activeHelp_") && !strings.ContainsFunc(word, func(r rune) bool {
		return r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" .,_@/+-", r)
	})
}

// labels are those of the store.
func (c *command) labels(ctx context.Context) (all []string, err error) {
	counts, err := c.Inbox.DB.Labels(ctx)
	for _, l := range counts {
		if Typeable(l.Name) {
			all = append(all, l.Name+"\t"+c.setup.Say.Plural(l.Count, "%d conversation", "%d conversations"))
		}
	}
	return all, err
}

// filters are the words that a filter takes, and before them the views.
func (c *command) filters(ctx context.Context, language query.Language, views bool) (all []string, err error) {
	if views {
		for _, v := range state.Views {
			all = append(all, string(v)+"\ta view")
		}
		for _, v := range c.Saved {
			if Typeable(v.Name) {
				all = append(all, v.Name+"\t"+plain.Line(v.Filter))
			}
		}
	}
	for _, k := range language {
		values, err := c.values(ctx, k)
		if err != nil {
			return nil, err
		}
		for _, value := range values {
			all = append(all, k.Name+":"+value)
		}
	}
	return all, nil
}

// values are those that a key of a filter may have, without those that need quotes.
func (c *command) values(ctx context.Context, k query.Key) (all []string, err error) {
	all = k.Values
	switch k.Name {
	case "label":
		all, err = c.labels(ctx)
	case "account":
		accounts, failed := c.accounts(ctx)
		for _, a := range accounts {
			all = append(all, string(a))
		}
		err = failed
	}
	kept := make([]string, 0, len(all))
	for _, value := range all {
		if word, _, _ := strings.Cut(value, "\t"); Typeable(word) && !strings.ContainsAny(word, " ,") {
			kept = append(kept, value)
		}
	}
	return kept, err
}
