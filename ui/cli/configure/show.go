package configure

import (
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"unibox/state/config"
	"unibox/state/record"
	"unibox/ui/app"
	"unibox/ui/catalog"
)

func (c *command) showCommand() *cobra.Command {
	changed, flags := false, app.Flags{}
	cmd := &cobra.Command{
		Use: "show", Short: "Print what holds, and where each value comes from", Args: c.NoArgs,
		Long: "show prints what holds as a config would say it, and behind each value where it\n" +
			"comes from: a line of the file, the environment, a flag, or the default. Secrets\n" +
			"are never printed, and of programs no arguments.",
		RunE: func(cmd *cobra.Command, _ []string) error { return c.show(cmd, flags, changed) },
	}
	c.ReadOnly(cmd, &flags.ReadOnly, &flags.ScreenReader)
	cmd.Flags().BoolVar(&changed, "changed", false, "leave out what is as it is by default")
	c.jsonFlag(cmd)
	return cmd
}

func (c *command) show(cmd *cobra.Command, flags app.Flags, changed bool) error {
	conf, problems, err := c.load()
	if err != nil {
		return err
	}
	settings := app.Effective(conf, c.Platforms, flags)
	if changed {
		settings = without(settings, config.Default)
	}
	if c.json {
		return record.Write(cmd.OutOrStdout(), record.ConfigShown{Schema: record.Schema, File: c.path, Settings: settingRecords(settings), Problems: records(problems)}, true)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "# %s\n", clean.Line(c.path))
	c.printSettings(cmd.OutOrStdout(), settings)
	c.printProblems(cmd.ErrOrStderr(), problems)
	return nil
}

func without(settings []config.Setting, origin config.Origin) (all []config.Setting) {
	for _, s := range settings {
		if s.From != origin {
			all = append(all, s)
		}
	}
	return all
}

// valueWidth is up to which column the origins stand below each other.
const valueWidth = 34

// printSettings prints them as a config, their origins as comments.
func (c *command) printSettings(out io.Writer, settings []config.Setting) {
	last := config.Setting{}
	for _, s := range settings {
		if s.Section != last.Section || s.N != last.N {
			fmt.Fprintf(out, "\n%s\n", s.Section)
		}
		line := clean.Line(s.Key + " = " + s.Value)
		if pad := valueWidth - utf8.RuneCountInString(line); pad > 0 {
			line = fmt.Sprintf("%s%*s", line, pad, "")
		}
		fmt.Fprintf(out, "%s # %s\n", line, clean.Line(c.origin(s)))
		last = s
	}
}

// origins are where a value may come from, beside a line.
var origins = map[config.Origin]catalog.Text{config.Default: "default", config.Environment: "environment", config.Flag: "flag"}

// origin says where a value comes from.
func (c *command) origin(s config.Setting) string {
	switch s.From {
	case config.File:
		return c.Say.T("line %d", s.Line)
	case config.Refused:
		return c.Say.T("line %d, and it does not hold as it is", s.Line)
	case config.Safe:
		return c.Say.T("safe, because line %d is not right", s.Line)
	case config.Environment, config.Flag:
		return c.Say.T("%s: %s", c.Say.Of(origins[s.From]), c.Say.Sentence(s.By))
	}
	return c.Say.Of(origins[s.From])
}

func settingRecords(settings []config.Setting) []record.ConfigSetting {
	all := make([]record.ConfigSetting, len(settings))
	for i, s := range settings {
		all[i] = record.ConfigSetting{Section: s.Section, Number: s.N, Key: s.Key, Value: s.Value, From: string(s.From), Line: s.Line, By: s.By}
	}
	return all
}
