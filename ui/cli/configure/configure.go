// Package configure holds the commands for the config: unibox config check, show, edit, set,
// unset, keys and path. Standard output is for the answer, standard error for everything else;
// --json prints the schema of state/record.
package configure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"unibox/state/config"
	"unibox/state/record"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/cli/script"
	"unibox/ui/text"
)

// Setup is what the commands need of the command line that they are part of.
type Setup struct {
	// Say is the language of what is said to people; nil is English.
	Say       *catalog.Language
	Platforms app.Platforms
	// Flags adds --config, ReadOnly --read-only and --screen-reader.
	Flags    func(cmd *cobra.Command, file *string)
	ReadOnly func(cmd *cobra.Command, readOnly, screenReader *bool)
	// State adds --state, the folder in which a copy is edited.
	State  func(cmd *cobra.Command, folder *string)
	NoArgs cobra.PositionalArgs
	// Missing says how to begin where there is no config.
	Missing func(path string) error
	// Choose asks for one of the choices, and returns its number from 0; Present reports
	// whether somebody is there to answer.
	Choose  func(ctx context.Context, out io.Writer, question string, choices []string) (int, error)
	Present func() bool
}

// command is one run of a command.
type command struct {
	Setup
	path string
	json bool
	// dry: it is only to be said what would change.
	dry bool
}

// Command is unibox config.
func (s Setup) Command() *cobra.Command {
	c := &command{Setup: s}
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check, show and change the config",
		Args:  s.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage("say what to do: unibox config check, show, edit, set, unset, keys or path")
		},
	}
	s.Flags(cmd, &c.path)
	cmd.AddCommand(c.checkCommand(), c.showCommand(), c.editCommand(), c.setCommand(), c.unsetCommand(), c.keysCommand(), c.pathCommand())
	return cmd
}

func (c *command) pathCommand() *cobra.Command {
	return &cobra.Command{
		Use: "path", Short: "Print where the config is, or would be", Args: c.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), clean.Line(c.path))
			return err
		},
	}
}

func (c *command) keysCommand() *cobra.Command {
	return &cobra.Command{
		Use: "keys [PART]", Short: "Print every key of the config, as Markdown, or what a PART of a name means", Args: cobra.MaximumNArgs(1), ValidArgsFunction: c.completeParts,
		Example: "  unibox config keys ui.theme\n  unibox config keys notify",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				_, err := fmt.Fprint(cmd.OutOrStdout(), config.Reference(c.Platforms.Config(), c.key))
				return err
			}
			help := config.KeyHelp(c.Platforms.Config(), args[0], c.key)
			if help == "" {
				return &script.Exit{Code: script.ExitNone, Err: catalog.Errorf("no key of the config has %q in its name; unibox config keys prints all", args[0])}
			}
			_, err := fmt.Fprint(cmd.OutOrStdout(), help)
			return err
		},
	}
}

// key says a text of the reference of keys.
func (c *command) key(english string) string { return c.Say.In("a key of the config", english) }

func (c *command) checkCommand() *cobra.Command {
	strict := false
	cmd := &cobra.Command{
		Use: "check", Short: "Say everything that is wrong in the config, and what is used instead", Args: c.NoArgs,
		Long: "check reads the config as a start does, and says each mistake with its line. It\n" +
			"asks nothing of the network, and reads no secret. It exits with 2 if something is\n" +
			"wrong; what is odd and costs nothing is a warning.",
		RunE: func(cmd *cobra.Command, _ []string) error { return c.check(cmd, strict) },
	}
	cmd.Flags().BoolVar(&strict, "strict", false, "fail at warnings too")
	c.jsonFlag(cmd)
	return cmd
}

func (c *command) jsonFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&c.json, "json", false, "print JSON, in the schema of state/record/README.md")
}

// load reads the config and all that is wrong with it.
func (c *command) load() (config.Config, []config.Problem, error) {
	conf, problems, err := config.Load(c.path, c.Platforms.Config())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return conf, nil, c.Missing(c.path)
	case err != nil:
		return conf, nil, &script.Exit{Code: script.ExitUsage, Err: err}
	}
	return conf, config.Sort(append(problems, app.Check(conf, c.Platforms)...)), nil
}

func (c *command) check(cmd *cobra.Command, strict bool) error {
	conf, problems, err := c.load()
	if err != nil {
		return err
	}
	wrong, odd := count(problems)
	if strict {
		wrong, odd = wrong+odd, 0
	}
	if c.json {
		err = record.Write(cmd.OutOrStdout(), record.ConfigCheck{Schema: record.Schema, File: c.path, OK: wrong == 0, Problems: records(problems)}, true)
	} else {
		c.printProblems(cmd.OutOrStdout(), problems)
		if wrong == 0 {
			fmt.Fprintln(cmd.OutOrStdout(), c.Say.Said(right(clean.Line(c.path), len(conf.Accounts), odd)))
		}
	}
	if err == nil && wrong > 0 {
		return usage("%s in %s", found(wrong, odd), c.path)
	}
	return err
}

func count(problems []config.Problem) (wrong, odd int) {
	for _, p := range problems {
		if p.Warning {
			odd++
		} else {
			wrong++
		}
	}
	return wrong, odd
}

func mistakes(n int) catalog.Message { return catalog.Count(n, "%d mistake", "%d mistakes") }

func warnings(n int) catalog.Message { return catalog.Count(n, "%d warning", "%d warnings") }

// found is how much is wrong, and odd.
func found(wrong, odd int) catalog.Message {
	if odd == 0 {
		return mistakes(wrong)
	}
	return catalog.Say("%s, %s", mistakes(wrong), warnings(odd))
}

// right says of a config that nothing is wrong with it.
func right(path string, accounts, odd int) catalog.Message {
	n := catalog.Count(accounts, "%d account", "%d accounts")
	if odd == 0 {
		return catalog.Say("%s is right: %s", path, n)
	}
	return catalog.Say("%s is right: %s, %s", path, n, warnings(odd))
}

// clean is how texts of the file are printed.
var clean text.Mode

func (c *command) printProblems(out io.Writer, problems []config.Problem) {
	for _, p := range problems {
		line := clean.Line(c.Say.Sentence(p.String()))
		if p.Warning {
			line = c.Say.T("%s (warning)", line)
		}
		fmt.Fprintln(out, line)
	}
}

func records(problems []config.Problem) []record.ConfigProblem {
	all := make([]record.ConfigProblem, len(problems))
	for i, p := range problems {
		all[i] = record.ConfigProblem{Line: p.Line, Account: p.Account, Problem: p.Text, Instead: p.Instead, Warning: p.Warning}
	}
	return all
}

func usage(format string, args ...any) error {
	return &script.Exit{Code: script.ExitUsage, Err: catalog.Errorf(format, args...)}
}

// readFile reads a file of the editor's.
func readFile(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, catalog.Errorf("what was edited cannot be read: %w", err)
	}
	return b, nil
}
