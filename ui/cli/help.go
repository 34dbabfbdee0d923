package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"unibox/keymap"
	"unibox/state/config"
	"unibox/ui/app"
	"unibox/ui/topics"
)

// topicCommands are the pages of help beside the commands: what cobra lists as additional
// help topics. Their keys are those of the usual config, as far as it can be read.
func (p program) topicCommands() (all []*cobra.Command) {
	for _, t := range topics.In(p.say.Tag()) {
		cmd := &cobra.Command{Use: t.Name, Short: t.Short}
		cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
			fmt.Fprintf(cmd.OutOrStdout(), "%s\n\n%s\n", t.Short, t.Page(p.keys()))
		})
		all = append(all, cmd)
	}
	return all
}

// keys are those that the usual config binds; the default ones without a config.
func (p program) keys() *keymap.Map {
	c, _, err := config.Load(config.Path(), p.platforms.Config())
	if err != nil {
		keys, _ := keymap.New(nil)
		return keys
	}
	own, _, _ := app.OwnActions(c)
	keys, _ := keymap.New(app.Bindings(c), own...)
	return keys
}
