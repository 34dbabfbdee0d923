package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"unibox/state/config"
	"unibox/ui/app"
)

type liveOptions struct{ config, state string }

// live runs the program on the configured accounts.
func (p program) live(ctx context.Context, o liveOptions) error {
	c, problems, err := config.Load(o.config, p.platforms.Config())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return noConfig(o.config)
	case err != nil:
		return err
	case len(c.Accounts) == 0 && len(problems) == 0:
		return fmt.Errorf("%s names no account; add one with unibox account add, or try unibox demo", o.config)
	case len(c.Accounts) == 0:
		return errors.New(strings.Join(lines(problems), "\n"))
	}
	if err := checkTerminal(); err != nil {
		return err
	}
	c.HideEnv() // from $EDITOR, and from each token_command
	return app.Session{Dir: o.state, Config: c, Problems: problems, Platforms: p.platforms}.Run(ctx)
}

// noConfig says how to begin.
func noConfig(path string) error {
	return usage(fmt.Errorf("there is no config yet: %s\n"+
		"To make one: unibox account add\n"+
		"To try unibox without an account: unibox demo", path))
}

func lines[T fmt.Stringer](list []T) []string {
	out := make([]string, len(list))
	for i, item := range list {
		out[i] = item.String()
	}
	return out
}
