package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"unibox/api/sandbox"
	"unibox/state/config"
	"unibox/state/logfile"
	"unibox/state/supervise"
)

type demoOptions struct {
	state string
	world world
}

// demo is the program on a sandbox of its own, by way of a config file as
// anybody would write it.
func demo(ctx context.Context, o demoOptions) error {
	if err := checkTerminal(); err != nil {
		return err
	}
	temporary := o.state == ""
	if temporary {
		dir, err := os.MkdirTemp("", "unibox-demo-")
		if err != nil {
			return fmt.Errorf("make a state folder: %w", err)
		}
		defer os.RemoveAll(dir)
		o.state = dir
	}
	log, file, err := logfile.Open(o.state)
	if err != nil {
		return err
	}
	defer file.Close()
	listener, err := listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	g, server := supervise.NewGroup(ctx, log), o.world.server()
	host(g, server, listener, log)
	err = visit(g.Context(), session{dir: o.state, temporary: temporary}, sandbox.Config(server.Accounts(origin(listener))))
	return errors.Join(g.End(), err)
}

// visit is a session on the config in text, which it leaves in its folder.
func visit(ctx context.Context, s session, text string) error {
	path := filepath.Join(s.dir, "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return fmt.Errorf("write the demo's config: %w", err)
	}
	var err error
	if s.config, s.problems, err = config.Load(path, needs()); err != nil {
		return err
	}
	return s.run(ctx)
}
