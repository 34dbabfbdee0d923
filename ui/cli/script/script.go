// Package script holds the commands that do without the screen what an agent does on it:
// list, show, search, send, note, snooze, done, label, draft, files get, watch and export. They work beside a screen on the same store, and without one. What they send is in
// the outbox on the disk first; where another session has the lease, it is that one which
// sends it.
//
// Standard output is for the answer, as a table for people or, with --json, in the schema
// of state/record; standard error for everything else. The exit codes are below.
package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"unibox/state"
	"unibox/state/record"
	"unibox/state/sqlite"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/text"
)

// The exit codes beside 0, and 1 for what failed otherwise; ExitCodes says what they mean.
const (
	ExitUsage     = 2
	ExitNone      = 3
	ExitAmbiguous = 4
	ExitFailed    = 5
	ExitUnknown   = 6
	ExitHeld      = 7
	ExitUnderWay  = 8
)

// ExitCode is an exit code and, in a sentence, what it means.
type ExitCode struct {
	Code  int
	Means string
}

// ExitCodes are those above, in their order, for the pages that list them.
func ExitCodes() []ExitCode {
	return []ExitCode{
		{ExitUsage, "The command line, or the config, is wrong."},
		{ExitNone, "There is no such conversation, message or file."},
		{ExitAmbiguous, "A name means several."},
		{ExitFailed, "A message was not delivered, or was refused."},
		{ExitUnknown, "No answer came: a message may have gone out, look before it is sent again."},
		{ExitHeld, "A message was not sent, because the customer wrote meanwhile."},
		{ExitUnderWay, "A message is still on its way when the time to wait is over."},
	}
}

// Exit is an error with an exit code.
type Exit struct {
	Code int
	Err  error
}

func (e *Exit) Error() string { return e.Err.Error() }
func (e *Exit) Unwrap() error { return e.Err }

// ExitCode is the code that the process ends with.
func (e *Exit) ExitCode() int { return e.Code }

func exit(code int, format string, args ...any) error {
	return &Exit{code, catalog.Errorf(format, args...)}
}

// Setup is what the commands need of the command line that they are part of.
type Setup struct {
	// Say is the language of what is said to people; nil is English.
	Say *catalog.Language
	// Flags adds --config and --state, and --read-only where it is not nil.
	Flags func(cmd *cobra.Command, config, state *string, readOnly *bool)
	// Session reads a config, which may be missing, for a state folder. It is without
	// secrets, and its mistakes are in it.
	Session func(config, state string) (app.Session, error)
	// Args makes a sentence of arguments where none are taken.
	NoArgs cobra.PositionalArgs
	// Typed: a shell may complete the command line. Cobra keeps what completes a flag for ever,
	// so nothing is offered where one process has many command lines.
	Typed bool
	// Terminal: what is printed goes to a terminal that is not this process's.
	Terminal bool
}

// offer says what completes a flag.
func (s Setup) offer(cmd *cobra.Command, flag string, offer cobra.CompletionFunc) {
	if s.Typed {
		_ = cmd.RegisterFlagCompletionFunc(flag, offer)
	}
}

// Commands are all of them.
func (s Setup) Commands() []*cobra.Command {
	return []*cobra.Command{s.list(), s.show(), s.search(), s.send(), s.note(), s.snooze(), s.done(), s.label(), s.draft(), s.files(), s.watch(), s.export()}
}

// command is one run of a command.
type command struct {
	setup         Setup
	cmd           *cobra.Command
	config, state string
	readOnly      bool
	json          bool
	// dry: it is only to be said what would happen.
	dry bool
	// inbox is the open store.
	*app.Inbox
	out io.Writer
}

// make makes a command of cobra's, which opens the store and then runs.
func (s Setup) make(c *command, cmd *cobra.Command, run func(ctx context.Context, args []string) error) *cobra.Command {
	c.setup, c.cmd = s, cmd
	s.Flags(cmd, &c.config, &c.state, nil)
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		c.out = cmd.OutOrStdout()
		if err := c.open(cmd.Context()); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.Close()) }() // also where it breaks down
		return run(cmd.Context(), args)
	}
	return cmd
}

// jsonFlag lets a command print JSON.
func (c *command) jsonFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&c.json, "json", false, "print JSON, in the schema of state/record/README.md")
}

