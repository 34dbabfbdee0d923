package script

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/state"
	"unibox/state/query"
	"unibox/state/record"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/text"
)

func (s Setup) search() *cobra.Command {
	c, limit, in := &command{}, listed, ""
	cmd := &cobra.Command{
		Use:   "search WORDS…",
		Short: "Find messages by their words, newest first",
		Long: "search finds stored messages, as the search of the screen does: words, \"two words\",\n" +
			"from:anna, to:me, after:2026-11-01, before:today, has:file, channel:sms, label:vip, and\n" +
			"is:note for private notes. Nothing is asked of the platforms.",
		ValidArgsFunction: c.completion(func(ctx context.Context, _ []string, _ string) ([]string, error) {
			return c.filters(ctx, query.Messages(), false)
		}),
		Args: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(strings.Join(args, " ")) == "" {
				return exit(ExitUsage, "say what to look for: %s", cmd.UseLine())
			}
			return nil
		},
	}
	c.jsonFlag(cmd)
	cmd.Flags().IntVar(&limit, "limit", listed, "how many `messages` at most")
	cmd.Flags().StringVar(&in, "in", "", "only in this `conversation`: an id, a name or a number")
	c.completesFlag(s, cmd, "in", c.conversations)
	return s.make(c, cmd, func(ctx context.Context, args []string) error {
		if limit < 1 || limit > mostRows {
			return exit(ExitUsage, "--limit is a number from 1 to %d", mostRows)
		}
		q := state.Search{Text: strings.Join(args, " "), Limit: limit}
		if _, err := query.Parse(q.Text, query.Messages()); err != nil {
			return &Exit{ExitUsage, err}
		}
		if in != "" {
			row, err := c.conversation(ctx, in)
			if err != nil {
				return err
			}
			q.Conversation = row.Conversation.ID
		}
		return c.searchFor(ctx, q)
	})
}

// finding is a message that was found.
type finding struct {
	Conversation place          `json:"conversation"`
	Message      record.Message `json:"message"`
	// Note is the text of a private note, where notes were looked for.
	Note string `json:"note,omitempty"`
}

// place is where a message is.
type place struct {
	ID      string `json:"id"`
	Name    string `json:"name,omitempty"`
	Handle  string `json:"handle,omitempty"`
	Channel string `json:"channel,omitempty"`
}

// findings are the answer of unibox search.
type findings struct {
	Schema int       `json:"schema"`
	Found  []finding `json:"found"`
	// More: not all that is stored was looked at, as enough was found.
	More bool `json:"more,omitempty"`
	// StoredFrom is when the oldest message that is stored was written.
	StoredFrom time.Time `json:"stored_from,omitzero"`
}

func (c *command) searchFor(ctx context.Context, q state.Search) error {
	all := findings{Schema: record.Schema, Found: []finding{}}
	for limit := q.Limit; ; {
		hits, err := c.SearchMessages(ctx, q)
		if err != nil {
			return err
		}
		for _, f := range hits.Found {
			where := place{record.ID(f.Message.Conversation), f.Contact.Name, f.Contact.Handle, string(f.Kind)}
			all.Found = append(all.Found, finding{where, record.OfMessage(f.Message), f.Note})
		}
		if q.Below, q.Limit = hits.Below, limit-len(all.Found); q.Below == 0 || q.Limit <= 0 {
			break
		}
	}
	all.More = q.Below != 0
	archive, err := c.Archive(ctx)
	if err != nil {
		return err
	}
	if !archive.Oldest.IsZero() {
		all.StoredFrom = archive.Oldest.UTC()
	}
	if archive.Indexing {
		c.warn("The search index is being made again: some messages cannot be found yet.")
	}
	switch {
	case c.json:
		err = c.print(all)
	default:
		err = c.tableFound(all)
	}
	if err == nil && len(all.Found) == 0 {
		return exit(ExitNone, "nothing that is stored here says that")
	}
	return err
}

func (c *command) tableFound(all findings) error {
	if len(all.Found) == 0 {
		return nil
	}
	t, now := c.table(catalog.Text("WHEN"), catalog.Text("WHO"), catalog.Text("ON"), catalog.Text("MESSAGE"), catalog.Text("ID")), time.Now()
	t.flexible = 3
	for _, f := range all.Found {
		words := plain.Line(f.Message.Text)
		if f.Note != "" {
			words = "note: " + plain.Line(f.Note)
		}
		if f.Message.From == record.Us && f.Note == "" {
			words = "you: " + words
		}
		who := env.Name(c.setup.Say, plain, api.Conversation{Contact: api.Contact{Name: f.Conversation.Name, Handle: f.Conversation.Handle}})
		t.add(text.Full(c.setup.Say, now, f.Message.At.In(now.Location())), who, plain.Line(f.Conversation.Channel), words, plain.Line(f.Conversation.ID))
	}
	return t.write(c.out, columns(c.out))
}
