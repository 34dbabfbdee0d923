package cli

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"

	"unibox/state/config"
	"unibox/state/sqlite"
	"unibox/ui/app"
	"unibox/ui/catalog"
)

type liveOptions struct {
	config, state          string
	readOnly, screenReader bool
}

// live runs the program on the configured accounts.
func (p program) live(ctx context.Context, o liveOptions) error {
	if p.login.guest != nil {
		return p.login.guest.show(ctx, p, o)
	}
	c, problems, err := p.configAt(o.config)
	switch {
	case p.login.agent != "" && (err != nil || len(c.Accounts) == 0 && !kept(o.state)):
		return usage(catalog.Errorf("no account is set up here: tell whoever runs this unibox"))
	case p.login.agent != "": // who did not write the config is not asked about it
	case errors.Is(err, fs.ErrNotExist) && canAsk() && config.Dangling(o.config) == "":
		return p.firstRun(ctx, o, p.say.T("There is no config yet: %s", o.config))
	case errors.Is(err, fs.ErrNotExist):
		return noConfig(o.config)
	case err != nil:
		return err
	case len(c.Accounts) == 0 && len(problems) == 0 && canAsk():
		return p.firstRun(ctx, o, p.say.T("There is no account yet in %s", o.config))
	case len(c.Accounts) == 0 && len(problems) == 0:
		return catalog.Errorf("%s names no account; add one with unibox account add, or try unibox demo", o.config)
	case len(c.Accounts) == 0 && !kept(o.state):
		return usage(catalog.Errorf("%s\nNo account is right, and nothing is stored to look at. To fix it: unibox config edit", p.said(problems)))
	}
	c.UI.ReadOnly = c.UI.ReadOnly || o.readOnly
	c.UI.ScreenReader = c.UI.ScreenReader || o.screenReader
	c.UI.Language = cmp.Or(p.language, c.UI.Language)
	if err := p.checkLogin(c.UI.ScreenReader); err != nil {
		return err
	}
	c.HideEnv() // from $EDITOR, and from each token_command
	s, err := p.as(app.Session{Dir: o.state, Config: c, Problems: problems, Platforms: p.platforms, Notices: p.notices()})
	if err != nil {
		return err
	}
	return s.Run(ctx)
}

// kept reports whether there is something to read in the state folder, so that a start
// without a single account that is right makes sense: drafts, messages that are not
// sent, and what was read before.
func kept(dir string) bool {
	files, err := sqlite.Files(dir)
	return err == nil && len(files) > 0
}

// notices are what the screen says at the start beside the mistakes in the config.
func (p program) notices() []string {
	if p.zone.String() == "" {
		return nil
	}
	return []string{p.say.Said(p.zone)}
}

// noConfig says how to begin.
func noConfig(path string) error {
	place := catalog.Verbatim(path)
	if to := config.Dangling(path); to != "" {
		place = catalog.Say("%s, a link to %s, which does not exist", path, to)
	}
	return usage(catalog.Errorf("there is no config yet: %s\n"+
		"To make one: unibox account add\n"+
		"To try unibox without an account: unibox demo\n"+
		"To learn its keys on invented customers: unibox demo --practice", place))
}

// said are mistakes in the config, a line each.
func (p program) said(problems []config.Problem) string {
	all := make([]string, len(problems))
	for i, problem := range problems {
		all[i] = p.say.Sentence(problem.String())
	}
	return strings.Join(all, "\n")
}

// checkLogin is checkTerminal, with what an agent does to have a terminal.
func (p program) checkLogin(lines bool) error {
	if p.login.agent != "" && !hasTerminal() {
		return errNoTerminal
	}
	return checkTerminal(lines)
}

// errNoTerminal: an agent asked for the screen without a terminal.
var errNoTerminal = catalog.Errorf("unibox needs a terminal: type ssh -t before the name of the box, or ask for a command, such as list")

// hasTerminal reports whether a person types and reads in a terminal.
func hasTerminal() bool { return term.IsTerminal(os.Stdin.Fd()) && term.IsTerminal(os.Stdout.Fd()) }

// checkTerminal refuses to draw where the output is not a terminal, or one without
// escape codes; lines can be written to the latter.
func checkTerminal(lines bool) error {
	if !hasTerminal() {
		return catalog.Errorf("unibox needs a terminal; without one there are unibox keys and unibox sandbox")
	}
	return drawable(os.Getenv("TERM"), lines)
}

// drawable refuses a terminal without escape codes, unless lines are written to it.
func drawable(name string, lines bool) error {
	if !lines && (name == "" || name == "dumb") {
		return catalog.Errorf("unibox cannot draw on a dumb terminal: set TERM to the name of your terminal, such as xterm-256color, or use --screen-reader")
	}
	return nil
}