// dryFlag lets a command say what it would do.
func (c *command) dryFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&c.dry, "dry-run", false, "say what would happen, and do nothing")
}

// effect does what changes something, unless that is only to be said.
func (c *command) effect(change func() error) error {
	if c.dry {
		return nil
	}
	return change()
}

// open opens a store that is there.
func (c *command) open(ctx context.Context) error {
	if err := stored(c.state); err != nil {
		return err
	}
	s, err := c.setup.Session(c.config, c.state)
	if err != nil {
		return err
	}
	s.Config.UI.ReadOnly = s.Config.UI.ReadOnly || c.readOnly
	c.Inbox, err = s.Open(ctx)
	return err
}

// stored fails where nothing is stored.
func stored(dir string) error {
	files, err := sqlite.Files(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(files) == 0 {
		return catalog.Errorf("nothing is stored in %s: start unibox, or unibox watch", plain.Line(dir))
	}
	return err
}

// plain is how texts from outside are printed.
var plain text.Mode

// print prints a value as JSON.
func (c *command) print(value any) error { return record.Write(c.out, value, true) }

// say prints a sentence.
func (c *command) say(format string, args ...any) {
	fmt.Fprintln(c.out, plain.Clean(c.setup.Say.Said(catalog.Say(format, args...))))
}

// warn prints a sentence to standard error.
func (c *command) warn(format string, args ...any) {
	fmt.Fprintln(c.cmd.ErrOrStderr(), plain.Clean(c.setup.Say.Said(catalog.Say(format, args...))))
}

// terminal reports whether what is printed goes to one.
func terminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// columns is how wide what is printed may be, 0 where it goes to no terminal.
func columns(out io.Writer) int {
	if !terminal(out) {
		return 0
	}
	w, _, err := term.GetSize(out.(*os.File).Fd())
	if err != nil {
		return 0
	}
	return w
}

// writes fails where nothing may be changed.
func (c *command) writes() error { return c.WhyNotWrite() }

// typed is the text of arguments, or of standard input where there are none or only "-".
func typed(cmd *cobra.Command, args []string) (string, error) {
	if len(args) > 0 && !(len(args) == 1 && args[0] == "-") {
		return strings.Join(args, " "), nil
	}
	if f, ok := cmd.InOrStdin().(*os.File); ok && term.IsTerminal(f.Fd()) && len(args) == 0 {
		return "", exit(ExitUsage, "say the text as an argument, or on standard input: %s … TEXT", cmd.CommandPath())
	}
	b, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), longestText+1))
	switch {
	case err != nil:
		return "", catalog.Errorf("read standard input: %w", err)
	case len(b) > longestText:
		return "", exit(ExitUsage, "standard input is longer than %d KB: nothing was done", longestText>>10)
	}
	return strings.TrimRight(strings.ToValidUTF8(string(b), "\uFFFD"), "\r\n"), nil
}

// longestText is how much of standard input is taken, in bytes.
const longestText = 256 << 10

// freshness is how old what is stored of an account is, for a script that goes by it.
type freshness struct {
	Account string `json:"account"`
	// State is starting, live, retrying or stopped.
	State    string `json:"state"`
	Answered string `json:"answered,omitempty"`
	// Complete: every conversation is known here.
	Complete bool   `json:"complete"`
	Reason   string `json:"reason,omitempty"`
}

var healthWords = map[state.HealthState]string{state.HealthStarting: "starting", state.HealthLive: "live", state.HealthRetrying: "retrying", state.HealthStopped: "stopped"}

// fresh says how old what is stored is.
func (c *command) fresh(ctx context.Context) (all []freshness, err error) {
	all = []freshness{}
	health, err := c.Health(ctx)
	for _, h := range health {
		f := freshness{Account: string(h.Account), State: healthWords[h.State], Complete: h.Complete(), Reason: h.Reason}
		if !h.LastOK.IsZero() {
			f.Answered = h.LastOK.UTC().Format("2006-01-02T15:04:05Z")
		}
		all = append(all, f)
	}
	return all, err
}

// warnStale says on standard error that nobody fetches, so that a quiet list is not taken for
// a quiet day.
func (c *command) warnStale(ctx context.Context) {
	if _, there, err := c.Worker(ctx); err == nil && !there {
		c.warn("Nobody fetches now: this is what was stored before. unibox watch fetches.")
	}
}
