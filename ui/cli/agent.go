package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/mattn/go-shellwords"
	"github.com/spf13/cobra"

	"unibox/state/config"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/text"
)

// An agent who logs in with a key of their own runs unibox by the line that
// unibox agents add wrote: unibox --agent olga. What they asked SSH for is a command of
// unibox, or nothing for the screen, and never one of a shell.

// login is who is at work by --agent; the zero value is whoever is logged in.
type login struct {
	agent string
	// config, state and readOnly are those of the line that named the agent.
	config, state string
	readOnly      bool
	// asked: the command line is what the agent asked SSH for, and is not to be trusted.
	asked bool
	// say is the language of what the agent asked for, once spoken says that it is known; nil is
	// English.
	say    *catalog.Language
	spoken bool
	// guest is set where unibox serve let the agent in.
	guest *guest
}

// forAgents are the commands that agents have; the others are for who runs unibox.
var forAgents = []string{
	"unibox", "unibox list", "unibox show", "unibox search", "unibox send", "unibox note", "unibox snooze", "unibox done", "unibox label", "unibox draft",
	"unibox files", "unibox files list", "unibox files get", "unibox files put", "unibox files take", "unibox files remove", "unibox watch", "unibox export", "unibox report",
	"unibox keys", "unibox version", "unibox help",
}

func (p program) agentFlag(cmd *cobra.Command) {
	cmd.PersistentFlags().StringVar(&p.login.agent, "agent", p.login.agent, "work as this `agent` of the config, restricted to unibox")
}

// admit lets a command run, or says why an agent may not have it.
func (p program) admit(cmd *cobra.Command) error {
	if p.login.agent == "" && !cmd.Flags().Changed("agent") {
		return nil
	}
	if !slices.Contains(forAgents, cmd.CommandPath()) {
		return usage(catalog.Errorf("%s is not for agents: it is for whoever runs this unibox", cmd.CommandPath()))
	}
	if p.login.asked {
		if err := p.pathsOfLogin(cmd); err != nil {
			return err
		}
	}
	c, _, err := config.Load(p.configOf(cmd), p.platforms.Config())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usage(catalog.Errorf("the config cannot be read: tell whoever runs this unibox"))
	}
	_, err = p.agentIn(c)
	return err
}

// pathsOfLogin gives a command that an agent asked for the files of the line that named the
// agent, and refuses others.
func (p program) pathsOfLogin(cmd *cobra.Command) error {
	for name, of := range map[string]string{"config": p.login.config, "state": p.login.state, "agent": p.login.agent, "into": ""} {
		f := cmd.Flag(name)
		if f == nil {
			continue
		}
		if f.Changed {
			return usage(catalog.Errorf("--%s is not for agents: leave it out", name))
		}
		if of == "" || name == "agent" {
			continue
		}
		if err := f.Value.Set(of); err != nil {
			return usage(err)
		}
	}
	return nil
}

func (p program) configOf(cmd *cobra.Command) string {
	if f := cmd.Flag("config"); f != nil {
		return f.Value.String()
	}
	if p.login.config != "" {
		return p.login.config
	}
	return beside(config.Path(), "XDG_CONFIG_HOME")
}

// agentIn is the agent of the login.
func (p program) agentIn(c config.Config) (config.Agent, error) {
	a, known := c.Agent(p.login.agent)
	if !known {
		name := text.Mode{}.Line(p.login.agent)
		return a, usage(catalog.Errorf("there is no agent %q in the config: whoever runs this unibox adds one with unibox agents add %s --key FILE", name, name))
	}
	return a, nil
}

// as gives a session to the agent of the login, if there is one.
func (p program) as(s app.Session) (app.Session, error) {
	if p.login.agent == "" {
		return s, nil
	}
	a, err := p.agentIn(s.Config)
	if err != nil {
		return s, err
	}
	s.Config.UI.ReadOnly = s.Config.UI.ReadOnly || p.login.readOnly
	return s.As(a), nil
}

// originalCommand is where sshd puts what the agent asked for.
const originalCommand = "SSH_ORIGINAL_COMMAND"

// askedFor is what an agent asked SSH for, "" for the screen.
func (p program) askedFor() string {
	if p.login.agent == "" || p.login.asked {
		return ""
	}
	return strings.TrimSpace(os.Getenv(originalCommand))
}

// ask runs what an agent asked SSH for, beside the flags of the line that named the agent.
func (p program) ask(ctx context.Context, cmd *cobra.Command, o liveOptions, line string) error {
	words, err := commandWords(line)
	if err != nil {
		return err
	}
	ours := p.login
	if p.language != "" { // the line that named the agent says it; what is asked for may say another
		words = append([]string{"--language=" + p.language}, words...)
	}
	p.speak(words, o.config, os.Environ())
	ours.say, ours.spoken = p.say, true
	p.login = &login{agent: p.login.agent, config: o.config, state: o.state, readOnly: o.readOnly, asked: true}
	root := p.rootCommand()
	root.SetArgs(words)
	root.SetIn(cmd.InOrStdin())
	root.SetOut(cmd.OutOrStdout())
	root.SetErr(cmd.ErrOrStderr())
	return root.ExecuteContext(ctx)
}

// mostAsked is how long a command line may be, in bytes.
const mostAsked = 64 << 10

// commandWords are the words of one command of unibox, quoted as in a shell.
func commandWords(line string) ([]string, error) {
	parser := shellwords.NewParser()
	parser.ParseEnv, parser.ParseBacktick, parser.ParseComment = false, false, false
	words, err := parser.Parse(line)
	switch {
	case len(line) > mostAsked || strings.ContainsRune(line, 0):
		return nil, usage(catalog.Errorf("the command is too long, or no text"))
	case err != nil || parser.Position >= 0:
		return nil, usage(catalog.Errorf("only one command of unibox can be asked for, without a shell: put ; | & < > and quotes in quotes"))
	case len(words) > 0 && words[0] == "unibox":
		words = words[1:]
	}
	if len(words) == 0 {
		return []string{}, nil
	}
	return words, nil
}
