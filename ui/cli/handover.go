package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"unibox/state"
	"unibox/state/config"
	"unibox/state/handover"
	"unibox/state/sqlite"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/cli/export"
	"unibox/ui/text"
)

func (p program) handoverCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "handover",
		Short: "Write the state of a shift, or take one over",
		Long: "A handover is who waits, what is snoozed and promised, drafts, what is not out, labels\n" +
			"and private notes: as Markdown for a person, and as JSON for another unibox. & in the\n" +
			"inbox does the same. Nothing here sends anything.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.handoverWriteCommand(), p.handoverReadCommand())
	return cmd
}

func (p program) handoverWriteCommand() *cobra.Command {
	var o liveOptions
	var into string
	cmd := &cobra.Command{
		Use:   "write",
		Short: "Write the state of the shift, and say where",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd.Context(), o.state, func(ctx context.Context, db *sqlite.DB) error {
				f, err := handover.Collect(ctx, db, app.Me(), time.Now())
				if err != nil {
					return err
				}
				c, _, err := config.Load(o.config, p.platforms.Config())
				if err != nil && !errors.Is(err, fs.ErrNotExist) {
					return usage(err)
				}
				f.Say = p.say
				markdown, data, err := f.Write(cmp.Or(into, c.Handover.Folder, filepath.Join(o.state, "handover")))
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), text.Mode{}.Line(markdown)+"\n"+text.Mode{}.Line(data))
				return err
			})
		},
	}
	o.flags(cmd)
	addPath(cmd.Flags(), &into, "into", "", "the `folder` to write it into (default: that of [handover] in the config)")
	return cmd
}

func (p program) handoverReadCommand() *cobra.Command {
	var o takes
	cmd := &cobra.Command{
		Use:   "read FILE",
		Short: "Take over a shift: say what that changes, then ask",
		Long: "read says what the .json file of a handover would change here, and does it once you say\n" +
			"so. Your own drafts and snoozes stay. Nothing is sent.",
		Args: oneArg("FILE", true),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.takeOver(cmd, o, func() (handover.File, error) { return handover.ReadFile(args[0]) })
		},
	}
	o.flags(cmd)
	return cmd
}

func (p program) importCommand() *cobra.Command {
	var o takes
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Take over a shift handover, or what unibox export --format json wrote",
		Long: "import takes over labels, private notes, drafts, snoozes and stars, after it said what that\n" +
			"changes. Your own drafts and snoozes stay, nothing is sent, and messages come from the\n" +
			"platforms alone.",
		Args: oneArg("FILE", true),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.takeOver(cmd, o, func() (handover.File, error) { return readShift(args[0]) })
		},
	}
	o.flags(cmd)
	return cmd
}

// readShift reads a handover or an export.
func readShift(path string) (handover.File, error) {
	f, err := handover.ReadFile(path)
	if err == nil {
		return f, nil
	}
	if info, gone := os.Stat(path); gone != nil || !info.Mode().IsRegular() {
		return f, err
	}
	from, unread := os.Open(path)
	if unread != nil {
		return f, err
	}
	defer from.Close()
	a, no := export.Read(from)
	switch {
	case errors.Is(no, export.ErrNone):
		return f, catalog.Errorf("this is neither a handover nor an export of unibox, or it is damaged: choose a .json file of unibox handover write, or of unibox export --format json")
	case no != nil:
		return f, no
	}
	return a.Shift()
}

// takes is where a handover is taken over, and whether without a question, or not at all.
type takes struct {
	config, state string
	yes, dry      bool
}

func (o *takes) flags(cmd *cobra.Command) {
	configFlag(cmd, &o.config)
	stateFlag(cmd, &o.state)
	cmd.Flags().BoolVar(&o.yes, "yes", false, "do not ask")
	dryFlag(cmd, &o.dry)
}

// dryFlag lets a command say what it would do.
func dryFlag(cmd *cobra.Command, into *bool) {
	cmd.Flags().BoolVar(into, "dry-run", false, "say what would happen, and do nothing")
	if cmd.Flags().Lookup("yes") != nil {
		cmd.MarkFlagsMutuallyExclusive("yes", "dry-run")
	}
}

// takeOver takes over what read returns, where something may be changed.
func (p program) takeOver(cmd *cobra.Command, o takes, read func() (handover.File, error)) error {
	c, _, err := config.Load(o.config, p.platforms.Config())
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return usage(err)
	case c.UI.ReadOnly:
		return state.ErrRunsReadOnly
	}
	f, err := read()
	if err != nil {
		return err
	}
	return withStore(cmd.Context(), o.state, func(ctx context.Context, db *sqlite.DB) error {
		return takeOver(ctx, p.asker(cmd.OutOrStdout()), f, db, o)
	})
}

// takeOver says what a handover changes and does it.
func takeOver(ctx context.Context, ask asker, f handover.File, db *sqlite.DB, o takes) error {
	f.Say = ask.say
	plan, err := f.Plan(ctx, db, time.Now())
	if err != nil {
		return err
	}
	say := func(out io.Writer, words string) { fmt.Fprintln(out, text.Mode{}.Line(words)) }
	say(ask.out, ask.say.T("Handover by %s, %s", f.By, ask.say.Date(f.Made.Local(), "2 Jan 2006 15:04")))
	for _, step := range plan.Steps {
		say(ask.out, "+ "+step.Words)
	}
	for _, left := range plan.Left {
		say(ask.out, ask.say.T("- left out: %s", left))
	}
	if len(plan.Steps) == 0 {
		say(ask.out, ask.say.T("Nothing is to be changed."))
		return nil
	}
	if o.dry {
		say(ask.out, ask.say.T("Nothing was done."))
		return nil
	}
	if !o.yes {
		if !ask.present() {
			return usage(catalog.Errorf("there is no terminal to ask in; say --yes if you mean it"))
		}
		answer, err := ask.line(ctx, ask.say.T("Do that? Type %s", ask.say.In("the answer that is asked for", "yes")), func(string) error { return nil })
		if err == nil && answer != "yes" && answer != ask.say.In("the answer that is asked for", "yes") {
			err = catalog.Errorf("nothing was changed")
		}
		if err != nil {
			return err
		}
	}
	n, err := plan.Apply(ctx)
	say(ask.out, ask.say.T("%d of %d done. Nothing was sent.", n, len(plan.Steps)))
	return err
}

// readStore is withStore for what only reads. For an agent whom unibox serve let in, it is the store
// that is open there.
func (p program) readStore(ctx context.Context, dir string, run func(context.Context, *sqlite.DB) error) error {
	if p.login.guest == nil {
		return withStore(ctx, dir, run)
	}
	db := p.login.guest.served.host.DB.Session(true)
	return errors.Join(run(ctx, db), db.Close())
}

// withStore opens the store of a state folder that has one.
func withStore(ctx context.Context, dir string, run func(context.Context, *sqlite.DB) error) error {
	files, err := sqlite.Files(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(files) == 0 {
		return catalog.Errorf("nothing is stored in %s: start unibox first", text.Mode{}.Line(dir))
	}
	if err != nil {
		return err
	}
	db, err := sqlite.Open(ctx, dir, state.NewFeed(), sqlite.CopyToo())
	if err != nil {
		return err
	}
	return errors.Join(run(ctx, db), db.Close())
}
