package cli

import (
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"unibox/state/config"
	"unibox/ui/app"
	"unibox/ui/cli/script"
)

// scriptCommands are those that do without the screen what an agent does on it.
func (p program) scriptCommands() []*cobra.Command {
	return script.Setup{
		Say: p.say,
		Flags: func(cmd *cobra.Command, into, state *string, readOnly *bool) {
			addPath(cmd.Flags(), into, "config", beside(config.Path(), "XDG_CONFIG_HOME"), "the config `file`")
			stateFlag(cmd, state)
			if readOnly != nil {
				readOnlyFlag(cmd, readOnly)
			}
		},
		Session:  p.session,
		NoArgs:   noArgs,
		Typed:    p.login.guest == nil,
		Terminal: p.login.guest != nil && p.login.guest.Terminal != nil,
	}.Commands()
}

// session is one of a config, which may be missing: then there are no accounts, and what is
// stored can be read. What is wrong in the config costs itself alone.
func (p program) session(path, dir string) (app.Session, error) {
	if p.login.guest != nil {
		return p.login.guest.session(p)
	}
	c, problems, err := config.Load(path, p.platforms.Config())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return app.Session{}, usage(err)
	}
	c.HideEnv()
	return p.as(app.Session{Dir: dir, Config: c, Problems: problems, Platforms: p.platforms, Notices: p.notices()})
}
