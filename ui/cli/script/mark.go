package script

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
	"unibox/state/record"
	"unibox/ui/catalog"
	"unibox/ui/text"
	"unibox/ui/when"
)

// marks makes a command that changes one conversation. Each prints the conversation as it is
// then with --json. What change does beside finding out goes through effect, so that with
// --dry-run nothing is done.
func (s Setup) marks(c *command, cmd *cobra.Command, change func(ctx context.Context, row state.Row, args []string) (did catalog.Message, err error)) *cobra.Command {
	c.jsonFlag(cmd)
	c.dryFlag(cmd)
	c.completes(cmd)
	return s.make(c, cmd, func(ctx context.Context, args []string) error {
		if err := c.writes(); err != nil {
			return err
		}
		row, err := c.conversation(ctx, args[0])
		if err != nil {
			return err
		}
		did, err := change(ctx, row, args[1:])
		if err != nil {
			return err
		}
		switch {
		case c.json:
		case c.dry:
			c.say("Nothing was done. Without --dry-run: %s %s", described(row), did)
			return nil
		default:
			c.say("%s %s", described(row), did)
			return nil
		}
		now, err := c.Row(ctx, row.Conversation.ID)
		if err != nil {
			return err
		}
		return c.print(marked{record.Schema, did.String(), c.dry, record.Of(now)})
	})
}

// marked is the answer of the commands that change one conversation.
type marked struct {
	Schema int    `json:"schema"`
	Did    string `json:"did"`
	// DryRun: nothing was done, and did is what would have been.
	DryRun       bool                `json:"dry_run,omitempty"`
	Conversation record.Conversation `json:"conversation"`
}

func (s Setup) note() *cobra.Command {
	c := &command{}
	return s.marks(c, &cobra.Command{
		Use:   "note CONVERSATION [TEXT | -]",
		Short: "Write a private note about a conversation, which is never sent",
		Args:  oneConversation(0),
	}, func(ctx context.Context, row state.Row, args []string) (catalog.Message, error) {
		body, err := typed(c.cmd, args)
		if err != nil {
			return catalog.Message{}, err
		}
		body = strings.TrimRight(text.Safe(body), " \n")
		if why := note.Wrong(body); why != "" {
			return catalog.Message{}, exit(ExitUsage, "%s", why)
		}
		known, err := c.NoteAuthors(ctx)
		if err != nil {
			return catalog.Message{}, err
		}
		for _, a := range c.Config().Agents {
			known = append(known, a.Name)
		}
		return catalog.Say("has a new private note"), c.effect(func() error {
			return c.AddNote(ctx, note.New(row.Conversation.ID, c.Me(), body, time.Now()), note.Names(body, known))
		})
	})
}

func (s Setup) snooze() *cobra.Command {
	c, firm, silent, promise, end, whom := &command{}, false, false, false, false, ""
	cmd := &cobra.Command{
		Use:   "snooze CONVERSATION TIME",
		Short: "Put a conversation off, until a time such as \"tomorrow 9\"",
		Long:  s.Say.T("snooze puts a conversation off: %s.\nIt is kept on this machine, and ends when the customer writes, unless a flag says otherwise.", s.Say.Of(when.Example)),
		Args:  oneConversation(0),
	}
	f := cmd.Flags()
	f.BoolVar(&firm, "firm", false, "a bare \"thanks\" does not end it")
	f.BoolVar(&silent, "if-silent", false, "it comes back only if the customer has written nothing until then")
	f.BoolVar(&promise, "remind", false, "it comes back then, whatever is written until then")
	f.BoolVar(&end, "end", false, "end the snooze instead")
	f.StringVar(&whom, "for", "", "for `whom`: me, an agent alone, or all (default: all; with --end, as it was snoozed)")
	cmd.MarkFlagsMutuallyExclusive("firm", "if-silent", "remind", "end")
	return s.marks(c, cmd, func(ctx context.Context, row state.Row, args []string) (catalog.Message, error) {
		kind := state.SnoozePlain
		switch {
		case end && len(args) > 0:
			return catalog.Message{}, exit(ExitUsage, "--end ends the snooze now: leave out the time, or --end")
		case firm:
			kind = state.SnoozeFirm
		case silent:
			kind = state.SnoozeSilent
		case promise:
			kind = state.SnoozePromise
		}
		var until time.Time
		if !end {
			var err error
			if until, err = when.Parse(c.setup.Say, strings.Join(args, " "), time.Now()); err != nil {
				return catalog.Message{}, &Exit{ExitUsage, err}
			}
		}
		of, err := c.snoozesFor(row, whom, end)
		if err != nil {
			return catalog.Message{}, err
		}
		return c.putOff(ctx, row, until, kind, of)
	})
}

