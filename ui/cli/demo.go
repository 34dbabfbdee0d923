package cli

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"unibox/state/config"
	"unibox/state/logfile"
	"unibox/state/osfile"
	"unibox/state/supervise"
	"unibox/ui/app"
	"unibox/ui/catalog"
)

type demoOptions struct {
	state                  string
	readOnly, screenReader bool
	// practice teaches the keys.
	practice bool
	world    world
}

// demo runs the program on a new sandbox, with a config file as anybody
// would write it.
func (p program) demo(ctx context.Context, o demoOptions) error {
	if err := checkTerminal(o.screenReader); err != nil {
		return err
	}
	temporary := o.state == ""
	if temporary {
		dir, err := osfile.MakeTempFolder("", "unibox-demo-")
		if err != nil {
			return catalog.Errorf("a state folder cannot be made: %w", err)
		}
		defer os.RemoveAll(dir)
		o.state = dir
	}
	if o.practice {
		o.world.practise()
	}
	if err := foreign(o.state); err != nil {
		return err
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
	session := app.Session{Dir: o.state, Temporary: temporary, Platforms: p.platforms, Notices: p.notices()}
	if o.practice {
		var done func()
		session.Practice, done, err = practise(server, origin(listener))
		defer done()
	}
	if err == nil {
		err = visit(g.Context(), session, p.choose(o), o.world.config(server, origin(listener)))
	}
	return errors.Join(g.End(), err)
}

// choose sets what the flags choose.
func (p program) choose(o demoOptions) func(u *config.UI) {
	return func(u *config.UI) {
		u.ReadOnly, u.ScreenReader = u.ReadOnly || o.readOnly, u.ScreenReader || o.screenReader
		u.Language = cmp.Or(p.language, u.Language)
	}
}

// foreign refuses a folder that is not of an earlier demo: its config would be
// replaced, and invented customers would stand among real ones.
func foreign(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	text, _ := os.ReadFile(filepath.Join(dir, "config.toml"))
	if strings.Contains(string(text), `token = "sandbox-`) {
		return nil
	}
	return catalog.Errorf("%s is not empty and not from a demo: give --state a new folder", dir)
}

// replies are the saved replies of the demo.
//
//go:embed replies
var replies embed.FS

// lendReplies puts the saved replies beside the demo's config, once: an earlier demo's may
// have been changed.
func lendReplies(dir string) error {
	target := filepath.Join(dir, "replies")
	if err := os.Mkdir(target, 0o700); errors.Is(err, fs.ErrExist) {
		return nil
	} else if err != nil {
		return err
	}
	entries, err := replies.ReadDir("replies")
	for _, e := range entries {
		text, unread := replies.ReadFile("replies/" + e.Name())
		err = errors.Join(err, unread, os.WriteFile(filepath.Join(target, e.Name()), text, 0o600))
	}
	return err
}

// visit runs a session on the config in text, which it writes into the state folder.
func visit(ctx context.Context, s app.Session, choose func(*config.UI), text string) error {
	path := filepath.Join(s.Dir, "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return catalog.Errorf("the demo's config cannot be written: %w", err)
	}
	err := lendReplies(s.Dir)
	if err != nil {
		return catalog.Errorf("the demo's saved replies cannot be written: %w", err)
	}
	if s.Config, s.Problems, err = config.Load(path, s.Platforms.Config()); err != nil {
		return err
	}
	choose(&s.Config.UI)
	s.OwnConfig = true
	return s.Run(ctx)
}
