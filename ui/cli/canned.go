package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"unibox/state/canned"
	"unibox/state/config"
	"unibox/ui/catalog"
	"unibox/ui/text"
)

func (p program) cannedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "canned",
		Short: "Saved replies: text files in the folder replies beside the config",
		Long: `A saved reply is a file that ends in .md or .txt, in the folder replies beside the
config or in a folder of [replies]. ctrl+t in the reply box inserts one. It may begin
with lines that describe it, and say in braces what is filled in:

  +++
  title = "Ready for pick-up"
  tags = ["pickup"]
  channels = ["sms", "whatsapp"]     # left out, all
  files = ["map.pdf"]                # beside the file
  +++
  Hello {{first or "there"}}, order {{order}} is ready until 20:00.

unibox knows name, first, handle, channel, account, date, time and weekday. What it
does not know becomes the words after "or"; without them it asks.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.lintCommand())
	return cmd
}

func (p program) lintCommand() *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "lint [FOLDER…]",
		Short: "Say what is wrong with the saved replies; exits with 1 if something is",
		Long: "lint reads the saved replies of the config, or of the folders named, and says what is\n" +
			"wrong with them: a front matter that cannot be read, braces that are not understood, a\n" +
			"file to attach that is not there.",
		RunE: func(cmd *cobra.Command, folders []string) error {
			if len(folders) == 0 {
				c, _, err := config.Load(path, p.platforms.Config())
				if err != nil {
					return usage(err)
				}
				folders = c.ReplyFolders()
			}
			return p.lint(cmd.OutOrStdout(), folders)
		},
	}
	addPath(cmd.Flags(), &path, "config", beside(config.Path(), "XDG_CONFIG_HOME"), "the config `file`")
	return cmd
}

// lint prints what is wrong with the saved replies of folders.
func (p program) lint(out io.Writer, folders []string) error {
	all, problems := canned.Load(folders...)
	for _, r := range all {
		for _, f := range r.Files {
			if _, err := os.Stat(f); err != nil {
				problems = append(problems, p.say.T("the saved reply %s attaches a file that cannot be read: %s", r.Path, p.sentence(err)))
			}
		}
	}
	for _, problem := range problems {
		fmt.Fprintln(out, text.Mode{}.Clean(p.say.Sentence(problem)))
	}
	fmt.Fprintln(out, p.say.Plural(len(all), "%d saved reply", "%d saved replies")+", "+p.say.Plural(len(problems), "%d problem", "%d problems"))
	if len(problems) > 0 {
		return &exitError{exitFailed, catalog.Errorf("some saved replies cannot be used as they are")}
	}
	return nil
}
