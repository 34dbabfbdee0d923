package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"unibox/state"
	"unibox/state/config"
	"unibox/state/postgres"
	"unibox/state/sqlite"
	"unibox/state/sqlite/copied"
	"unibox/ui/app"
	"unibox/ui/catalog"
)

func (p program) fleetCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fleet",
		Short: "Share drafts, messages and marks with other boxes, in a PostgreSQL database",
		Long: "Several boxes that answer the same customers share one PostgreSQL database, which\n" +
			"[fleet] in the config names. fleet check looks at it, fleet join takes this box into\n" +
			"the team, fleet leave takes it out again.",
		Args: noArgs,
	}
	cmd.AddCommand(p.fleetCheckCommand(), p.fleetJoinCommand(), p.fleetLeaveCommand())
	return cmd
}

// fleetOptions say which config, and which store.
type fleetOptions struct{ config, state string }

func configFlag(cmd *cobra.Command, into *string) {
	addPath(cmd.Flags(), into, "config", beside(config.Path(), "XDG_CONFIG_HOME"), "the config `file`")
}

func (o *fleetOptions) flags(cmd *cobra.Command) {
	configFlag(cmd, &o.config)
	stateFlag(cmd, &o.state)
}

func (p program) fleetCheckCommand() *cobra.Command {
	var o fleetOptions
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Look whether the team's database does what is needed of it",
		Long: "check looks at the version of the database, the rights of its user, whether notices\n" +
			"arrive, whether commits are durable, and the clock. It changes nothing.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := p.fleetConfig(o.config)
			if err != nil {
				return err
			}
			r := p.newReport(cmd.OutOrStdout())
			r.add(examineFleet(cmd.Context(), c)...)
			return r.err()
		},
	}
	configFlag(cmd, &o.config)
	return cmd
}

// fleetConfig reads a config that has [fleet].
func (p program) fleetConfig(path string) (config.Config, error) {
	c, _, err := p.load(path)
	if err != nil {
		return c, err
	}
	if !c.Shared() {
		return c, usage(catalog.Errorf("%s names no database: add [fleet] with database_command, which prints how it is reached", path))
	}
	return c, nil
}

// examineFleet says what is wrong with the team's database.
func examineFleet(ctx context.Context, c config.Config) (out []finding) {
	database, err := c.Fleet.Database.Read(ctx)
	if err != nil {
		return []finding{{wrong, catalog.Say("the team's database: %s", err), catalog.Say("fix [fleet] in the config")}}
	}
	found, err := postgres.Check(ctx, database)
	for _, f := range found {
		verdict := fine
		switch {
		case f.Wrong:
			verdict = wrong
		case f.Todo != "":
			verdict = doubtful
		}
		out = append(out, finding{verdict, catalog.Below(f.Says), catalog.Below(f.Todo)})
	}
	if err != nil {
		out = append(out, finding{wrong, catalog.Say("%s", err), catalog.Message{}})
	}
	return out
}

func (p program) fleetJoinCommand() *cobra.Command {
	var o fleetOptions
	dry := false
	cmd := &cobra.Command{
		Use:   "join",
		Short: "Take what this box holds into the team",
		Long: "join brings the drafts, messages, changes, marks, labels and notes of this box into\n" +
			"the team's database. Two drafts of one conversation become one text. A message that\n" +
			"was on its way is marked as uncertain. Nothing is sent by it. Run it once on each box\n" +
			"that was used before; an empty one joins by itself. If it is interrupted, run it again:\n" +
			"it goes on where it was.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.join(cmd.Context(), o, dry, cmd.OutOrStdout()) },
	}
	o.flags(cmd)
	dryFlag(cmd, &dry)
	return cmd
}

func (p program) join(ctx context.Context, o fleetOptions, dry bool, out io.Writer) error {
	f, _, err := p.fleet(ctx, o)
	if err != nil {
		return err
	}
	defer f.Close()
	if dry {
		moved, err := sqlite.WouldJoinFleet(ctx, o.state, f)
		if err != nil {
			return busy(err)
		}
		fmt.Fprintln(out, p.say.T("Nothing was done. Without --dry-run: this box joins the team, and brings %s, but for what the team has already.", p.moved(moved)))
		return nil
	}
	moved, err := sqlite.JoinFleet(ctx, o.state, f, app.Bring(o.state, f), p.brought(out))
	if err != nil {
		return busy(err)
	}
	fmt.Fprintln(out, p.say.T("This box belongs to the team now. It brought %s.", p.moved(moved)))
	return nil
}

// sayEach is after how many entries that were brought it is said how many there are.
const sayEach = 5000

