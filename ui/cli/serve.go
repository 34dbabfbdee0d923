package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"sync"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"

	"unibox/state"
	"unibox/state/config"
	"unibox/state/push"
	"unibox/state/supervise"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/cli/authkeys"
	"unibox/ui/cli/serving"
	"unibox/ui/text"
)

// serveOptions are the flags of unibox serve.
type serveOptions struct {
	config, state, keys string
	listen, metrics     string
}

func (p program) serveCommand() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Let agents in by SSH, many in one process",
		Long: "serve takes logins by SSH and gives each agent the screen, or runs a command of unibox\n" +
			"where the client has no terminal. Agents and their keys are those of unibox agents.\n" +
			"It fetches and sends while it runs, whether somebody is logged in or not.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.serveAgents(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	configFlag(cmd, &o.config)
	stateFlag(cmd, &o.state)
	addPath(f, &o.keys, "authorized-keys", beside(xdg.Home, "HOME", ".ssh", "authorized_keys"), "the `file` of keys that unibox agents add writes")
	f.StringVar(&o.listen, "listen", "", "the `address` for SSH (default: listen of [serve] in the config, or :2222)")
	f.StringVar(&o.metrics, "metrics", "", "an `address` of this machine for numbers and health, such as 127.0.0.1:9100")
	return cmd
}

// serveAgents serves until ctx ends. The sessions end first, then what works for them.
func (p program) serveAgents(ctx context.Context, o serveOptions, out, problems io.Writer) error {
	c, wrong, err := p.load(o.config)
	if err != nil {
		return err
	}
	for _, problem := range wrong {
		fmt.Fprintln(problems, text.Mode{}.Line(problem.String()))
	}
	if o.listen != "" {
		if err := config.CheckListen(o.listen); err != nil {
			return usage(catalog.Errorf("--listen is %q: %w", o.listen, err))
		}
	}
	if o.metrics != "" {
		if err := state.CheckLocal(o.metrics); err != nil {
			return usage(catalog.Errorf("--metrics is %q: it cannot be %w", o.metrics, err))
		}
	}
	c.Serve.Listen, c.Serve.Metrics = cmp.Or(o.listen, c.Serve.Listen), cmp.Or(o.metrics, c.Serve.Metrics)
	on, err := net.Listen("tcp", c.Serve.Listen)
	if err != nil {
		return catalog.Errorf("nobody can be let in on %s: %w", c.Serve.Listen, err)
	}
	defer on.Close()
	if o.state, err = filepath.Abs(o.state); err != nil {
		return err
	}
	c.HideEnv()
	host, err := app.Session{Dir: o.state, Config: c, Problems: wrong, Platforms: p.platforms}.OpenHost(ctx)
	if err != nil {
		return err
	}
	s := &served{program: p, o: o, host: host, keys: authkeys.NewKeys(o.keys)}
	host.AgentKeys = s.agentKeys
	return errors.Join(s.run(ctx, on, c.Serve, out), host.Close())
}

// served is what all sessions of agents have.
type served struct {
	program
	o    serveOptions
	host *app.Host
	keys *authkeys.Keys

	mu     sync.Mutex
	agents config.Watched
}

// hostKeyFile is the key of the host in the state folder.
var hostKeyFile = filepath.Join("serve", "host_ed25519")

// run serves, and works for all until the last session has ended.
func (s *served) run(ctx context.Context, on net.Listener, c config.Serve, out io.Writer) error {
	server, err := serving.New(serving.Options{HostKey: filepath.Join(s.o.state, hostKeyFile), Who: s.who, Serve: s.serve, Says: s.says,
		Idle: c.Idle, Longest: c.Longest, Most: c.Sessions, Log: s.host.Log()})
	if err != nil {
		return err
	}
	parts := []func(context.Context) error{func(ctx context.Context) error { return server.Run(ctx, on) }}
	if c.Metrics != "" {
		observe, err := s.observe(server, c.Metrics)
		if err != nil {
			return err
		}
		parts = append(parts, observe)
	}
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	worked := make(chan error, 1)
	go func() {
		err := state.Guarded(func() error { return s.host.Run(working) })
		cancel(err)
		worked <- err
	}()
	fmt.Fprintln(out, s.say.T("Agents are let in on %s. The key of this host is %s.", on.Addr(), server.HostKey()))
	err = supervise.Together(ctx, parts...)
	stop()
	if broken := <-worked; !errors.Is(broken, context.Canceled) {
		return supervise.LogPanic(broken, s.host.Log())
	}
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// observe answers for numbers and health on an address of this machine.
func (s *served) observe(server *serving.Server, address string) (func(context.Context) error, error) {
	on, err := push.Listen(address)
	if err != nil {
		return nil, catalog.Errorf("numbers and health cannot be on %s: %w", address, err)
	}
	o := serving.Observed{Metrics: s.metrics, Wrong: s.wrong}
	return func(ctx context.Context) error { return server.Observe(ctx, on, o) }, nil
}

// who is the agent of a key: of a line that names this config and this state folder, and an
// agent of the config as it is now, with the rights of now.
func (s *served) who(key ssh.PublicKey) serving.Holder {
	allowed, ok, err := s.keys.Of(key)
	if err != nil {
		s.host.Log().Warn("the keys of agents", "err", err)
	}
	if !ok || !same(allowed.Config, s.o.config, config.Path()) || !same(allowed.State, s.o.state, filepath.Join(xdg.StateHome, "unibox")) {
		return serving.Holder{}
	}
	a, known := s.config().Agent(allowed.Agent)
	if !known || s.host.Refuses(a.Name, ssh.FingerprintSHA256(key)) {
		return serving.Holder{}
	}
	return serving.Holder{Agent: a.Name, Rights: fmt.Sprintf("%d %d %q", a.Rights, a.Claims, a.Folder)}
}

// agentKeys are the keys by which agents are let in here.
func (s *served) agentKeys() (all []state.AgentKey) {
	lines, err := authkeys.File{Path: s.o.keys}.Lines()
	if err != nil {
		return nil
	}
	for _, l := range lines {
		all = append(all, state.AgentKey{Agent: l.Agent, Key: l.Key, Box: app.BoxName()})
	}
	return all
}

// same reports whether a line names a path of ours: usual is what it means by none.
func same(named, ours, usual string) bool {
	full, err := filepath.Abs(cmp.Or(named, usual))
	own, wrong := filepath.Abs(ours)
	return err == nil && wrong == nil && full == own
}

// config is as it is now, read again once it changed: who is an agent holds at once.
func (s *served) config() config.Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.agents.Load(s.o.config, s.platforms.Config())
}

