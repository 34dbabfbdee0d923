package configure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"unibox/state/config"
	"unibox/state/osfile"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/cli/script"
	"unibox/ui/reply"
)

func (c *command) editCommand() *cobra.Command {
	state := ""
	cmd := &cobra.Command{
		Use: "edit", Short: "Edit the config in $VISUAL or $EDITOR, and check it before it counts", Args: c.NoArgs,
		Long: "edit opens a copy of the config in $VISUAL or $EDITOR. What is wrong in it is said,\n" +
			"and the editor can be opened again; only then it replaces the config, in one step.\n" +
			"A running unibox goes by it at its next start.",
		RunE: func(cmd *cobra.Command, _ []string) error { return c.edit(cmd, state) },
	}
	c.State(cmd, &state)
	return cmd
}

// begun is what a config that does not exist yet is edited from.
const begun = `# The config of unibox. unibox config keys prints every key, unibox account add adds accounts.

#[[account]]
#name = "Shop"
#platform = "pact"
#company = "154"
#token_command = ["pass", "show", "pact"]

#[ui]
#theme = "auto"
`

// edit opens a copy in the editor. It is in the state folder, which is for the user alone.
func (c *command) edit(cmd *cobra.Command, state string) error {
	editor, err := reply.EditorCommand(c.Say, os.Getenv)
	if err != nil {
		return err
	}
	e, err := config.Open(c.path)
	if err != nil {
		return err
	}
	before, text := e.Text()
	if before == nil {
		text = []byte(begun)
	}
	copied, err := draft(state, text)
	if err != nil {
		return catalog.Errorf("a copy to edit cannot be made: %w", err)
	}
	kept := false
	defer func() {
		if !kept {
			os.RemoveAll(filepath.Dir(copied))
		}
	}()
	edited, err := c.untilRight(cmd, editor, copied, text)
	if errors.Is(err, errDiscarded) || edited == nil && err == nil {
		fmt.Fprintln(cmd.OutOrStdout(), c.Say.T("nothing was changed"))
		return nil
	}
	if err == nil {
		err = e.With(edited).Write()
	}
	if err == nil {
		return c.written(cmd, e)
	}
	if now, failed := os.ReadFile(copied); failed == nil && !bytes.Equal(now, text) {
		kept = true
		err = catalog.Errorf("%w; what was edited is in %s", err, copied)
	}
	return err
}

// written says that an edit is.
func (c *command) written(cmd *cobra.Command, e config.Edit) error {
	if note := e.Note(); note != "" {
		fmt.Fprintln(cmd.ErrOrStderr(), note)
	}
	_, err := fmt.Fprintln(cmd.OutOrStdout(), c.Say.T("%s is written; a running unibox goes by it at its next start", clean.Line(c.path)))
	return err
}

// errDiscarded: the person does not want what was edited.
var errDiscarded = catalog.Errorf("discarded")

// untilRight opens the editor until what it leaves is right, or wanted as it is. It is nil if
// nothing was changed.
func (c *command) untilRight(cmd *cobra.Command, editor []string, copied string, was []byte) ([]byte, error) {
	ctx := cmd.Context()
	for {
		if err := run(editor, copied); err != nil {
			return nil, err
		}
		text, err := readFile(copied)
		if err != nil || bytes.Equal(text, was) {
			return nil, err
		}
		conf, problems := config.Parse(c.path, text, c.Platforms.Config())
		problems = config.Sort(append(problems, app.Check(conf, c.Platforms)...))
		c.printProblems(cmd.ErrOrStderr(), problems)
		wrong, _ := count(problems)
		if wrong == 0 {
			return text, nil
		}
		if !c.Present() {
			return nil, usage("%s, and nobody to ask: the config was left as it is", mistakes(wrong))
		}
		again, stop := context.WithCancel(ctx)
		if ctx.Err() != nil { // ctrl+c was for the editor
			again, stop = signal.NotifyContext(context.WithoutCancel(ctx), os.Interrupt)
		}
		chosen, err := c.Choose(again, cmd.OutOrStdout(), c.Say.Plural(wrong, "%d mistake. What now?", "%d mistakes. What now?"),
			[]string{c.Say.T("edit it again"), c.Say.T("keep it as it is: what is right counts"), c.Say.T("throw away what was edited")})
		stop()
		switch {
		case err != nil:
			return nil, err
		case chosen == 1:
			return text, nil
		case chosen == 2:
			return nil, errDiscarded
		}
	}
}

