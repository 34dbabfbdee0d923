package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"unibox/state/config"
	"unibox/ui/catalog"
	"unibox/ui/text"
)

func (p program) accountCommand() *cobra.Command {
	path := ""
	cmd := &cobra.Command{
		Use:   "account",
		Short: "Add, list, test, move and remove accounts of the config",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage(catalog.Errorf("say what to do: unibox account add, list, test, move or remove"))
		},
	}
	addPath(cmd.PersistentFlags(), &path, "config", beside(config.Path(), "XDG_CONFIG_HOME"), "the config `file`")
	cmd.AddCommand(p.accountAddCommand(&path), p.accountListCommand(&path), p.accountTestCommand(&path), p.accountMoveCommand(&path), p.accountRemoveCommand(&path))
	return cmd
}

func (p program) accountListCommand(path *string) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Print the accounts, and where their secrets come from",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, problems, err := p.load(*path)
			if err != nil {
				return err
			}
			for _, problem := range problems {
				fmt.Fprintln(cmd.ErrOrStderr(), text.Mode{}.Line(problem.String()))
			}
			return p.list(cmd.OutOrStdout(), c.Accounts)
		},
	}
}

func (p program) accountTestCommand(path *string) *cobra.Command {
	return &cobra.Command{
		Use:   "test [NAME]",
		Short: "Ask each platform who we are; fails if one of them does not say",
		Args:  oneArg("NAME", false),
		RunE: func(cmd *cobra.Command, args []string) error {
			r := p.newReport(cmd.OutOrStdout())
			if err := p.testAccounts(cmd.Context(), r, *path, args); err != nil {
				return err
			}
			return r.err()
		},
	}
}

func (p program) accountRemoveCommand(path *string) *cobra.Command {
	yes, dry := false, false
	cmd := &cobra.Command{
		Use:   "remove NAME",
		Short: "Take an account out of the config",
		Args:  oneArg("NAME", true),
		RunE: func(cmd *cobra.Command, args []string) error {
			return removeAccount(cmd.Context(), p.asker(cmd.OutOrStdout()), *path, args[0], yes, dry)
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	dryFlag(cmd, &dry)
	return cmd
}

// load reads the config, or says how to begin.
func (p program) load(path string) (config.Config, []config.Problem, error) {
	c, problems, err := config.Load(path, p.platforms.Config())
	if errors.Is(err, fs.ErrNotExist) {
		err = noConfig(path)
	}
	c.HideEnv()
	return c, problems, err
}

func (p program) list(out io.Writer, accounts []config.Account) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, p.say.T("NAME\tPLATFORM\tBASE URL\tSIGNS IN WITH"))
	for _, a := range accounts {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", text.Mode{}.Line(a.Name), a.Platform, p.platforms.Server(a), p.say.Said(credential(a)))
	}
	return w.Flush()
}

// credential says what opens the account, without the secret.
func credential(a config.Account) catalog.Message {
	if a.User != "" {
		return catalog.Say("%s and the password from %s", text.Mode{}.Line(a.User), a.Password)
	}
	return catalog.Say("the token from %s", a.Token)
}

// testAccounts asks the platforms of all accounts who we are, or of those of
// the given names.
func (p program) testAccounts(ctx context.Context, r *report, path string, names []string) error {
	c, problems, err := p.load(path)
	if err != nil {
		return err
	}
	problems = slices.DeleteFunc(problems, func(p config.Problem) bool { return len(names) > 0 && !slices.Contains(names, p.Account) })
	accounts := slices.DeleteFunc(c.Accounts, func(a config.Account) bool { return len(names) > 0 && !slices.Contains(names, a.Name) })
	if len(accounts)+len(problems) == 0 {
		return catalog.Errorf("%s has no account %q; unibox account list shows them", path, strings.Join(names, ""))
	}
	for _, problem := range problems {
		r.add(finding{wrong, catalog.Below(problem.String()), catalog.Message{}})
	}
	r.add(p.introduceAll(ctx, accounts)...)
	return nil
}

// introduceAll asks all platforms at the same time. Its findings are in the order
// of the accounts.
func (p program) introduceAll(ctx context.Context, accounts []config.Account) []finding {
	out := make([]finding, len(accounts))
	var wg sync.WaitGroup
	for i, a := range accounts {
		wg.Go(func() { out[i] = p.introduce(ctx, a) })
	}
	wg.Wait()
	return out
}

func removeAccount(ctx context.Context, ask asker, path, name string, yes, dry bool) error {
	edit, err := config.Remove(path, name)
	if err != nil {
		return err
	}
	if dry {
		return ask.print("Nothing was done. Without --dry-run: %s is taken out of %s.", text.Mode{}.Line(name), text.Mode{}.Line(path))
	}
	if !yes {
		if err := ask.confirmName(ctx, name); err != nil {
			return err
		}
	}
	if err := edit.Write(); err != nil {
		return err
	}
	sayNote(ask.out, edit)
	err = ask.print("%s is no longer in %s. What was kept of it stays in the state folder.", text.Mode{}.Line(name), text.Mode{}.Line(path))
	return err
}

// sayNote says what a person has to know of an edit that is written.
func sayNote(out io.Writer, edit config.Edit) {
	if note := edit.Note(); note != "" {
		fmt.Fprintln(out, note)
	}
}

// quiet logs nothing: these commands say what happened themselves.
var quiet = slog.New(slog.DiscardHandler)
