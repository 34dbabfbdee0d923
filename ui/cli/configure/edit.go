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
	"strings"

	"github.com/spf13/cobra"

	"unibox/state"
	"unibox/state/config"
	"unibox/ui/app"
	"unibox/ui/reply"
)

func (c *command) editCommand() *cobra.Command {
	return &cobra.Command{
		Use: "edit", Short: "Edit the config in $VISUAL or $EDITOR, and check it before it counts", Args: c.NoArgs,
		Long: "edit opens a copy of the config in $VISUAL or $EDITOR. What is wrong in it is said,\n" +
			"and the editor can be opened again; only then it replaces the config, in one step.\n" +
			"A running unibox goes by it at its next start.",
		RunE: func(cmd *cobra.Command, _ []string) error { return c.edit(cmd) },
	}
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

func (c *command) edit(cmd *cobra.Command) error {
	editor, err := reply.EditorCommand(os.Getenv)
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
	copied, err := draft(text)
	if err != nil {
		return fmt.Errorf("a copy to edit cannot be made: %w", err)
	}
	kept := false
	defer func() {
		if !kept {
			os.RemoveAll(filepath.Dir(copied))
		}
	}()
	edited, err := c.untilRight(cmd, editor, copied, text)
	if errors.Is(err, errDiscarded) || edited == nil && err == nil {
		fmt.Fprintln(cmd.OutOrStdout(), "nothing was changed")
		return nil
	}
	if err == nil {
		err = e.With(edited).Write()
	}
	if kept = err != nil; kept {
		return fmt.Errorf("%w; what was edited is in %s", err, copied)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s is written; a running unibox goes by it at its next start\n", clean.Line(c.path))
	return nil
}

// errDiscarded: the person does not want what was edited.
var errDiscarded = errors.New("discarded")

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
		printProblems(cmd.ErrOrStderr(), problems)
		wrong, _ := count(problems)
		if wrong == 0 {
			return text, nil
		}
		if !c.Present() {
			return nil, usage(counted(wrong, "mistake") + ", and nobody to ask: the config was left as it is")
		}
		again, stop := context.WithCancel(ctx)
		if ctx.Err() != nil { // ctrl+c was for the editor
			again, stop = signal.NotifyContext(context.WithoutCancel(ctx), os.Interrupt)
		}
		chosen, err := c.Choose(again, cmd.OutOrStdout(), counted(wrong, "mistake")+". What now?", []string{"edit it again", "keep it as it is: what is right counts", "throw away what was edited"})
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
func draft(text []byte) (string, error) {
	dir, err := os.MkdirTemp("", "unibox-config-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "config.toml")
	return path, os.WriteFile(path, text, 0o600)
}

// run runs the editor on a file. Ctrl+c there is the editor's.
func run(editor []string, path string) error {
	cmd := exec.Command(editor[0], append(editor[1:len(editor):len(editor)], path)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return fmt.Errorf("the editor %s ended with an error (%s); the config was left as it is", filepath.Base(editor[0]), exit.ProcessState)
	case err != nil:
		return fmt.Errorf("the editor did not start: %s", state.PlainError(err))
	}
	return nil
}

func (c *command) setCommand() *cobra.Command {
	return &cobra.Command{
		Use: "set KEY VALUE", Short: "Change one setting, and nothing else of the file", Args: args(2, "KEY VALUE"),
		Long: "set gives a key such as ui.theme a value, as it is written in the file; a text does\n" +
			"without its quotes. Comments and the order of the file stay.",
		Example: "  unibox config set ui.theme dark\n  unibox config set targets.whatsapp 15m\n  unibox config set keys.conversation.done '[\"f8\"]'",
		RunE:    func(cmd *cobra.Command, args []string) error { return c.change(cmd, args[0], config.Written(args[1])) },
	}
}

func (c *command) unsetCommand() *cobra.Command {
	return &cobra.Command{
		Use: "unset KEY", Short: "Take one setting out of the file: the default holds", Args: args(1, "KEY"),
		RunE: func(cmd *cobra.Command, args []string) error { return c.change(cmd, args[0], "") },
	}
}

func args(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		if len(given) != n {
			return usage(fmt.Sprintf("say what: %s %s", cmd.CommandPath(), what))
		}
		return nil
	}
}

// change changes one setting, unless that would bring a mistake.
func (c *command) change(cmd *cobra.Command, name, written string) error {
	section, key, ok := strings.Cut(name, ".")
	if !ok || key == "" {
		return usage(fmt.Sprintf("%q is no key: say its section too, such as ui.theme", name))
	}
	e, err := config.Change(c.path, c.Platforms.Config(), section, key, written)
	if err != nil {
		return usage(state.PlainError(err))
	}
	before, after := e.Text()
	was, _ := config.Parse(c.path, before, c.Platforms.Config())
	conf, _ := config.Parse(c.path, after, c.Platforms.Config())
	if fresh := app.Check(conf, c.Platforms); written != "" && len(fresh) > len(app.Check(was, c.Platforms)) {
		return usage("nothing was changed: " + fresh[len(fresh)-1].Text)
	}
	if err := e.Write(); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s is written; a running unibox goes by it at its next start\n", clean.Line(c.path))
	return nil
}