// brought says now and then how much of a large store is in the team.
func (p program) brought(out io.Writer) func(done, of int) {
	said := 0
	return func(done, of int) {
		if done-said >= sayEach && done < of {
			said = done
			fmt.Fprintln(out, p.say.T("The team has %[1]d of %[2]d entries.", done, of))
		}
	}
}

// fleet is the team's database of a config.
func (p program) fleet(ctx context.Context, o fleetOptions) (*postgres.Fleet, config.Config, error) {
	c, err := p.fleetConfig(o.config)
	if err != nil {
		return nil, c, err
	}
	f, err := app.Fleet(ctx, c, nil)
	return f, c, err
}

func (p program) fleetLeaveCommand() *cobra.Command {
	var o fleetOptions
	var alone, dry bool
	cmd := &cobra.Command{
		Use:   "leave",
		Short: "Take this box out of the team",
		Long: "leave makes the store of this box its own again. Marks, labels and notes stay in it.\n" +
			"Drafts, changes and messages that are not sent yet stay with the team, which gets\n" +
			"the files of those messages first.\n\n" +
			"Where the team's database is lost, --without-team keeps all of it here. Another box\n" +
			"may have sent any of the messages, so each is marked as uncertain and none is sent\n" +
			"by itself.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.leave(cmd.Context(), o, alone, dry, cmd.OutOrStdout())
		},
	}
	o.flags(cmd)
	cmd.Flags().BoolVar(&alone, "without-team", false, "do not ask the team's database, which is lost")
	dryFlag(cmd, &dry)
	return cmd
}

func (p program) leave(ctx context.Context, o fleetOptions, alone, dry bool, out io.Writer) error {
	var team state.Fleet // nil without it
	var c config.Config
	if !alone {
		f, read, err := p.fleet(ctx, o)
		if err != nil {
			return err
		}
		defer f.Close()
		team, c = f, read
	}
	if dry {
		return p.wouldLeave(ctx, o, team, out)
	}
	moved, err := sqlite.LeaveFleet(ctx, o.state, team, app.Bring(o.state, team), sqlite.HoldersSend(c.UI.OnlyAssigneeSends))
	if err != nil {
		return busy(err)
	}
	text := catalog.Text("This box belongs to no team any more. The team keeps %s.\nTake [fleet] out of the config before you start unibox.")
	if alone {
		text = catalog.Text("This box belongs to no team any more. Here stay %s.\nTake [fleet] out of the config before you start unibox.")
	}
	fmt.Fprintf(out, p.say.Of(text)+"\n", p.moved(moved))
	return nil
}

// wouldLeave says what leaving would do, as far as this box knows; team is nil where it is lost.
func (p program) wouldLeave(ctx context.Context, o fleetOptions, team state.Fleet, out io.Writer) error {
	moved, err := sqlite.WouldLeaveFleet(ctx, o.state, team)
	if err != nil {
		return busy(err)
	}
	text := catalog.Text("Nothing was done. Without --dry-run: this box belongs to no team any more, and the team keeps %s.")
	if team == nil {
		text = catalog.Text("Nothing was done. Without --dry-run: this box belongs to no team any more, and what stays here is %s.")
	}
	fmt.Fprintf(out, p.say.Of(text)+"\n", p.moved(moved))
	return nil
}

// busy says what to do where unibox runs.
func busy(err error) error {
	if errors.Is(err, state.ErrNoLease) {
		return catalog.Errorf("unibox runs on this box: end it first, in every terminal, and unibox serve and unibox watch")
	}
	return err
}

// moved says what was moved.
func (p program) moved(m copied.Moved) string {
	var some []string
	for _, part := range []struct {
		n    int
		says string
	}{
		{m.Drafts, p.say.Plural(m.Drafts, "%d draft", "%d drafts")},
		{m.Messages, p.say.Plural(m.Messages, "%d message that is not done", "%d messages that are not done")},
		{m.Files, p.say.Plural(m.Files, "%d file", "%d files")},
		{m.Changes, p.say.Plural(m.Changes, "%d change", "%d changes")},
		{m.Marks, p.say.Plural(m.Marks, "%d marked conversation", "%d marked conversations")},
		{m.Labels, p.say.Plural(m.Labels, "%d label", "%d labels")},
		{m.Notes, p.say.Plural(m.Notes, "%d note", "%d notes")},
	} {
		if part.n > 0 {
			some = append(some, part.says)
		}
	}
	if len(some) == 0 {
		return p.say.T("nothing")
	}
	return strings.Join(some, ", ")
}
