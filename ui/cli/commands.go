// Package cli holds the commands of unibox: their flags, questions and words. It
// reads the config, and hands what it says to ui/app, which runs the inbox.
// accounts*.go set up accounts, doctor*.go look for what is wrong, wipe*.go remove
// what is stored.
package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"unibox/api/platforms"
	"unibox/keymap"
	"unibox/state/config"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/look"
	"unibox/ui/text"
)

// program is what all commands work on.
type program struct {
	platforms app.Platforms
	// zone says what was not understood of the time zone, nothing if all was.
	zone catalog.Message
	// login is who is at work by --agent.
	login *login
	// say is the language of the command line, and language what --language says.
	say      *catalog.Language
	language string
	// read is the config that the language was chosen by.
	read *readConfig
}

// Run runs the command line of this process until it is done or ctx ends, and
// returns the exit code. Errors it prints to standard error, without anything that
// a terminal would obey.
func Run(ctx context.Context) int { return RunWith(ctx, platforms.All()) }

// RunWith is Run on other platforms than the usual ones.
func RunWith(ctx context.Context, list platforms.List) int {
	findHome()
	p := program{platforms: app.Platforms{List: list}, zone: setZone(), login: &login{}}
	p.speak(os.Args[1:], beside(config.Path(), "XDG_CONFIG_HOME"), os.Environ())
	err := p.named(os.Args[1:]).ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, text.Mode{}.Clean(p.sentence(err)))
	}
	return exitCode(err)
}

// named returns the command of args. Where they name none, and are right, it is that of the
// screen alone: the others, of which there are sixty, would be made for nothing.
func (p program) named(args []string) *cobra.Command {
	if root := p.screenCommand(); root.ParseFlags(args) == nil && root.Flags().NArg() == 0 {
		return root
	}
	p.login.agent = "" // what was tried is the default of no flag
	return p.rootCommand()
}

// rootCommand is the command of the screen with all others below it.
func (p program) rootCommand() *cobra.Command {
	if p.login == nil {
		p.login = &login{}
	}
	root := p.screenCommand()
	root.AddCommand(p.accountCommand(), p.agentsCommand(), p.cannedCommand(), p.collectCommand(), p.configCommand(), p.demoCommand(), p.doctorCommand(), p.fleetCommand(), p.handoverCommand(), p.hookCommand(), p.importCommand(), p.reportCommand(), p.serveCommand(), sandboxCommand(), p.keysCommand(), manCommand(), versionCommand(), p.wipeCommand())
	root.AddCommand(p.scriptCommands()...)
	root.AddCommand(p.topicCommands()...)
	root.AddCommand(completionCommand())
	p.complete(root)
	p.localize(root)
	return root
}

// screenCommand is the command without a name, which shows the screen.
func (p program) screenCommand() *cobra.Command {
	var o liveOptions
	version := false
	root := &cobra.Command{
		Use:   "unibox",
		Short: "A unified inbox in the terminal",
		Long: "unibox shows the conversations of every configured account in one list, and\n" +
			"answers them. unibox demo tries it without an account, unibox account add begins.\n\n" +
			"With --dry-run a command that changes something only says what it would do. There is none\n" +
			"of config edit, of those that write new files and replace nothing (collect, export, files\n" +
			"get, handover write), and of those that run until they are ended (demo, hook, sandbox,\n" +
			"serve, watch).",
		Args: noArgs,

		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			if version {
				return nil
			}
			if err := flagGroups(cmd); err != nil {
				return err
			}
			if err := p.admit(cmd); err != nil {
				return err
			}
			if err := checkPaths(cmd, args); err != nil {
				return err
			}
			if g := p.login.guest; g != nil && cmd.HasParent() {
				g.Runs()
			}
			return nil
		},
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if version {
				return printVersion(cmd)
			}
			if line := p.askedFor(); line != "" {
				return p.ask(cmd.Context(), cmd, o, line)
			}
			return p.live(cmd.Context(), o)
		},
	}
	root.SetFlagErrorFunc(flagError)
	root.Flags().BoolVar(&version, "version", false, "print the version, the commit and the Go version")
	o.flags(root)
	p.agentFlag(root)
	languageFlag(root)
	return root
}

func (o *liveOptions) flags(cmd *cobra.Command) {
	addPath(cmd.Flags(), &o.config, "config", beside(config.Path(), "XDG_CONFIG_HOME"), "the config `file`")
	stateFlag(cmd, &o.state)
	readOnlyFlag(cmd, &o.readOnly)
	screenReaderFlag(cmd, &o.screenReader)
}

func screenReaderFlag(cmd *cobra.Command, into *bool) {
	cmd.Flags().BoolVar(into, "screen-reader", false, "say in plain lines what happens, for a screen reader")
}

// languageFlag is for every command. What it says is read before the commands are made; see speak.
func languageFlag(root *cobra.Command) {
	root.PersistentFlags().String("language", "", "the `language` of the screen and the answers: en, ru (default: as the locale says)")
}

func readOnlyFlag(cmd *cobra.Command, into *bool) {
	cmd.Flags().BoolVar(into, "read-only", false, "only to look: nothing is sent and nothing is changed")
}

func stateFlag(cmd *cobra.Command, into *string) {
	addPath(cmd.Flags(), into, "state", beside(xdg.StateHome, "XDG_STATE_HOME", "unibox"), "the `folder` of drafts, outbox and cache")
}

func (p program) demoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Try it: the whole program on invented customers, without an account",
		Args:  noArgs,

		Annotations: map[string]string{optionalState: "a temporary one"},
		RunE:        func(cmd *cobra.Command, _ []string) error { return p.demo(cmd.Context(), o) },
	}
	addPath(cmd.Flags(), &o.state, "state", "", "keep the state in this `folder` (default: a temporary one, removed at the end)")
	readOnlyFlag(cmd, &o.readOnly)
	screenReaderFlag(cmd, &o.screenReader)
	cmd.Flags().BoolVar(&o.practice, "practice", false, "learn the keys step by step, with failures switched on")
	cmd.MarkFlagsMutuallyExclusive("practice", "read-only")
	o.world.flags(cmd)
	return cmd
}

func sandboxCommand() *cobra.Command {
	var o sandboxOptions
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve the demo's platforms for curl and other clients",
		Long: "sandbox serves the platforms of the demo over HTTP until it is interrupted. It\n" +
			"prints a config for them. Keep it in a file that only you can read, and give that\n" +
			"to unibox with --config.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), o, cmd.OutOrStdout()) },
	}
	cmd.Flags().StringVar(&o.addr, "addr", "127.0.0.1:4010", "the `address` to serve on")
	o.world.flags(cmd)
	return cmd
}

func (p program) keysCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "keys",
		Short: "Print every action with its keys, as Markdown",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			keys, _ := keymap.New(nil)
			keys = look.Keys(p.say, keys)
			_, err := fmt.Fprint(cmd.OutOrStdout(), keys.Markdown())
			return err
		},
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, the commit and the Go version",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return printVersion(cmd) },
	}
}

func printVersion(cmd *cobra.Command) error {
	_, err := fmt.Fprintln(cmd.OutOrStdout(), app.ThisBuild())
	return err
}
