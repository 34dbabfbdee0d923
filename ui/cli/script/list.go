package script

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"unibox/state"
	"unibox/state/query"
	"unibox/state/record"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/said"
	"unibox/ui/text"
)

// Limits of what is asked for at once.
const (
	listed   = 50
	mostRows = 100_000
)

func (s Setup) list() *cobra.Command {
	c, limit, offset := &command{}, listed, 0
	cmd := &cobra.Command{
		Use:   "list [VIEW] [WORDS…]",
		Short: "List conversations: waiting (the default), all, unread, snoozed … or a saved view",
		Long: "list prints the conversations of a view: waiting, closing, unread, all, starred, snoozed,\n" +
			"drafts, outbox, done, or a saved view of the config by its name. Words narrow it as the\n" +
			"filter of the list does: name, number, label:vip, channel:sms, waiting>15m, -is:done.\n" +
			"With words alone it is all. It prints what is stored here.",
		ValidArgsFunction: c.completion(func(ctx context.Context, args []string, _ string) ([]string, error) {
			return c.filters(ctx, query.Conversations(), len(args) == 0)
		}),
	}
	c.jsonFlag(cmd)
	cmd.Flags().IntVar(&limit, "limit", listed, "how many `conversations` at most")
	cmd.Flags().IntVar(&offset, "offset", 0, "how many `conversations` to leave out at the beginning")
	return s.make(c, cmd, func(ctx context.Context, args []string) error {
		if limit < 1 || limit > mostRows || offset < 0 {
			return exit(ExitUsage, "--limit is a number from 1 to %d, --offset is 0 or more", mostRows)
		}
		q, err := c.asked(args)
		if err != nil {
			return err
		}
		q.Limit, q.Offset = limit, offset
		return c.listRows(ctx, q)
	})
}

// asked is the list that arguments ask for.
func (c *command) asked(args []string) (q state.ListQuery, err error) {
	q.View = state.ViewAll
	switch i := c.savedView(args); {
	case len(args) == 0:
		q.View = state.ViewWaiting
	case i >= 0:
		q.View, args = c.Saved[i].View(), args[1:]
		q.Text = c.Saved[i].Filter
	case slices.Contains(state.Views, state.View(args[0])):
		q.View, args = state.View(args[0]), args[1:]
	}
	q.Text = strings.TrimSpace(q.Text + " " + strings.Join(args, " "))
	if _, err := query.Parse(q.Text, query.Conversations()); err != nil {
		return q, &Exit{ExitUsage, err}
	}
	return q, nil
}

// namesView reports whether the first argument names a view.
func (c *command) namesView(args []string) bool {
	return len(args) > 0 && (c.savedView(args) >= 0 || slices.Contains(state.Views, state.View(args[0])))
}

// savedView is the number of the saved view that the first argument names, -1 for none.
func (c *command) savedView(args []string) int {
	if len(args) == 0 {
		return -1
	}
	return slices.IndexFunc(c.Saved, func(v env.SavedView) bool { return strings.EqualFold(v.Name, args[0]) })
}

// listing is the answer of unibox list.
type listing struct {
	Schema        int                   `json:"schema"`
	Total         int                   `json:"total"`
	Offset        int                   `json:"offset"`
	Conversations []record.Conversation `json:"conversations"`
	Accounts      []freshness           `json:"accounts"`
}

func (c *command) listRows(ctx context.Context, q state.ListQuery) error {
	list, err := c.List(ctx, q)
	if err != nil {
		return err
	}
	c.warnStale(ctx)
	if !c.json {
		return c.tableOf(list, q.Offset)
	}
	l := listing{Schema: record.Schema, Total: list.Total, Offset: list.Offset, Conversations: []record.Conversation{}}
	if l.Accounts, err = c.fresh(ctx); err != nil {
		return err
	}
	for _, row := range list.Rows {
		l.Conversations = append(l.Conversations, record.Of(row))
	}
	return c.print(l)
}

func (c *command) tableOf(list state.List, offset int) error {
	t, now := c.table(catalog.Text("WAITS"), catalog.Text("WHO"), catalog.Text("ON"), catalog.Text("STATE"), catalog.Text("LAST MESSAGE"), catalog.Text("ID")), time.Now()
	t.flexible = 4
	for _, row := range list.Rows {
		t.add(c.waits(row, now), env.Name(c.setup.Say, plain, row.Conversation), plain.Line(string(row.Conversation.Kind)), c.besideWaiting(row), c.last(row), plain.Line(record.ID(row.Conversation.ID)))
	}
	if len(list.Rows) == 0 {
		c.warn("No conversation is in it.")
		return nil
	}
	if err := t.write(c.out, columns(c.out)); err != nil {
		return err
	}
	if left := list.Total - offset - len(list.Rows); left > 0 {
		c.warn("%d more: --offset %d goes on", left, offset+len(list.Rows))
	}
	return nil
}

// waits is how long a customer has waited.
func (c *command) waits(row state.Row, now time.Time) string {
	if row.WaitingSince.IsZero() {
		return "-"
	}
	return text.Age(c.setup.Say, max(0, now.Sub(row.WaitingSince)))
}

// stateWords are the marks of a row in words.
func (c *command) stateWords(row state.Row) string {
	var words []string
	if s := env.State(c.setup.Say, row); s != "" {
		words = append(words, s)
	}
	if row.Unread > 0 {
		words = append(words, c.setup.Say.Plural(row.Unread, "%d unread", "%d unread"))
	}
	if row.Draft {
		words = append(words, c.setup.Say.T("draft"))
	}
	for _, l := range row.Labels {
		words = append(words, "#"+plain.Line(l))
	}
	return strings.Join(words, ", ")
}

// besideWaiting is stateWords without that it waits, which a column says.
func (c *command) besideWaiting(row state.Row) string {
	words, waiting := c.stateWords(row), c.setup.Say.T("waiting")
	if words == waiting {
		return ""
	}
	return strings.TrimPrefix(words, waiting+", ")
}

// last is how the newest message begins, with who wrote it.
func (c *command) last(row state.Row) string {
	p, ok := row.Preview.Get()
	if !ok {
		return ""
	}
	words := plain.Line(said.Special(c.setup.Say, p.Kind, p.Body))
	if words == "" && p.Attachments > 0 {
		words = "[" + c.setup.Say.Plural(p.Attachments, "%d file", "%d files") + "]"
	}
	if p.Direction != 0 {
		words = c.setup.Say.T("you: %s", words)
	}
	return words
}