// draft writes a copy for the editor, which nobody else can read.
func draft(state string, text []byte) (string, error) {
	if err := osfile.MakeFolder(state); err != nil {
		return "", err
	}
	dir, err := osfile.MakeTempFolder(state, "config-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	return path, nil
}

// run runs the editor on a file. Ctrl+c there is the editor's.
func run(editor []string, path string) error {
	cmd := exec.Command(editor[0], append(editor[1:len(editor):len(editor)], path)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return catalog.Errorf("the editor %s ended with an error (%s); the config was left as it is", filepath.Base(editor[0]), exit.ProcessState)
	case err != nil:
		return catalog.Errorf("the editor did not start: %w", err)
	}
	return nil
}

func (c *command) setCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "set KEY VALUE", Short: "Change one setting, and nothing else of the file", Args: args(2, "KEY VALUE"), ValidArgsFunction: c.completeKeys,
		Long: "set gives a key such as ui.theme a value, as it is written in the file; a text does\n" +
			"without its quotes. Comments and the order of the file stay.",
		Example: "  unibox config set ui.theme dark\n  unibox config set targets.whatsapp 15m\n  unibox config set keys.conversation.done '[\"f8\"]'",
		RunE:    func(cmd *cobra.Command, args []string) error { return c.change(cmd, args[0], config.Written(args[1])) },
	}
	c.dryFlag(cmd)
	return cmd
}

func (c *command) unsetCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "unset KEY", Short: "Take one setting out of the file: the default holds", Args: args(1, "KEY"), ValidArgsFunction: c.completeKeys,
		RunE: func(cmd *cobra.Command, args []string) error { return c.change(cmd, args[0], "") },
	}
	c.dryFlag(cmd)
	return cmd
}

// dryFlag lets a command say what it would do.
func (c *command) dryFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&c.dry, "dry-run", false, "say what would happen, and do nothing")
}

// wouldChange says what an edit would do.
func (c *command) wouldChange(cmd *cobra.Command, e config.Edit) error {
	before, after := e.Text()
	says := c.Say.T("Nothing was done. Without --dry-run: line %d of %s is changed.", changedLine(before, after), clean.Line(c.path))
	if bytes.Equal(before, after) {
		says = c.Say.T("Nothing was done, and nothing is to do: %s has it so already.", clean.Line(c.path))
	}
	_, err := fmt.Fprintln(cmd.OutOrStdout(), says)
	return err
}

// completeKeys offers the keys that can be set.
func (c *command) completeKeys(_ *cobra.Command, given []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(given) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return config.Settable(c.Platforms.Config()), cobra.ShellCompDirectiveNoFileComp
}

// completeParts offers the tables, and the keys that can be set.
func (c *command) completeParts(cmd *cobra.Command, given []string, typed string) ([]string, cobra.ShellCompDirective) {
	keys, how := c.completeKeys(cmd, given, typed)
	if len(given) == 0 {
		keys = append(config.Tables(), keys...)
	}
	return keys, how
}

func args(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		if len(given) != n {
			return usage("say what: %s %s", cmd.CommandPath(), what)
		}
		return nil
	}
}

// attempts is how often a change is tried that somebody else's came before.
const attempts = 20

// change changes one setting, unless that would bring a mistake.
func (c *command) change(cmd *cobra.Command, name, written string) error {
	section, key, ok := strings.Cut(name, ".")
	if !ok || key == "" {
		return usage("%q is no key: say its section too, such as ui.theme", name)
	}
	for n := 1; ; n++ {
		e, err := config.Change(c.path, c.Platforms.Config(), section, key, written)
		if err != nil {
			return &script.Exit{Code: script.ExitUsage, Err: err}
		}
		if mistake := c.mistake(e); written != "" && mistake != "" {
			return usage("nothing was changed: %s", mistake)
		}
		if c.dry {
			return c.wouldChange(cmd, e)
		}
		switch err := e.Write(); {
		case err == nil:
			return c.written(cmd, e)
		case n == attempts || !errors.Is(err, config.ErrChanged):
			return err
		}
	}
}

// mistake is one that an edit brings, that of the line which it changes if there is one, and
// empty if it brings none.
func (c *command) mistake(e config.Edit) string {
	before, after := e.Text()
	was, _ := config.Parse(c.path, before, c.Platforms.Config())
	conf, _ := config.Parse(c.path, after, c.Platforms.Config())
	old := app.Check(was, c.Platforms)
	fresh := slices.DeleteFunc(app.Check(conf, c.Platforms), func(p config.Problem) bool {
		i := slices.IndexFunc(old, func(o config.Problem) bool { return o.Account == p.Account && o.Text == p.Text })
		if i >= 0 {
			old = slices.Delete(old, i, i+1)
		}
		return i >= 0
	})
	if len(fresh) == 0 {
		return ""
	}
	line := changedLine(before, after)
	return fresh[max(0, slices.IndexFunc(fresh, func(p config.Problem) bool { return p.Line == line }))].Text
}

// changedLine is the first line in which two texts differ.
func changedLine(a, b []byte) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return 1 + bytes.Count(b[:n], []byte("\n"))
}
