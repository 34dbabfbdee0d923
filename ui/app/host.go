package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/attach"
	"unibox/state/changes"
	"unibox/state/config"
	"unibox/state/outbox"
	"unibox/state/push"
	"unibox/state/sqlite"
	"unibox/state/supervise"
	"unibox/state/syncer"
	"unibox/ui"
	"unibox/ui/place"
	"unibox/ui/text"
)

// Host has a store open for the sessions of several agents in this process, and what works
// on it: the clients, the engine, the outbox. A session at it ([Session.Host]) is what
// --agent makes of one: restricted, with rights, a presence and a folder of its own. It
// shares the rest.
type Host struct {
	*Inbox
	work worker
	// looking has the clients of who may not send.
	looking *lookers
	// AgentKeys are the keys by which agents are let in here; it is set before Run.
	AgentKeys func() []state.AgentKey
	keys      atomic.Pointer[state.AgentKeys]

	mu      sync.Mutex
	secrets []string
	guards  map[*attach.Guard]struct{}
	last    int
	seated  map[int]struct{}
}

// hostName is what others read of the session that works for all agents.
const hostName = "unibox serve"

// OpenHost opens the store and signs in, once for all agents. What is wrong with an account is in
// its health. The caller closes it after the sessions at it.
func (s Session) OpenHost(ctx context.Context) (*Host, error) {
	s.name = hostName
	i, err := s.Open(ctx)
	if err != nil {
		return nil, err
	}
	h := &Host{Inbox: i, guards: map[*attach.Guard]struct{}{i.Guard: {}}, seated: map[int]struct{}{}, AgentKeys: func() []state.AgentKey { return nil }}
	if err := h.readKeys(ctx); err != nil {
		i.log.Warn("who is an agent of the team", "err", err)
	}
	i.heard = h.heard
	h.work = i.prepare(ctx)
	p := i.session.Platforms
	p.Heard, p.Credentials, p.ReadOnly = h.heard, &api.Credentials{}, true
	h.looking = &lookers{connect: func(c config.Config) []client { return connect(ctx, c, p, i.log) }, config: i.session.Config, log: i.log, wait: lookAgain}
	live := h.work.live
	i.DB.SetWindows(windows(live))
	i.DB.SetCodes(codes(live))
	i.DB.SetSaved(filters(i.Saved))
	i.DB.Begin()
	return h, nil
}

// lookers are the clients of sessions that may not send: they let nothing out that writes. They
// are made for the first such session, and one that could not be made, as by a token_command
// that failed, again for a later one.
type lookers struct {
	connect func(config.Config) []client
	config  config.Config
	log     *slog.Logger
	// wait is how long after it failed it is tried again at the earliest.
	wait time.Duration

	mu     sync.Mutex
	made   []client
	failed time.Time
}

// lookAgain is how long it is waited before a client is made again that could not be.
const lookAgain = time.Minute

// clients are those that could be made; lacks are the accounts without one.
func (l *lookers) clients() (made []client, lacks []api.AccountID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	missing := l.config
	missing.Accounts = slices.DeleteFunc(slices.Clone(missing.Accounts), func(a config.Account) bool {
		return slices.ContainsFunc(l.made, func(c client) bool { return string(c.id) == a.Name })
	})
	if len(missing.Accounts) == 0 {
		return slices.Clone(l.made), nil
	}
	if !l.failed.IsZero() && time.Since(l.failed) < l.wait {
		return slices.Clone(l.made), names(missing.Accounts)
	}
	for _, c := range l.connect(missing) {
		if c.provider != nil {
			l.made = append(l.made, c)
			continue
		}
		lacks, l.failed = append(lacks, c.id), time.Now()
		l.log.Warn("an account is not there for agents who may not send", "account", c.id, "why", c.why)
	}
	return slices.Clone(l.made), lacks
}

func names(accounts []config.Account) (all []api.AccountID) {
	for _, a := range accounts {
		all = append(all, api.AccountID(a.Name))
	}
	return all
}

// Run fetches and sends for all until ctx ends, as [Inbox.Work] does. What is being sent then
// has a moment to get its answer.
func (h *Host) Run(ctx context.Context) error {
	stopped := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	return finishing(ctx, stopped, h.work.sends.Finish, h.works)
}

// works is what Run does, without waiting for what is out.
func (h *Host) works(ctx context.Context) error {
	all := workAccounts(h.work.live)
	return h.run(ctx, h.work, h.watchKeys,
		func(ctx context.Context) error {
			return state.WatchSleep(ctx, nil, func(slept time.Duration) {
				h.log.Info("the machine slept, or its date was set", "for", slept)
				h.work.engine.Wake(slept)
				h.Feed.Mark(state.Inbox, state.Accounts, state.Outbox, state.Changes)
			})
		},
		func(ctx context.Context) error {
			if h.Config().Push == (config.Push{}) {
				<-ctx.Done()
				return ctx.Err()
			}
			return push.WatchPairings(ctx, h.session.Dir, hears(all))
		})
}

// Session is one of an agent at the host, by the agents of a config that may be newer, on a
// terminal of that environment.
func (h *Host) Session(agents []config.Agent, a config.Agent, environ Environ) Session {
	s := h.session
	s.name, s.Host, s.Notices, s.Environ = "", h, nil, environ
	s.Config.Agents = agents
	return s.As(a)
}