// guest is the session of somebody whom unibox serve let in.
type guest struct {
	served *served
	serving.Login
}

// serve runs what a session asks for.
func (s *served) serve(ctx context.Context, l serving.Login) (code int, broke bool) {
	p := s.program
	p.login = &login{agent: l.Agent, config: s.o.config, state: s.o.state, asked: true, guest: &guest{s, l}}
	words, err := commandWords(l.Command)
	p.speak(words, s.o.config, l.Environ)
	switch {
	case err != nil:
	case len(words) == 0:
		err = p.live(ctx, liveOptions{config: s.o.config, state: s.o.state})
	default:
		err = p.runFor(ctx, l, words)
	}
	if err != nil && context.Cause(ctx) == nil {
		fmt.Fprintln(l.Err, text.Mode{}.Clean(p.sentence(err)))
	}
	var crash *state.PanicError
	return exitCode(err), errors.As(err, &crash)
}

// says says an error in the language of a session.
func (s *served) says(l serving.Login, err error) string {
	return app.Environ(l.Environ).Language(s.host.Config().UI).Error(err)
}

// runFor runs a command for a session.
func (p program) runFor(ctx context.Context, l serving.Login, words []string) error {
	root := p.rootCommand()
	root.SetArgs(words)
	root.SetIn(l.In)
	root.SetOut(l.Out)
	root.SetErr(l.Err)
	return root.ExecuteContext(ctx)
}

// session is that of the guest's agent, with the rights that they have now.
func (g *guest) session(p program) (app.Session, error) {
	c := g.served.config()
	a, err := p.agentIn(c)
	if err != nil {
		return app.Session{}, err
	}
	s := g.served.host.Session(c.Agents, a, g.Environ)
	s.From = g.From
	return s, nil
}

// show shows the screen on the guest's terminal.
func (g *guest) show(ctx context.Context, p program, o liveOptions) error {
	if g.Terminal == nil {
		return errNoTerminal
	}
	g.Shows()
	s, err := g.session(p)
	if err != nil {
		return err
	}
	ui := &s.Config.UI
	ui.ReadOnly, ui.ScreenReader = ui.ReadOnly || o.readOnly, ui.ScreenReader || o.screenReader
	ui.Language = cmp.Or(p.language, ui.Language)
	if err := drawable(app.Environ(g.Environ).Get("TERM"), ui.ScreenReader); err != nil {
		return err
	}
	s.Connection = g.Terminal
	return s.Run(ctx)
}

// metrics are the numbers of the store and the accounts.
func (s *served) metrics(ctx context.Context) []serving.Metric {
	up := serving.Metric{Name: "account_up"}
	answered := serving.Metric{Name: "account_answered_seconds"}
	health, _ := s.host.Health(ctx)
	for _, h := range health {
		live := 0.0
		if h.State == state.HealthLive {
			live = 1
		}
		up.Values = append(up.Values, serving.Value{Label: "account", Of: string(h.Account), Value: live})
		if !h.LastOK.IsZero() {
			answered.Values = append(answered.Values, serving.Value{Label: "account", Of: string(h.Account), Value: time.Since(h.LastOK).Seconds()})
		}
	}
	queue, _ := s.host.Queue(ctx)
	waiting := 0
	if side, err := s.host.Sidebar(ctx); err == nil {
		waiting = side.Views[state.ViewWaiting]
	}
	return []serving.Metric{up, answered,
		{Name: "unsent", Values: []serving.Value{{Value: float64(len(queue))}}},
		{Name: "waiting", Values: []serving.Value{{Value: float64(waiting)}}},
	}
}

// wrong says what is wrong with the store, "" for nothing that a restart could end: while the
// team's database does not answer agents work on here.
func (s *served) wrong(ctx context.Context) string {
	if _, err := s.host.Health(ctx); err != nil {
		return err.Error()
	}
	if c := s.host.Condition(); !c.Passing {
		return c.Problem
	}
	return ""
}
