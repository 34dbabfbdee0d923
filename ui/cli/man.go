package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"unibox/keymap"
	"unibox/ui/app"
	"unibox/ui/cli/manual"
	"unibox/ui/cli/script"
	"unibox/ui/topics"
)

func manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man",
		Short: "Print the manual page",
		Long: "man prints the manual page unibox(1): every command with its flags, the topics of the\n" +
			"help, the keys as they are without a config, and the exit codes. Packages install it;\n" +
			"without one:\n\n" +
			"  unibox man > ~/.local/share/man/man1/unibox.1",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return manualPage().Write(cmd.OutOrStdout(), cmd.Root())
		},
	}
}

// manualPage is what unibox(1) says besides the commands.
func manualPage() manual.Page {
	build := app.ThisBuild()
	keys, _ := keymap.New(nil)
	p := manual.Page{Source: strings.TrimSpace("unibox " + build.Version), Date: build.At}
	p.Lists = append(p.Lists, exits(), boundKeys(keys), manFiles(), manEnvironment())
	for _, t := range topics.All() {
		p.Topics = append(p.Topics, manual.Topic{Title: "About " + t.Name, Text: t.Short + ".\n\n" + t.Page(keys)})
	}
	return p
}

func exits() manual.List {
	l := manual.List{Title: "Exit codes", Terms: []manual.Term{{Name: "0", Means: "All is done."}, {Name: strconv.Itoa(exitFailed), Means: "Something failed; standard error says what."}}}
	for _, e := range script.ExitCodes() {
		l.Terms = append(l.Terms, manual.Term{Name: strconv.Itoa(e.Code), Means: e.Means})
	}
	return l
}

// boundKeys is each action with its keys, those without one left out: they are in the palette.
func boundKeys(keys *keymap.Map) manual.List {
	l := manual.List{Title: "Keys"}
	for _, s := range keys.All() {
		var names []string
		for _, k := range s.Keys {
			names = append(names, keymap.KeyName(k))
		}
		if len(names) > 0 {
			l.Terms = append(l.Terms, manual.Term{Name: strings.Join(names, ", "), Means: fmt.Sprintf("%s (%s)", s.Title, s.Action)})
		}
	}
	return l
}

func manFiles() manual.List {
	return manual.List{Title: "Files", Terms: []manual.Term{
		{Name: "~/.config/unibox/config.toml", Means: "The config; $XDG_CONFIG_HOME/unibox where that is set."},
		{Name: "~/.config/unibox/replies", Means: "Saved replies."},
		{Name: "~/.local/state/unibox", Means: "Drafts, unsent messages, history and the log, for you alone; $XDG_STATE_HOME/unibox where that is set."},
	}}
}

func manEnvironment() manual.List {
	return manual.List{Title: "Environment", Terms: []manual.Term{
		{Name: "LC_ALL, LC_CTYPE, LANG", Means: "Without UTF-8 in them marks are drawn in ASCII."},
		{Name: "NO_COLOR", Means: "No colours, if it is set."},
		{Name: "TZ", Means: "The zone of the times on screen."},
		{Name: "HTTPS_PROXY, SSL_CERT_FILE", Means: "The proxy, and the file of an own authority of certificates."},
		{Name: "VISUAL, EDITOR", Means: "The editor in which a reply is written."},
	}}
}
