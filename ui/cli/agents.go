package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"

	"unibox/state"
	"unibox/state/config"
	"unibox/state/postgres"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/cli/authkeys"
	"unibox/ui/text"
)

// agentsOptions are the flags of unibox agents.
type agentsOptions struct {
	config, state, keys    string
	key, display, rights   string
	languages              []string
	configGiven, stateElse bool
	// dry: it is only to be said what would change.
	dry bool
}

func (p program) agentsCommand() *cobra.Command {
	var o agentsOptions
	cmd := &cobra.Command{
		Use:   "agents",
		Short: "Let people log in as agents of their own, by SSH",
		Long: "Each agent logs in to this account of the machine with a key of their own, and gets unibox\n" +
			"and nothing else: no shell, no files but those in a folder of their own, no token.",
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage(catalog.Errorf("say what to do: unibox agents add, list or remove"))
		},
	}
	f := cmd.PersistentFlags()
	addPath(f, &o.config, "config", beside(config.Path(), "XDG_CONFIG_HOME"), "the config `file`")
	addPath(f, &o.state, "state", beside(xdg.StateHome, "XDG_STATE_HOME", "unibox"), "the `folder` of drafts, outbox and cache")
	addPath(f, &o.keys, "authorized-keys", beside(xdg.Home, "HOME", ".ssh", "authorized_keys"), "the `file` of keys that sshd reads")
	cmd.AddCommand(p.agentsAddCommand(&o), p.agentsListCommand(&o), p.agentsRemoveCommand(&o))
	return cmd
}

func (p program) agentsAddCommand(o *agentsOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add NAME --key FILE",
		Short: "Let whoever has a key log in as an agent",
		Long: "add writes the agent into the config, if it is not there, and the line for the key into\n" +
			"authorized_keys. FILE is the public key, such as id_ed25519.pub.",
		Args: oneArg("NAME", true),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.configGiven, o.stateElse = cmd.Flags().Changed("config"), cmd.Flags().Changed("state")
			return p.addAgent(cmd.Context(), cmd.OutOrStdout(), args[0], *o)
		},
	}
	f := cmd.Flags()
	addPath(f, &o.key, "key", "", "the `file` of the public key")
	f.StringVar(&o.display, "display", "", "the `name` that colleagues read")
	f.StringVar(&o.rights, "rights", "", p.say.T("the `rights` of the agent: %s (default: send)", strings.Join(state.RightsNames(), ", ")))
	f.StringSliceVar(&o.languages, "speaks", nil, "a `language` that the agent answers in, such as de; may be repeated")
	dryFlag(cmd, &o.dry)
	return cmd
}

func (p program) agentsListCommand(o *agentsOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Print the agents, their rights and their keys",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, problems, err := config.Load(o.config, p.platforms.Config())
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return usage(err)
			}
			for _, problem := range problems {
				fmt.Fprintln(cmd.ErrOrStderr(), text.Mode{}.Line(p.say.Sentence(problem.String())))
			}
			keys, err := authkeys.File{Path: o.keys}.Lines()
			if err != nil {
				return err
			}
			return p.listAgents(cmd.OutOrStdout(), c.Agents, keys)
		},
	}
}

func (p program) agentsRemoveCommand(o *agentsOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove NAME",
		Short: "Take an agent's keys out of authorized_keys, and the agent out of the config",
		Args:  oneArg("NAME", true),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.removeAgent(cmd.Context(), cmd.OutOrStdout(), args[0], *o)
		},
	}
	dryFlag(cmd, &o.dry)
	return cmd
}

// addAgent lets an agent in on this box, and then says so to the team.
func (p program) addAgent(ctx context.Context, out io.Writer, name string, o agentsOptions) error {
	key, err := p.addAgentHere(out, name, o)
	if err != nil {
		return err
	}
	if o.dry {
		return p.withTeam(ctx, o, nil, func(*postgres.Fleet) error {
			fmt.Fprintln(out, p.say.T("Without --dry-run the team is told, too, that %s is let in with this key.", name))
			return nil
		})
	}
	return p.withTeam(ctx, o, nil, func(team *postgres.Fleet) error {
		k := state.AgentKey{Agent: name, Key: ssh.FingerprintSHA256(key), Box: app.BoxName()}
		err := team.LetIn(ctx, k)
		if err != nil {
			return catalog.Errorf("the team was not told: if %s was removed from it, they are refused until you add the same key again: %w", name, err)
		}
		all, err := team.AgentKeys(ctx)
		if boxes := all.Strangers(name, k.Box); len(boxes) > 0 {
			fmt.Fprintln(out, p.say.T("On other boxes %s has other keys (%s): if that is another person, give one of them another name.", name, text.Mode{}.Line(strings.Join(boxes, ", "))))
		}
		return errors.Join(err, app.NoteAgents(ctx, o.state, team))
	})
}

// withTeam does something with the team's database, and returns alone where the config has none.
func (p program) withTeam(ctx context.Context, o agentsOptions, alone error, do func(team *postgres.Fleet) error) error {
	c, _, err := config.Load(o.config, p.platforms.Config())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usage(err)
	}
	team, err := app.Fleet(ctx, c, nil)
	if err != nil || team == nil {
		return errors.Join(alone, err)
	}
	defer team.Close()
	return do(team)
}