// Log is where what goes wrong is noted.
func (h *Host) Log() *slog.Logger { return h.log }

// heard tells all guards of a secret, also those that come.
func (h *Host) heard(secret string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.secrets = append(h.secrets, secret)
	for g := range h.guards {
		g.AddSecret(secret)
	}
}

// seat is what a session has at the host.
type seat struct {
	host  *Host
	db    *sqlite.DB
	guard *attach.Guard
	log   *slog.Logger
	live  []client
}

// sit gives a session its seat, which it leaves at its end.
func (s *Session) sit() seat {
	h := s.Host
	t := seat{host: h, db: h.DB.Session(!s.sends()), guard: s.guard(), log: h.log.With("session", s.Agent.Name), live: h.work.live}
	if !s.sends() {
		var lacks []api.AccountID
		t.live, lacks = h.looking.clients()
		for _, id := range lacks {
			s.Notices = append(s.Notices, s.language().T("%s cannot be signed in to for who may not send: tell whoever runs this unibox", text.Mode{}.Line(string(id))))
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, secret := range h.secrets {
		t.guard.AddSecret(secret)
	}
	h.guards[t.guard] = struct{}{}
	h.last++
	s.number = h.last
	h.seated[s.number] = struct{}{}
	return t
}

// leave ends the session of number n.
func (t seat) leave(n int) error {
	err := t.db.Close()
	t.host.mu.Lock()
	defer t.host.mu.Unlock()
	delete(t.host.guards, t.guard)
	delete(t.host.seated, n)
	return err
}

// sits reports whether the session of number n is there.
func (h *Host) sits(n int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, sits := h.seated[n]
	return sits
}

// owner is whose place the session keeps.
func (s Session) owner() place.Owner {
	if s.Host == nil {
		return place.Owner{}
	}
	return place.Owner{Number: s.number, Runs: s.Host.sits}
}

// runBeside shows the screen of an agent at the host. The screen ends first, then what the
// agent did is noted.
func (s Session) runBeside(ctx context.Context) (err error) {
	t := s.sit()
	defer func() { err = errors.Join(err, t.leave(s.number)) }() // also where it breaks down
	err = s.showBeside(ctx, t)
	s.printUnsent(crlf{s.Connection.Out}, t.db)
	return err
}

func (s Session) showBeside(ctx context.Context, t seat) (err error) {
	me, name, from := s.who()
	s.reads(t.db)
	did := s.journal(t.db, me)
	noted := activity{t.db, did, s.rights(), me, s.Config.UI.OnlyAssigneeSends}
	files, err := newAttachments(s, t.guard, t.log)
	if err != nil {
		return err
	}
	due, wrong := service(s.Config, t.live)
	screen := s.screen(t.db, noted, t.live, due, wrong, savedViews(s.language(), s.Config, t.live))
	s.submits(t, noted, &screen)
	screen.Files = files
	t.db.Join(name, from)
	g := supervise.NewGroup(ctx, t.log)
	defer func() { err = errors.Join(g.End(), err) }()
	g.Go("downloads", files.Run)
	if did != nil {
		g.Go("the log of what is sent and done", did.Run)
	}
	return supervise.LogPanic(s.run(g.Context(), s.allowed(screen)), t.log)
}

// submits gives the screen what puts wishes on the disk: the host carries them out.
func (s Session) submits(t seat, noted activity, screen *ui.Options) {
	all, feed := workAccounts(t.live), t.host.Feed
	screen.Feed = feed
	screen.Changes = changes.New(changes.Options{Store: noted, Feed: feed, Accounts: all, Refuse: s.refuse, Log: t.log})
	screen.Engine = syncer.New(syncer.Options{Store: t.db, Feed: feed, Accounts: all, Sessions: t.db, Log: t.log})
	screen.Outbox = sharedOutbox{outbox.New(s.outbox(noted, feed, nobody{}, all, t.guard, t.log)), t.host.work.sends}
}

// sharedOutbox submits as one agent, and knows of uploads from the outbox that sends.
type sharedOutbox struct {
	*outbox.Outbox
	sends *outbox.Outbox
}

// Progress implements ui.Outbox.
func (o sharedOutbox) Progress(id int64) (float64, bool) { return o.sends.Progress(id) }

// openBeside opens the session for commands.
func (s Session) openBeside() (*Inbox, error) {
	t := s.sit()
	i := &Inbox{Feed: s.Host.Feed, Guard: t.guard, session: s, log: t.log, quit: func() {}, journal: make(chan struct{}),
		end: func() error { return t.leave(s.number) }}
	i.Accounts, i.Saved = s.accounts(t.live), savedViews(s.language(), s.Config, t.live)
	s.reads(t.db)
	i.submits(t.db, t.live)
	return i, nil
}

// crlf writes lines to a terminal in raw mode.
type crlf struct{ to io.Writer }

func (c crlf) Write(p []byte) (int, error) {
	_, err := io.WriteString(c.to, strings.ReplaceAll(string(p), "\n", "\r\n"))
	return len(p), err
}
