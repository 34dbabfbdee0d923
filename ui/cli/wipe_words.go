package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"unibox/api"
	"unibox/state/outbox"
	"unibox/state/searches"
	"unibox/state/sqlite"
	"unibox/ui/env"
	"unibox/ui/text"
)

// describe says what will be removed.
func (w *wiper) describe(ctx context.Context, out io.Writer, db *sqlite.DB) error {
	h, err := db.Holdings(ctx, w.account)
	if err != nil {
		return err
	}
	what := "Everything that is stored"
	if w.account != "" {
		what = "What is stored of " + text.Mode{}.Line(string(w.account))
	}
	fmt.Fprintf(out, "%s in %s will be removed:\n", what, w.dir)
	fmt.Fprintf(out, "  %s with %s\n", count(h.Conversations, "conversation"), count(h.Messages, "message"))
	for _, part := range []struct {
		what, where string
		ids         []api.ConversationID
	}{{"draft", "", h.Drafts}, {"message", " in the outbox", h.Unsent}} {
		if n := len(part.ids); n > 0 {
			fmt.Fprintf(out, "  %s%s, to %s\n", count(n, part.what), part.where, names(ctx, db, part.ids))
		}
	}
	if h.Flags > 0 {
		fmt.Fprintf(out, "  the marks of %s (starred, snoozed, done, read …)\n", count(h.Flags, "conversation"))
	}
	if h.Notes > 0 {
		fmt.Fprintf(out, "  %s\n", count(h.Notes, "private note"))
	}
	if h.Labelled > 0 {
		fmt.Fprintf(out, "  the labels of %s\n", count(h.Labelled, "conversation"))
	}
	if h.Changes > 0 {
		fmt.Fprintf(out, "  %s that waits to be carried out\n", count(h.Changes, "change"))
	}
	return w.describeBeside(out, db)
}

// describeBeside says what goes with it.
func (w *wiper) describeBeside(out io.Writer, db *sqlite.DB) error {
	keys, err := outbox.Copies(w.copies())
	if err != nil {
		return err
	}
	others := 0
	if w.account != "" {
		needed, err := w.copiesOfOthers(db)
		if err != nil {
			return err
		}
		others = len(needed)
	}
	if n := len(keys) - others; n > 0 {
		fmt.Fprintf(out, "  our copies of the files of %s\n", count(n, "message"))
	}
	beside, err := w.beside()
	if n := len(beside); n > 0 {
		fmt.Fprintf(out, "  %s beside the store, with data of all accounts: snapshots, damaged files, logs, handovers\n", count(n, "file"))
	}
	made, failed := searches.Read(w.dir)
	if n := len(made); n > 0 {
		fmt.Fprintf(out, "  what was searched for, of which the account is not known: %d\n", n)
	}
	err = errors.Join(err, failed)
	fmt.Fprintln(out, "Downloads, the config, and what the platforms have are not touched.")
	return err
}

// named is how many conversations are named.
const named = 10

// names lists conversations as a person knows them, each once.
func names(ctx context.Context, db *sqlite.DB, ids []api.ConversationID) string {
	var out []string
	for _, id := range ids {
		name := id.Remote
		if row, err := db.Row(ctx, id); err == nil {
			name = env.Name(nil, text.Mode{}, row.Conversation)
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if more := len(out) - named; more > 0 {
		out = append(out[:named], fmt.Sprintf("%d more", more))
	}
	return strings.Join(out, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