// snoozesFor is the agent for whom alone a conversation is put off, empty for all.
func (c *command) snoozesFor(row state.Row, whom string, end bool) (string, error) {
	agent, is := c.Agent()
	switch {
	case whom == "" && end:
		return row.PutOff.For, nil
	case whom == "", whom == "all":
		return "", nil
	case whom != "me":
		return "", exit(ExitUsage, "--for is me or all, not %q", plain.Line(whom))
	case !is:
		return "", exit(ExitUsage, "--for me is for agents, by --agent: what you put off is put off for all")
	}
	return agent.Name, nil
}

// putOff snoozes a conversation, or ends that with a zero time; once a reply that is on its way
// is sent.
func (c *command) putOff(ctx context.Context, row state.Row, until time.Time, kind state.SnoozeKind, of string) (catalog.Message, error) {
	id := row.Conversation.ID
	w := state.WhenSent{Snoozed: until, SnoozeKind: kind, SnoozeFor: of, Seen: row.Newest}
	did := catalog.Say("is snoozed until %s", text.Full(c.setup.Say, time.Now(), until))
	if of != "" {
		did = catalog.Say("is snoozed until %s for you alone", text.Full(c.setup.Say, time.Now(), until))
	}
	if until.IsZero() {
		w, did = state.WhenSent{}, catalog.Say("is no longer snoozed")
	} else if row.NotOut() {
		return catalog.Message{}, exit(ExitFailed, "%s: a reply is not out, decide about it first (Q in unibox)", described(row))
	}
	bound, err := c.whenSent(ctx, row, w)
	switch {
	case err != nil:
		return catalog.Message{}, err
	case bound && !until.IsZero():
		return catalog.Say("is snoozed until %s, once the reply on its way is sent", text.Full(c.setup.Say, time.Now(), until)), nil
	}
	return did, c.setFlags(ctx, id, state.FlagChange{Snoozed: api.Known(until), SnoozeKind: kind, For: of, Seen: api.Known(row.Newest)})
}

// whenSent binds what is to happen to a conversation to a reply that is on its way, and
// reports whether there is one.
func (c *command) whenSent(ctx context.Context, row state.Row, w state.WhenSent) (bound bool, err error) {
	if c.dry {
		return row.Pending > 0 && w != (state.WhenSent{}), nil
	}
	return c.Outbox.WhenSent(ctx, row.Conversation.ID, w)
}

func (c *command) setFlags(ctx context.Context, id api.ConversationID, change state.FlagChange) error {
	return c.effect(func() error { return c.SetFlags(ctx, id, change) })
}

func (s Setup) done() *cobra.Command {
	c, undo := &command{}, false
	cmd := &cobra.Command{
		Use:   "done CONVERSATION",
		Short: "Be done with a conversation, as the key e is",
		Long: "done takes a conversation out of the queues: closed or archived at the platform where it has\n" +
			"such a thing, or else marked on this machine until the customer writes again. Where a reply\n" +
			"is on its way, it waits for that. Where another session works (a screen, or unibox watch),\n" +
			"that one asks the platform, and done returns at once: it says that it is asked for, no more.",
		Args: oneConversation(1),
	}
	cmd.Flags().BoolVar(&undo, "undo", false, "take it back")
	return s.marks(c, cmd, func(ctx context.Context, row state.Row, _ []string) (catalog.Message, error) {
		if undo {
			return c.unDone(ctx, row)
		}
		return c.beDone(ctx, row)
	})
}

