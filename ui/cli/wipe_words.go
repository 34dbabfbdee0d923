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
	say := w.ask.say
	line := func(text string) { fmt.Fprintln(out, text) }
	if w.account == "" {
		line(say.T("Everything that is stored in %s will be removed:", w.dir))
	} else {
		line(say.T("What is stored of %s in %s will be removed:", text.Mode{}.Line(string(w.account)), w.dir))
	}
	line("  " + say.T("%s with %s", say.Plural(h.Conversations, "%d conversation", "%d conversations"), say.Plural(h.Messages, "%d message", "%d messages")))
	if n := len(h.Drafts); n > 0 {
		line("  " + say.Plural(n, "%d draft, to %s", "%d drafts, to %s", w.names(ctx, db, h.Drafts)))
	}
	if n := len(h.Unsent); n > 0 {
		line("  " + say.Plural(n, "%d message in the outbox, to %s", "%d messages in the outbox, to %s", w.names(ctx, db, h.Unsent)))
	}
	if h.Flags > 0 {
		line("  " + say.Plural(h.Flags, "the marks of %d conversation (starred, snoozed, done, read …)", "the marks of %d conversations (starred, snoozed, done, read …)"))
	}
	if h.Notes > 0 {
		line("  " + say.Plural(h.Notes, "%d private note", "%d private notes"))
	}
	if h.Labelled > 0 {
		line("  " + say.Plural(h.Labelled, "the labels of %d conversation", "the labels of %d conversations"))
	}
	if h.Changes > 0 {
		line("  " + say.Plural(h.Changes, "%d change that waits to be carried out", "%d changes that wait to be carried out"))
	}
	return w.describeBeside(out, db)
}

// describeBeside says what goes with it.
func (w *wiper) describeBeside(out io.Writer, db *sqlite.DB) error {
	say := w.ask.say
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
		fmt.Fprintln(out, "  "+say.Plural(n, "our copies of the files of %d message", "our copies of the files of %d messages"))
	}
	beside, err := w.beside()
	if n := len(beside); n > 0 {
		fmt.Fprintln(out, "  "+say.Plural(n, "%d file beside the store, with data of all accounts: snapshots, damaged files, logs, handovers", "%d files beside the store, with data of all accounts: snapshots, damaged files, logs, handovers"))
	}
	made, failed := searches.Read(w.dir)
	if n := len(made); n > 0 {
		fmt.Fprintln(out, "  "+say.T("what was searched for, of which the account is not known: %d", n))
	}
	err = errors.Join(err, failed)
	fmt.Fprintln(out, say.T("Downloads, the config, and what the platforms have are not touched."))
	return err
}

// named is how many conversations are named.
const named = 10

// names lists conversations as a person knows them, each once.
func (w *wiper) names(ctx context.Context, db *sqlite.DB, ids []api.ConversationID) string {
	var out []string
	for _, id := range ids {
		name := id.Remote
		if row, err := db.Row(ctx, id); err == nil {
			name = env.Name(w.ask.say, text.Mode{}, row.Conversation)
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if more := len(out) - named; more > 0 {
		out = append(out[:named], w.ask.say.T("%d more", more))
	}
	return strings.Join(out, ", ")
}