func (p program) addAgentHere(out io.Writer, name string, o agentsOptions) (ssh.PublicKey, error) {
	if wrong := config.WrongAgentName(name); wrong != "" {
		return nil, usage(errors.New(wrong))
	}
	if o.key == "" {
		return nil, usage(catalog.Errorf("say which public key lets the agent in: --key id_ed25519.pub"))
	}
	key, err := authkeys.ReadKey(o.key)
	if err != nil {
		return nil, err
	}
	edit, known, err := p.agentInConfig(name, o)
	if err != nil {
		return nil, err
	}
	run, err := o.command(name)
	if err != nil {
		return nil, err
	}
	added, err := authkeys.File{Path: o.keys, Dry: o.dry}.Add(name, key, run)
	if err != nil {
		return nil, err
	}
	if o.dry {
		p.sayWouldAdd(out, name, o, known, added)
		return key, nil
	}
	if !known { // after the key, without which the agent would be nobody
		if err := edit.Write(); err != nil {
			return nil, catalog.Errorf("the key is in %s, but the agent is not in the config: %w", o.keys, err)
		}
		fmt.Fprintln(out, p.say.T("%s is in %s.", name, text.Mode{}.Line(o.config)))
	}
	if !added {
		fmt.Fprintln(out, p.say.T("The key is in %s already.", text.Mode{}.Line(o.keys)))
		return key, nil
	}
	fmt.Fprintln(out, p.say.T("The key is in %s: whoever has it gets unibox as %s, and nothing else.", text.Mode{}.Line(o.keys), name))
	return key, nil
}

// sayWouldAdd says what adding an agent would do here; known is that the config has the agent,
// added that the key is not there yet.
func (p program) sayWouldAdd(out io.Writer, name string, o agentsOptions, known, added bool) {
	config, keys := text.Mode{}.Line(o.config), text.Mode{}.Line(o.keys)
	switch {
	case !known && added:
		fmt.Fprintln(out, p.say.T("Nothing was done. Without --dry-run: %s comes into %s, and the key into %s.", name, config, keys))
	case !known:
		fmt.Fprintln(out, p.say.T("Nothing was done. Without --dry-run: %s comes into %s; the key is in %s already.", name, config, keys))
	case added:
		fmt.Fprintln(out, p.say.T("Nothing was done. Without --dry-run: the key of %s comes into %s.", name, keys))
	default:
		fmt.Fprintln(out, p.say.T("Nothing was done, and nothing is to do: the key is in %s already.", keys))
	}
}

// agentInConfig prepares to add the agent to the config, unless it is there.
func (p program) agentInConfig(name string, o agentsOptions) (edit config.Edit, known bool, err error) {
	c, _, err := config.Load(o.config, p.platforms.Config())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return edit, false, usage(err)
	}
	if _, known = c.Agent(name); known {
		if o.display+o.rights != "" || len(o.languages) > 0 {
			err = usage(catalog.Errorf("%s is in the config already: change its table with unibox config edit, and leave out --display, --rights and --speaks", name))
		}
		return edit, true, err
	}
	entries := []config.Entry{{Key: "name", Value: name}}
	if o.display != "" {
		entries = append(entries, config.Entry{Key: "display", Value: o.display})
	}
	if len(o.languages) > 0 {
		entries = append(entries, config.Entry{Key: "languages", Value: o.languages})
	}
	if o.rights != "" {
		entries = append(entries, config.Entry{Key: "rights", Value: o.rights})
	}
	edit, err = config.AddAgent(o.config, p.platforms.Config(), entries)
	return edit, false, usage(err)
}

// sshdPath is where sshd finds the command of a key: it reads no profile.
var sshdPath = []string{"/usr/local/bin", "/usr/bin", "/bin"}

// command is what the key runs: unibox by its name where the login finds this one by it.
func (o agentsOptions) command(name string) (authkeys.Command, error) {
	own, err := os.Executable()
	if err == nil {
		own, err = filepath.EvalSymlinks(own)
	}
	if err != nil {
		return nil, catalog.Errorf("where unibox is cannot be found out: %w", err)
	}
	run := authkeys.Command{own}
	for _, dir := range sshdPath {
		found := filepath.Join(dir, "unibox")
		if _, err := os.Stat(found); err != nil {
			continue
		}
		if real, err := filepath.EvalSymlinks(found); err == nil && real == own {
			run[0] = "unibox"
		}
		break
	}
	for _, flag := range []struct {
		given    bool
		name, of string
	}{{o.configGiven || os.Getenv("XDG_CONFIG_HOME") != "", "--config", o.config}, {o.stateElse || os.Getenv("XDG_STATE_HOME") != "", "--state", o.state}} {
		if !flag.given {
			continue
		}
		path, err := filepath.Abs(flag.of)
		if err != nil {
			return nil, err
		}
		run = append(run, flag.name, path)
	}
	return append(run, "--agent", name), nil
}