// doneCap is what done means at the platform, 0 for a flag of this machine.
func (c *command) doneCap(row state.Row) api.Caps {
	caps := c.Account(row.Conversation.ID.Account).Caps
	for _, ability := range []api.Caps{api.CapClose, api.CapArchive} {
		if caps.Has(ability) {
			return ability
		}
	}
	return 0
}

// doneWish is what "done" does once a reply is sent.
func (c *command) doneWish(row state.Row) state.WhenSent {
	ability := c.doneCap(row)
	return state.WhenSent{Cap: ability, Done: ability != api.CapClose, Seen: row.Newest}
}

func (c *command) beDone(ctx context.Context, row state.Row) (catalog.Message, error) {
	id, w := row.Conversation.ID, c.doneWish(row)
	if row.NotOut() {
		return catalog.Message{}, exit(ExitFailed, "%s: a reply is not out, decide about it first (Q in unibox)", described(row))
	}
	bound, err := c.whenSent(ctx, row, w)
	if err != nil || bound {
		return catalog.Say("is done, once the reply on its way is sent"), err
	}
	change := state.FlagChange{Done: api.Known(true), Seen: api.Known(row.Newest)}
	if w.Cap == api.CapClose {
		change = state.FlagChange{Handled: true, Seen: api.Known(row.Newest)}
	}
	if err := c.setFlags(ctx, id, change); err != nil || w.Cap == 0 {
		return catalog.Say("is done until they write again (on this machine)"), err
	}
	return c.change(ctx, state.Change{Conversation: id, Cap: w.Cap, On: true}, map[api.Caps]catalog.Message{api.CapClose: catalog.Say("is closed, for everyone"), api.CapArchive: catalog.Say("is archived")}[w.Cap])
}

func (c *command) unDone(ctx context.Context, row state.Row) (catalog.Message, error) {
	id, ability := row.Conversation.ID, c.doneCap(row)
	if row.WhenSent.Pending() {
		if _, err := c.whenSent(ctx, row, state.WhenSent{}); err != nil {
			return catalog.Message{}, err
		}
	}
	if err := c.setFlags(ctx, id, state.FlagChange{Done: api.Known(false), Seen: api.Known(row.Newest)}); err != nil || ability == 0 {
		return catalog.Say("is not done any more"), err
	}
	return c.change(ctx, state.Change{Conversation: id, Cap: ability}, catalog.Say("is not done any more"))
}

// carriedWithin is how long a change is waited for where this command carries it out.
const carriedWithin = 30 * time.Second

// change asks a platform for a change, and carries it out where nobody else does.
func (c *command) change(ctx context.Context, ch state.Change, did catalog.Message) (catalog.Message, error) {
	worker, there, err := c.Worker(ctx)
	if err != nil {
		return catalog.Message{}, err
	}
	if there {
		did = asked(ch, worker.Who)
	}
	if c.dry {
		return did, nil
	}
	if err := c.Changes.Submit(ctx, ch); err != nil || there {
		return did, err
	}
	limited, cancel := context.WithTimeout(ctx, carriedWithin)
	defer cancel()
	err = c.Deliver(limited, ch.Conversation.Account, func(ctx context.Context) error { return c.carried(ctx, ch) })
	if err != nil && ctx.Err() == nil {
		return did, catalog.Errorf("asked for, and not carried out yet: %w", err)
	}
	return did, err
}

// asked says of a change that another session asks the platform for it: nobody knows yet whether it
// agrees.
func asked(ch state.Change, who string) catalog.Message {
	switch {
	case !ch.On:
		return catalog.Say("is to be open again: the session of %s asks the platform", who)
	case ch.Cap == api.CapClose:
		return catalog.Say("is to be closed, for everyone: the session of %s asks the platform", who)
	}
	return catalog.Say("is to be archived: the session of %s asks the platform", who)
}

