package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/state/config"
	"unibox/state/push"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/text"
)

// usualListen is where events are received if the config does not say.
const usualListen = "127.0.0.1:8787"

type hookOptions struct {
	liveOptions
	show, register, secret, yes bool
	// dry: it is only to be said what would be registered.
	dry bool
}

func (p program) hookCommand() *cobra.Command {
	var o hookOptions
	cmd := &cobra.Command{
		Use:   "hook [NAME]",
		Short: "Receive what platforms send by themselves, and set that up",
		Long: "hook receives events of the platforms and keeps them for unibox, on a machine where\n" +
			"that does not always run; otherwise listen in [push] of the config does the same\n" +
			"inside it. Events come to an address of this machine alone: state/push/README.md says\n" +
			"how a web server or a tunnel passes them on.\n\n" +
			"--show prints the address of each account, which is a secret. --register tells the\n" +
			"platforms, and asks before it takes the place of somebody else's. --secret asks for what\n" +
			"a platform signs with where no call returns it.",
		Args: oneArg("NAME", false),
		RunE: func(cmd *cobra.Command, args []string) error { return p.hook(cmd, o, args) },
	}
	o.flags(cmd)
	cmd.Flags().BoolVar(&o.show, "show", false, "print the addresses")
	cmd.Flags().BoolVar(&o.register, "register", false, "tell the platforms the addresses")
	cmd.Flags().BoolVar(&o.secret, "secret", false, "ask for the secret of the account NAME")
	cmd.Flags().BoolVar(&o.yes, "yes", false, "with --register, take the place of another address, and pass events on to it, without asking")
	dryFlag(cmd, &o.dry)
	cmd.MarkFlagsMutuallyExclusive("show", "register", "secret")
	return cmd
}

func (p program) hook(cmd *cobra.Command, o hookOptions, names []string) error {
	c, problems, err := p.load(o.config)
	if err != nil {
		return err
	}
	for _, problem := range problems {
		fmt.Fprintln(cmd.ErrOrStderr(), text.Mode{}.Line(problem.String()))
	}
	h := hooks{program: p, hookOptions: o, config: c, ask: p.asker(cmd.OutOrStdout())}
	h.accounts = slices.DeleteFunc(slices.Clone(c.Accounts), func(a config.Account) bool { return len(names) > 0 && a.Name != names[0] })
	ctx := cmd.Context()
	switch {
	case len(h.accounts) == 0 && len(names) > 0:
		return catalog.Errorf("%s has no account %q; unibox account list shows them", o.config, names[0])
	case len(h.accounts) == 0 && len(problems) > 0:
		return catalog.Errorf("no account of %s can be used: unibox config check lists what is wrong", o.config)
	case len(h.accounts) == 0:
		return catalog.Errorf("%s names no account; add one with unibox account add", o.config)
	case o.dry && !o.register:
		return usage(catalog.Errorf("--dry-run goes with --register"))
	case o.secret && len(names) == 0:
		return usage(catalog.Errorf("say of which account: unibox hook --secret NAME"))
	case o.secret:
		return h.askSecret(ctx, h.accounts[0])
	case o.show:
		return h.print(ctx)
	case o.register:
		return h.registerAll(ctx)
	case len(names) > 0:
		return usage(catalog.Errorf("events are received for all accounts; NAME goes with --show, --register and --secret"))
	}
	return h.serve(ctx, cmd.ErrOrStderr())
}

// hooks is what the command works on.
type hooks struct {
	program
	hookOptions
	config   config.Config
	accounts []config.Account
	ask      asker
}

// listen is where events are received.
func (h hooks) listen() string {
	if at := h.config.Push.Listen; at != "" {
		return at
	}
	return usualListen
}

// serve receives events until ctx ends.
func (h hooks) serve(ctx context.Context, problems io.Writer) error {
	log := slog.New(slog.NewTextHandler(problems, &slog.HandlerOptions{Level: slog.LevelWarn}))
	accounts := h.platforms.Pushed(h.config.Accounts)
	h.ask.print("Events of %d accounts are received on %s, and kept in %s.", len(accounts), h.listen(), text.Mode{}.Line(h.state))
	err := app.Listen(ctx, h.state, h.listen(), accounts, log)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// push is what the platform of an account sends.
func (h hooks) push(a config.Account) api.Push {
	platform, _ := h.platforms.Find(a.Platform)
	return platform.Push
}

// print prints the addresses, and what is still to be done.
func (h hooks) print(context.Context) error {
	w := tabwriter.NewWriter(h.ask.out, 0, 0, 2, ' ', 0)
	say := h.ask.say
	fmt.Fprintln(w, strings.Join([]string{say.T("NAME"), say.T("ADDRESS"), say.T("REGISTERED"), say.T("SIGNED")}, "\t"))
	for _, a := range h.accounts {
		at, err := push.AddressesIn(h.state).Of(api.AccountID(a.Name))
		if err != nil {
			return err
		}
		registered, signed := say.T("not by unibox"), say.In("whether it is signed", "no")
		if at.Registered != "" {
			registered = say.In("whether an address is registered", "yes")
		}
		if at.Registered != "" && at.Registered != at.Whole(h.config.Push.Address) {
			registered = say.T("as %s", at.Registered)
		}
		if h.push(a).Signature != "" {
			signed = say.In("whether it is signed", "yes")
			if len(at.Secrets) == 0 {
				signed = say.T("yes, but its secret is missing: unibox hook --register, or --secret")
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", text.Mode{}.Line(a.Name), at.Whole(h.config.Push.Address), text.Mode{}.Line(registered), signed)
	}
	return w.Flush()
}

// askSecret asks for what the platform of an account signs with.
func (h hooks) askSecret(ctx context.Context, a config.Account) error {
	if h.push(a).Signature == "" {
		return catalog.Errorf("the platform of %s does not sign what it sends", a.Name)
	}
	secret, err := h.readSecret(ctx)
	if err != nil {
		return err
	}
	err = push.AddressesIn(h.state).Change(api.AccountID(a.Name), func(at *push.Address) { at.Secrets = []string{secret} })
	if err == nil {
		err = h.ask.print("What %q signs with is kept in %s.", a.Name, text.Mode{}.Line(h.state))
	}
	return err
}

// readSecret asks unseen, or reads a line where there is nobody to ask.
func (h hooks) readSecret(ctx context.Context) (string, error) {
	if h.ask.present() {
		return h.ask.secret(ctx, h.ask.say.T("The secret"))
	}
	line, err := readLine(h.ask.in)
	if line = strings.TrimSpace(line); line == "" {
		return "", errors.Join(catalog.Errorf("there is no secret on standard input"), err)
	}
	return line, nil
}

// hookLine is a command line about an account, as a person types it.
func hookLine(flag string, a config.Account) string {
	name := a.Name
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		name = "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
	}
	return "unibox hook " + flag + " " + name
}
