package cli

import (
	"context"
	_ "embed"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"unibox/state/config"
	"unibox/state/sqlite"
	"unibox/ui/catalog"
	"unibox/ui/cli/script"
)

// shells are those that completion knows, with what writes the script of each.
var shells = []struct {
	name  string
	write func(root *cobra.Command, w io.Writer) error
}{
	{"bash", bashCompletion},
	{"zsh", func(root *cobra.Command, w io.Writer) error { return root.GenZshCompletion(w) }},
	{"fish", func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }},
	{"powershell", func(root *cobra.Command, w io.Writer) error { return root.GenPowerShellCompletionWithDesc(w) }},
}

//go:embed completion.bash
var bashFunctions string

// bashCompletion writes cobra's script, and after it the functions that replace some of it.
func bashCompletion(root *cobra.Command, w io.Writer) error {
	if err := root.GenBashCompletionV2(w, true); err != nil {
		return err
	}
	_, err := io.WriteString(w, bashFunctions)
	return err
}

func completionCommand() *cobra.Command {
	var names []string
	for _, s := range shells {
		names = append(names, s.name)
	}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print what makes a shell complete commands, customers and labels",
		Long: "completion prints a script for bash (with the package bash-completion), zsh, fish or\n" +
			"powershell. The packages of unibox install it; without one:\n\n" +
			"  unibox completion bash > ~/.local/share/bash-completion/completions/unibox\n" +
			"  unibox completion zsh > ~/.zfunc/_unibox       # fpath+=~/.zfunc before compinit\n" +
			"  unibox completion fish > ~/.config/fish/completions/unibox.fish\n" +
			"  unibox completion powershell >> $PROFILE\n\n" +
			"Names, numbers and labels come from what is stored here. A name that a shell would read\n" +
			"as anything but a name is not offered: its id is.",
		ValidArgs: names,
		Args:      oneArg("bash, zsh, fish or powershell", true),
		RunE: func(cmd *cobra.Command, args []string) error {
			i := slices.Index(names, args[0])
			if i < 0 {
				return usage(catalog.Errorf("there is no completion for %q: there is %s", args[0], strings.Join(names, ", ")))
			}
			return shells[i].write(cmd.Root(), cmd.OutOrStdout())
		},
	}
}

// complete says of every command that does not say it itself what its arguments and flags
// may be: accounts where it takes the name of one, folders, and files where it takes one.
func (p program) complete(cmd *cobra.Command) {
	if p.login.guest != nil { // no shell completes what is asked of SSH
		return
	}
	takes := strings.TrimPrefix(cmd.Use, cmd.Name())
	switch {
	case cmd.ValidArgsFunction != nil, len(cmd.ValidArgs) > 0, strings.Contains(takes, "FILE"):
	case strings.Contains(takes, "NAME"):
		cmd.ValidArgsFunction = p.configured
	case strings.Contains(takes, "ACCOUNT"):
		cmd.ValidArgsFunction = storedAccounts
	case strings.Contains(takes, "FOLDER"):
		cmd.ValidArgsFunction = cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	default:
		cmd.ValidArgsFunction = cobra.NoFileCompletions
	}
	completeFlags(cmd)
	for _, sub := range cmd.Commands() {
		p.complete(sub)
	}
}

// offer says what completes a flag, as script.Setup does.
func (p program) offer(cmd *cobra.Command, flag string, offer cobra.CompletionFunc) {
	if p.login.guest == nil {
		_ = cmd.RegisterFlagCompletionFunc(flag, offer)
	}
}

// completeFlags offers folders for a flag that takes one, files for one that takes a file,
// and nothing for the others that say nothing themselves.
func completeFlags(cmd *cobra.Command) {
	each := func(f *pflag.Flag) {
		if _, has := cmd.GetFlagCompletionFunc(f.Name); has {
			return
		}
		offer := cobra.NoFileCompletions
		switch name, _ := pflag.UnquoteUsage(f); {
		case name == "folder":
			offer = cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
		case f.Value.Type() == "path", strings.HasSuffix(f.Name, "file"):
			return
		}
		_ = cmd.RegisterFlagCompletionFunc(f.Name, offer) // it has none yet
	}
	cmd.LocalNonPersistentFlags().VisitAll(each)
	cmd.PersistentFlags().VisitAll(each)
}

// configured offers the accounts of the config.
func (p program) configured(cmd *cobra.Command, args []string, _ string) (all []string, _ cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	c, _, err := config.Load(cmd.Flag("config").Value.String(), p.platforms.Config())
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, a := range c.Accounts {
		if script.Typeable(a.Name) {
			all = append(all, a.Name+"\t"+a.Platform)
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// storedAccounts offers the accounts of which something is stored.
func storedAccounts(cmd *cobra.Command, args []string, _ string) (all []string, _ cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	_ = withStore(cmd.Context(), cmd.Flag("state").Value.String(), func(ctx context.Context, db *sqlite.DB) error {
		names, err := db.Accounts(ctx)
		for _, name := range names {
			if script.Typeable(string(name)) {
				all = append(all, string(name))
			}
		}
		return err
	})
	return all, cobra.ShellCompDirectiveNoFileComp
}
