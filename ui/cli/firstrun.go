package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
)

// canAsk reports whether a person is there who can be asked, and sees the question.
func canAsk() bool { return term.IsTerminal(os.Stdin.Fd()) && term.IsTerminal(os.Stdout.Fd()) }

// firstRun is a start without an account: it says why, and what there is to do. An account
// that is added is followed by the start for which it was added, so nobody has to know
// another command. Whoever leaves has changed nothing but what was said.
func (p program) firstRun(ctx context.Context, o liveOptions, why string) error {
	ask := p.asker(os.Stdout)
	ask.print("unibox shows the conversations of all accounts in one list, and answers them.\n%s\n", why)
	for added := 0; ; {
		begin := p.say.T("add an account: asks for what it needs, and tries it first")
		choices := []string{begin, p.say.T("look at it with invented customers; no account is needed (unibox demo)"), p.say.T("practise its keys on them, step by step (unibox demo --practice)"), p.say.T("leave")}
		if added > 0 {
			choices = []string{p.say.T("start unibox"), p.say.T("add one more account"), p.say.T("leave")}
		}
		i, err := ask.choose(ctx, ask.say.T("What now?"), choices)
		switch {
		case err != nil && added > 0:
			return nil // the account stays, as was said
		case err != nil:
			return err
		case i == len(choices)-1:
			return nil
		case added > 0 && i == 0:
			return p.live(ctx, o)
		case added == 0 && i > 0:
			return p.invented(ctx, o, i == 2)
		}
		switch err := perform(ctx, p.accountAddCommand(&o.config), "state", o.state); {
		case ctx.Err() != nil, errors.Is(err, errLeft) && added == 0:
			return errLeft
		case err != nil:
			fmt.Fprintln(ask.out, p.sentence(err))
		default:
			added++
		}
		fmt.Fprintln(ask.out)
	}
}

// invented runs the demo as it is without flags.
func (p program) invented(ctx context.Context, o liveOptions, practice bool) error {
	flags := []string{"screen-reader", fmt.Sprint(o.screenReader)}
	if practice {
		flags = append(flags, "practice", "true")
	} else {
		flags = append(flags, "read-only", fmt.Sprint(o.readOnly))
	}
	return perform(ctx, p.demoCommand(), flags...)
}

// perform runs a command with some flags, each a name and a value.
func perform(ctx context.Context, cmd *cobra.Command, flags ...string) error {
	cmd.SetContext(ctx)
	for i := 0; i < len(flags); i += 2 {
		if err := cmd.Flags().Set(flags[i], flags[i+1]); err != nil {
			return err
		}
	}
	return cmd.RunE(cmd, nil)
}
