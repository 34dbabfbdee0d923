package script

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"unibox/state/events"
	"unibox/state/query"
)

func (s Setup) watch() *cobra.Command {
	c, since := &command{}, ""
	var only []string
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Fetch and send without a screen, and print what happens as lines of JSON",
		Long: s.Say.T("watch is a session without a screen: it fetches and sends while no other session does, runs\n"+
			"the hooks of the config, and prints a line of JSON for each event until it is interrupted:\n"+
			"%s. Beside a screen it prints what that one\n"+
			"does. With --read-only it sends nothing.", strings.Join(events.All, ", ")),
		Args: s.NoArgs,
	}
	s.Flags(cmd, &c.config, &c.state, &c.readOnly)
	cmd.Flags().StringSliceVar(&only, "only", nil, "print these `events` alone, such as new,failed")
	s.offer(cmd, "only", cobra.FixedCompletions(events.All, cobra.ShellCompDirectiveNoFileComp))
	cmd.Flags().StringVar(&since, "since", "", "print also what customers wrote since a `day` or a time, such as today or 2026-11-29T20:00:00Z")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c.setup, c.cmd, c.out = s, cmd, cmd.OutOrStdout()
		for _, event := range only {
			if !slices.Contains(events.All, event) {
				return exit(ExitUsage, "there is no event %q: there are %s", plain.Line(event), strings.Join(events.All, ", "))
			}
		}
		from, err := sinceWhen(since, time.Now())
		if err != nil {
			return err
		}
		return c.watch(cmd.Context(), from, only)
	}
	return cmd
}

// sinceWhen is the time that somebody typed, now for none.
func sinceWhen(typed string, now time.Time) (time.Time, error) {
	if typed == "" {
		return now, nil
	}
	if at, err := time.Parse(time.RFC3339, typed); err == nil {
		return at, nil
	}
	if day, ok := query.Day(typed, now); ok {
		return day, nil
	}
	return now, exit(ExitUsage, "--since is %q: it is a day such as 2026-11-01 or today, or a time such as 2026-11-29T20:00:00Z", plain.Line(typed))
}

// watch works and prints until ctx ends, or nobody reads what is printed.
func (c *command) watch(ctx context.Context, since time.Time, only []string) error {
	session, err := c.setup.Session(c.config, c.state)
	if err != nil {
		return err
	}
	for _, problem := range session.Problems {
		c.warn("%s", problem)
	}
	switch {
	case len(session.Config.Accounts) == 0 && len(session.Problems) > 0:
		return exit(ExitUsage, "no account of %s can be used: unibox config check lists what is wrong", c.config)
	case len(session.Config.Accounts) == 0:
		return exit(ExitUsage, "the config names no account that could be fetched: unibox account add adds one")
	}
	session.Config.UI.ReadOnly = session.Config.UI.ReadOnly || c.readOnly
	if c.Inbox, err = session.Open(ctx); err != nil {
		return err
	}
	c.News = func(sentence string) { c.warn("%s", sentence) }
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	printed := newPrinter(c.out, stop)
	go whenClosed(ctx, c.out, stop)
	err = c.Work(ctx, func(ctx context.Context) error {
		return events.Watch(ctx, c.DB, c.Feed, events.Since(since), func(e events.Event) {
			if len(only) == 0 || slices.Contains(only, e.Event) {
				printed.print(ctx, e)
			}
		})
	})
	if !printed.end() && ctx.Err() != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		c.warn("not everything was printed, because nobody read it")
	}
	switch cause := context.Cause(ctx); {
	case cause != nil && !errors.Is(cause, context.Canceled): // nobody reads any more
		err = cause
	case ctx.Err() != nil: // it was interrupted, which is how it ends
		err = nil
	}
	return errors.Join(err, c.Close())
}
