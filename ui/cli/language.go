package cli

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"unibox/state/config"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/text"
)

// inEnglish are the commands whose output goes to other programs and into packages.
var inEnglish = []string{"man", "completion", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}

// speak chooses the language of the command line as that of the screen is chosen: by
// --language, then by the config (that at path, if none is named), then by the locale.
func (p *program) speak(args []string, path string, environ app.Environ) {
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.ParseErrorsAllowlist.UnknownFlags = true
	f.Usage = func() {}
	f.StringVar(&p.language, "language", "", "")
	f.StringVar(&path, "config", path, "")
	f.BoolP("help", "h", false, "")
	_ = f.Parse(args) // the command itself says what is wrong
	if slices.Contains(inEnglish, f.Arg(0)) {
		return
	}
	p.say = environ.Language(p.spoken(path))
}

// spoken is what flag and config say of the language.
func (p *program) spoken(path string) (ui config.UI) {
	ui.ASCII = "auto"
	full, err := config.Expand(path)
	if err != nil {
		full = path
	}
	if info, err := os.Stat(full); err == nil && info.Mode().IsRegular() {
		if c, problems, err := config.Load(full, p.platforms.Config()); err == nil {
			ui, p.read = c.UI, &readConfig{full, c, problems}
		}
	}
	ui.Language = cmp.Or(p.language, ui.Language)
	return ui
}

// readConfig is a config and where it was read.
type readConfig struct {
	path     string
	config   config.Config
	problems []config.Problem
}

// configAt is the config at a path, the first time as it was read a moment ago if it was:
// later it may be another one.
func (p program) configAt(path string) (config.Config, []config.Problem, error) {
	if r := p.read; r != nil && r.path == path {
		r.path = ""
		return r.config, r.problems, nil
	}
	return config.Load(path, p.platforms.Config())
}

// sentence is an error as a person reads it.
func (p program) sentence(err error) string {
	if p.login != nil && p.login.spoken {
		return p.login.say.Error(err)
	}
	return p.say.Error(err)
}

// headings are those of the page of a command, which cobra writes by itself.
var headings = []catalog.Text{
	"Usage:", "Aliases:", "Examples:", "Available Commands:", "Additional Commands:", "Flags:", "Global Flags:", "Additional help topics:",
}

// localize says the pages of a command and of all below it in the language of the command
// line. It is called once all of them are there.
func (p program) localize(root *cobra.Command) {
	if p.say.Tag() == catalog.English {
		return
	}
	root.InitDefaultHelpCmd()
	if help, _, err := root.Find([]string{"help"}); err == nil {
		help.Short, help.Long = p.say.T("Help about any command"), p.say.T("help says what a command or a topic is for: unibox help send, unibox help queue.")
	}
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		fmt.Fprintf(cmd.OutOrStdout(), "%s\n\n%s", strings.TrimSpace(cmp.Or(cmd.Long, cmd.Short)), aligned(cmd.UsageString()))
	})
	usual := root.UsageFunc()
	root.SetUsageFunc(func(cmd *cobra.Command) error {
		var page strings.Builder
		there := *cmd
		there.SetOut(&page)
		if err := usual(&there); err != nil {
			return err
		}
		_, err := io.WriteString(cmd.OutOrStderr(), p.usage(page.String(), cmd.CommandPath()))
		return err
	})
	p.page(root)
}

// usage is what cobra wrote about how a command is used. Its templates are left alone: a
// program that has package text/template in it has every method of every type in it too, a
// tenth of the binary and of the memory that it takes.
func (p program) usage(page, path string) string {
	lines := strings.Split(page, "\n")
	for i, line := range lines {
		switch {
		case slices.Contains(headings, catalog.Text(line)):
			lines[i] = p.say.Of(catalog.Text(line))
		case line == "  "+path+" [command]":
			lines[i] = "  " + path + " " + p.say.T("[command]")
		case line == fmt.Sprintf(`Use "%s [command] --help" for more information about a command.`, path):
			lines[i] = p.say.T(`Use "%s [command] --help" for more information about a command.`, path)
		}
	}
	return strings.Join(lines, "\n")
}

// page says the page of a command, and those below it.
func (p program) page(cmd *cobra.Command) {
	cmd.Short, cmd.Long = p.say.Of(catalog.Text(cmd.Short)), p.say.Of(catalog.Text(cmd.Long))
	if !cmd.DisableFlagsInUseLine && (cmd.Runnable() || cmd.HasParent()) {
		cmd.Use, cmd.DisableFlagsInUseLine = cmd.Use+p.say.T(" [flags]"), true
	}
	if cmd.Flags().Lookup("help") == nil {
		cmd.Flags().BoolP("help", "h", false, p.say.T("help for %s", cmd.Name()))
	}
	for _, flags := range []*pflag.FlagSet{cmd.LocalNonPersistentFlags(), cmd.PersistentFlags()} {
		flags.VisitAll(p.flag)
	}
	for _, sub := range cmd.Commands() {
		p.page(sub)
	}
}

// zeros are the values without which pflag does not mention that there is one.
var zeros = []string{"", "0", "0s", "false", "[]", "<nil>"}

// flag says what a flag is for, and what holds without it.
func (p program) flag(f *pflag.Flag) {
	f.Usage = p.say.Of(catalog.Text(f.Usage))
	if slices.Contains(zeros, f.DefValue) {
		return
	}
	f.Usage += p.say.T(" (default %s)", f.DefValue)
	f.DefValue = ""
	switch f.Value.Type() {
	case "duration":
		f.DefValue = "0s"
	case "int", "uint64", "int64":
		f.DefValue = "0"
	case "bool":
		f.DefValue = "false"
	}
}

// flagLine is a line of a page about a flag: its name, and what it means.
var flagLine = compiled(`^( +(?:-\w, )?--[\w-]+(?: \S+)?) {2,}(\S.*)$`)

// aligned has what flags mean stand below each other: pflag counts bytes, and not cells.
func aligned(page string) string {
	lines, widest := strings.Split(page, "\n"), 0
	for _, l := range lines {
		if m := flagLine().FindStringSubmatch(l); m != nil {
			widest = max(widest, text.Mode{}.Width(m[1]))
		}
	}
	for i, l := range lines {
		if m := flagLine().FindStringSubmatch(l); m != nil {
			lines[i] = m[1] + strings.Repeat(" ", widest-text.Mode{}.Width(m[1])+3) + m[2]
		}
	}
	return strings.Join(lines, "\n")
}