// carried waits until nothing of a change is left to do.
func (c *command) carried(ctx context.Context, ch state.Change) error {
	sub := c.Feed.Subscribe()
	defer sub.Close()
	for {
		all, err := c.Inbox.DB.Changes(ctx, ch.Conversation.Account)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(has state.Change) bool { return has.Same(ch) && (has.Waits() || has.Refused) })
		if i < 0 {
			return nil
		}
		if all[i].Refused {
			return exit(ExitFailed, "the platform refused it: %s", catalog.Below(plain.Line(all[i].Reason)))
		}
		if _, err := sub.Next(ctx); err != nil {
			return err
		}
	}
}

func (s Setup) label() *cobra.Command {
	c, remove := &command{}, []string{}
	cmd := &cobra.Command{
		Use:   "label CONVERSATION [LABEL…]",
		Short: "Put labels on a conversation; --remove takes one off",
		Args:  oneConversation(0),
	}
	cmd.Flags().StringArrayVar(&remove, "remove", nil, "take this `label` off; may be repeated")
	c.completesFlag(s, cmd, "remove", func(ctx context.Context, _ string) ([]string, error) { return c.labels(ctx) })
	s.marks(c, cmd, func(ctx context.Context, row state.Row, args []string) (catalog.Message, error) {
		var add, off []string
		for _, l := range []struct {
			from []string
			to   *[]string
		}{{args, &add}, {remove, &off}} {
			for _, name := range l.from {
				clean, err := state.CleanLabel(name)
				if err != nil {
					return catalog.Message{}, exit(ExitUsage, "%q: %w", plain.Line(name), err)
				}
				*l.to = append(*l.to, clean)
			}
		}
		if len(add)+len(off) == 0 {
			return catalog.Message{}, exit(ExitUsage, "say which label: %s", c.cmd.UseLine())
		}
		return labelled(add, off), c.effect(func() error { return c.SetLabels(ctx, row.Conversation.ID, add, off) })
	})
	c.completesThen(cmd, c.labels)
	return cmd
}

func (s Setup) draft() *cobra.Command {
	c, replace := &command{}, false
	cmd := &cobra.Command{
		Use:   "draft CONVERSATION [TEXT | -]",
		Short: "Store a draft, for an agent to look at and send",
		Long: "draft stores what is to be answered, as if it were typed into the reply box, and sends nothing.\n" +
			"unibox send --draft sends it. A draft that somebody has begun is not replaced.",
		Args: oneConversation(0),
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "replace a draft that is there, with its files, its quote and its time")
	return s.marks(c, cmd, func(ctx context.Context, row state.Row, args []string) (catalog.Message, error) {
		body, err := typed(c.cmd, args)
		if err != nil {
			return catalog.Message{}, err
		}
		d, err := c.Draft(ctx, row.Conversation.ID)
		if err != nil {
			return catalog.Message{}, err
		}
		if body = text.Safe(body); strings.TrimSpace(body) == "" {
			return catalog.Message{}, exit(ExitUsage, "a draft has a text")
		}
		if !d.Empty() && d.Body != body && !replace {
			return catalog.Message{}, exit(ExitFailed, "%s has a draft already: --replace replaces it", described(row))
		}
		did := catalog.Say("has a draft")
		if !d.Empty() && replace { // all of it is thrown away, not its text alone
			did = replaced(d)
			d = state.Draft{Conversation: d.Conversation, Rev: d.Rev}
		}
		d.Body, d.Edited = body, time.Now()
		return did, c.effect(func() error {
			_, err := c.SaveDraft(ctx, d)
			return err
		})
	})
}

// replaced says what is thrown away with a draft beside its text.
func replaced(d state.Draft) catalog.Message {
	if n := len(d.Files); n > 0 {
		return catalog.Count(n, "has a draft, in place of another with %d file", "has a draft, in place of another with %d files")
	}
	return catalog.Say("has a draft, in place of another")
}

// labelled says which labels a conversation got and lost.
func labelled(add, off []string) catalog.Message {
	on, gone := catalog.Say("is labelled %s", hashed(add)), catalog.Say("is no longer labelled %s", hashed(off))
	switch {
	case len(off) == 0:
		return on
	case len(add) == 0:
		return gone
	}
	return catalog.Say("%s, %s", on, gone)
}

func hashed(labels []string) string { return "#" + strings.Join(labels, ", #") }
