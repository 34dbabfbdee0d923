package cli

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"unibox/state/config"
	"unibox/ui/app"
	"unibox/ui/catalog"
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
			r := p.newReport(cmd.OutOrStdout())
			p.examine(cmd.Context(), r, o)
			return r.err()
		},
	}
	o.flags(cmd)
	return cmd
}

// examine reports on everything, whatever it finds on the way.
func (p program) examine(ctx context.Context, r *report, o liveOptions) {
	r.title(catalog.Text("Program"))
	r.add(good("%v", app.ThisBuild()))
	r.title(catalog.Text("Config"))
	c, findings := p.examineConfig(o.config)
	r.add(findings...)
	if len(c.Accounts) > 0 {
		r.title(catalog.Text("Accounts"))
		r.add(p.examineServers(ctx, c.Accounts)...)
		r.add(p.introduceAll(ctx, c.Accounts)...)
	}
	if c.Push != (config.Push{}) {
		r.title(catalog.Text("Push"))
		r.add(p.examinePush(ctx, c, o)...)
	}
	if len(c.Hooks.Run) > 0 {
		r.title(catalog.Text("Hooks"))
		r.add(examineHooks(c.Hooks, o.state)...)
	}
	if c.Shared() {
		r.title(catalog.Text("Team"))
		r.add(examineFleet(ctx, c)...)
	}
	if len(c.Agents) > 0 {
		r.title(catalog.Text("Agents"))
		r.add(examineAgents(c, o.state, beside(xdg.Home, "HOME", ".ssh", "authorized_keys"))...)
	}
	r.title(catalog.Text("State"))
	r.add(examineState(ctx, o.state)...)
	r.title(catalog.Text("Terminal"))
	r.add(examineTerminal(ctx)...)
	r.add(p.examineZone(time.Now()))
}

// examineZone says which time is shown.
func (p program) examineZone(now time.Time) finding {
	if p.zone.String() != "" {
		return finding{doubtful, p.zone, catalog.Say("set TZ, or unset it for the machine's own")}
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
		out = append(out, finding{verdict, catalog.Below(p.String()), catalog.Message{}})
	}
	return out
}

// examineConfig reads the config and lists every mistake in it.
func (p program) examineConfig(path string) (config.Config, []finding) {
	c, problems, err := config.Load(path, p.platforms.Config())
	if errors.Is(err, fs.ErrNotExist) {
		if to := config.Dangling(path); to != "" {
			return c, []finding{{wrong, catalog.Say("%s is a link to %s, which does not exist", path, to), catalog.Say("make that file, or remove the link; unibox account add makes it too")}}
		}
		return c, []finding{{wrong, catalog.Say("there is no config: %s", path), catalog.Say("unibox account add makes one")}}
	}
	if err != nil {
		return c, []finding{{wrong, catalog.Say("%s", err), catalog.Say("make it a file that you can read")}}
	}
	c.HideEnv()
	out := problemFindings(config.Sort(append(problems, app.Check(c, p.platforms)...)))
	if len(c.Accounts) == 0 {
		return c, append(out, finding{wrong, catalog.Say("%s has no account that works", path), catalog.Say("unibox account add adds one")})
	}
	return c, append(out, finding{says: catalog.Count(len(c.Accounts), "%[2]s: %[1]d account", "%[2]s: %[1]d accounts", path)})
}