func (p program) listAgents(out io.Writer, agents []config.Agent, keys []authkeys.Line) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join([]string{p.say.T("NAME"), p.say.T("CALLED"), p.say.T("RIGHTS"), p.say.T("LANGUAGES"), p.say.T("KEYS")}, "\t"))
	for _, a := range agents {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", a.Name, text.Mode{}.Line(a.Called()), a.Rights, strings.Join(a.Languages, " "), p.keysOf(a.Name, &keys))
	}
	for len(keys) > 0 {
		name := keys[0].Agent
		fmt.Fprintf(w, "%s\t\t%s\t\t%s\n", text.Mode{}.Line(name), p.say.T("none: not in the config"), p.keysOf(name, &keys))
	}
	return w.Flush()
}

// keysOf are the keys of an agent, which it takes from those that are left.
func (p program) keysOf(name string, left *[]authkeys.Line) string {
	var own []string
	var rest []authkeys.Line
	for _, k := range *left {
		if k.Agent == name {
			own = append(own, k.Key)
		} else {
			rest = append(rest, k)
		}
	}
	*left = rest
	if own == nil {
		return p.say.In("keys of an agent", "none")
	}
	return strings.Join(own, " ")
}

// removeAgent removes an agent on this box, and has the other boxes of a team refuse them, also
// where there was nothing here.
func (p program) removeAgent(ctx context.Context, out io.Writer, name string, o agentsOptions) error {
	left := p.removeAgentHere(out, name, o)
	if o.dry {
		return p.withTeam(ctx, o, left, func(*postgres.Fleet) error {
			fmt.Fprintln(out, p.say.T("Without --dry-run the other boxes of the team refuse %s, too.", name))
			if errors.As(left, new(*nothingHere)) {
				return nil
			}
			return left
		})
	}
	return p.withTeam(ctx, o, left, func(team *postgres.Fleet) error {
		if wrong := config.WrongAgentName(name); wrong != "" {
			return left
		}
		if err := team.RemoveAgent(ctx, name, app.BoxName()); err != nil {
			return errors.Join(left, catalog.Errorf("the other boxes of the team were not told, and still let %s in: do it again: %w", name, err))
		}
		fmt.Fprintln(out, p.say.T("The other boxes of the team refuse %s from now on.", name))
		if errors.As(left, new(*nothingHere)) {
			left = nil
		}
		return errors.Join(left, app.NoteAgents(ctx, o.state, team))
	})
}

// nothingHere is that this box has nothing of an agent.
type nothingHere struct{ error }

func (e *nothingHere) Unwrap() error { return e.error }

// removeAgentHere takes the keys first: an agent who is only half removed must not get in.
func (p program) removeAgentHere(out io.Writer, name string, o agentsOptions) error {
	n, err := authkeys.File{Path: o.keys, Dry: o.dry}.Remove(name)
	if err != nil {
		return err
	}
	edit, left := config.RemoveAgent(o.config, name)
	if left == nil && !o.dry {
		left = edit.Write()
	}
	switch {
	case n == 0 && left != nil:
		return &nothingHere{catalog.Errorf("there is nothing of %s to remove: no key in %s, and %w", text.Mode{}.Line(name), o.keys, left)}
	case o.dry && left != nil:
		fmt.Fprintln(out, p.say.Plural(n, "Nothing was done. Without --dry-run: %d of the agent's keys is removed from %s. In the config nothing changes: %s.", "Nothing was done. Without --dry-run: %d of the agent's keys are removed from %s. In the config nothing changes: %s.", text.Mode{}.Line(o.keys), text.Mode{}.Line(p.sentence(left))))
		return nil
	case o.dry:
		fmt.Fprintln(out, p.say.Plural(n, "Nothing was done. Without --dry-run: %d of the agent's keys is removed from %s, and %s from the config.", "Nothing was done. Without --dry-run: %d of the agent's keys are removed from %s, and %s from the config.", text.Mode{}.Line(o.keys), name))
		return nil
	case left != nil:
		fmt.Fprintln(out, p.say.Plural(n, "%d of the agent's keys removed from %s. In the config nothing was changed: %s.", "%d of the agent's keys removed from %s. In the config nothing was changed: %s.", text.Mode{}.Line(o.keys), text.Mode{}.Line(p.sentence(left))))
	default:
		fmt.Fprintln(out, p.say.Plural(n, "%d of the agent's keys removed from %s, and %s from the config.", "%d of the agent's keys removed from %s, and %s from the config.", text.Mode{}.Line(o.keys), name))
	}
	fmt.Fprintln(out, p.say.T("Whoever is logged in by unibox serve is logged out within seconds; by sshd they stay until they leave: their processes name the agent (ps -ef)."))
	own := filepath.Join(o.state, app.AgentsFolder, name)
	if _, err := os.Stat(own); err == nil && config.WrongAgentName(name) == "" {
		fmt.Fprintln(out, p.say.T("What %[1]s had here, such as files and searches, stays in %[2]s. Whoever is called %[1]s next has it: move it away first.", name, text.Mode{}.Line(own)))
	}
	return nil
}
