package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"unibox/state/config"
	"unibox/ui/cli/configure"
)

// configCommand is unibox config.
func (p program) configCommand() *cobra.Command {
	return configure.Setup{
		Say:       p.say,
		Platforms: p.platforms,
		Flags: func(cmd *cobra.Command, file *string) {
			addPath(cmd.PersistentFlags(), file, "config", beside(config.Path(), "XDG_CONFIG_HOME"), "the config `file`")
		},
		ReadOnly: func(cmd *cobra.Command, readOnly, screenReader *bool) {
			readOnlyFlag(cmd, readOnly)
			screenReaderFlag(cmd, screenReader)
		},
		State:   stateFlag,
		NoArgs:  noArgs,
		Missing: noConfig,
		Choose: func(ctx context.Context, out io.Writer, question string, choices []string) (int, error) {
			return p.asker(out).choose(ctx, question, choices)
		},
		Present: p.asker(nil).present,
	}.Command()
}
