package cli

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"unibox/state"
	"unibox/state/config"
	"unibox/ui/app"
)

func (p program) doctorCommand() *cobra.Command {
	var o liveOptions
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look for what is wrong with config, accounts, state folder and terminal",
		Long: "doctor looks at everything that unibox depends on and says what to do about\n" +
			"what it finds. It exits with 1 if something is wrong. Secrets are tried and\n" +
			"never printed.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r := newReport(cmd.OutOrStdout())
			p.examine(cmd.Context(), r, o)
			return r.err()
		},
	}
	o.flags(cmd)
	return cmd
}

// examine reports on everything, whatever it finds on the way.
func (p program) examine(ctx context.Context, r *report, o liveOptions) {
	r.title("Program")
	r.add(good("%v", app.ThisBuild()))
	r.title("Config")
	c, findings := p.examineConfig(o.config)
	r.add(findings...)
	if len(c.Accounts) > 0 {
		r.title("Accounts")
		r.add(p.examineServers(ctx, c.Accounts)...)
		r.add(p.introduceAll(ctx, c.Accounts)...)
	}
	if c.Push != (config.Push{}) {
		r.title("Push")
		r.add(p.examinePush(ctx, c, o)...)
	}
	if c.Shared() {
		r.title("Team")
		r.add(examineFleet(ctx, c)...)
	}
	r.title("State")
	r.add(examineState(ctx, o.state)...)
	r.title("Terminal")
	r.add(examineTerminal(ctx)...)
	r.add(p.examineZone(time.Now()))
}

// examineZone says which time is shown.
func (p program) examineZone(now time.Time) finding {
	if p.zone != "" {
		return finding{doubtful, p.zone, "set TZ, or unset it for the machine's own"}
	}
	return good("it is %s here", now.Local().Format("15:04 MST"))
}

// problemFindings are the mistakes in a config; what holds although something is odd is doubtful.
func problemFindings(problems []config.Problem) (out []finding) {
	for _, p := range problems {
		verdict := wrong
		if p.Warning {
			verdict = doubtful
		}
		out = append(out, finding{verdict, p.String(), ""})
	}
	return out
}

// examineConfig reads the config and lists every mistake in it.
func (p program) examineConfig(path string) (config.Config, []finding) {
	c, problems, err := config.Load(path, p.platforms.Config())
	if errors.Is(err, fs.ErrNotExist) {
		if to := config.Dangling(path); to != "" {
			return c, []finding{{wrong, path + " is a link to " + to + ", which does not exist", "make that file, or remove the link; unibox account add makes it too"}}
		}
		return c, []finding{{wrong, "there is no config: " + path, "unibox account add makes one"}}
	}
	if err != nil {
		return c, []finding{{wrong, state.PlainError(err), "make it a file that you can read"}}
	}
	c.HideEnv()
	out := problemFindings(config.Sort(append(problems, app.Check(c, p.platforms)...)))
	switch len(c.Accounts) {
	case 0:
		return c, append(out, finding{wrong, path + " has no account that works", "unibox account add adds one"})
	case 1:
		return c, append(out, good("%s: 1 account", path))
	}
	return c, append(out, good("%s: %d accounts", path, len(c.Accounts)))
}
