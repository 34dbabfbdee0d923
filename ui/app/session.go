// Package app runs one inbox: it makes the clients, opens the store, starts the
// engine, the outbox and the changes behind the screen, and takes all of it down
// in order.
package app

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/attach"
	"unibox/state/canned"
	"unibox/state/changes"
	"unibox/state/config"
	"unibox/state/logfile"
	"unibox/state/outbox"
	"unibox/state/phrases"
	"unibox/state/push"
	"unibox/state/sqlite"
	"unibox/state/supervise"
	"unibox/state/syncer"
	"unibox/state/usercmd"
	"unibox/state/work"
	"unibox/ui"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/place"
	"unibox/ui/practice"
	"unibox/ui/reply"
	"unibox/ui/tty"
)

// Session is one running inbox: the screen, and what works behind it.
type Session struct {
	// Dir is the state folder.
	Dir    string
	Config config.Config
	// Problems are the mistakes in the config, which the screen shows at the start.
	Problems  []config.Problem
	Platforms Platforms
	// Notices are what else the screen says at the start.
	Notices []string
	// Temporary: the state folder is deleted afterwards, so nothing is said about
	// unsent messages at the end.
	Temporary bool
	// OwnConfig: the config was written for this session, and the next one writes it anew.
	OwnConfig bool
	// Practice is what there is to practise with.
	Practice practice.Options
	// Agent is who works here by --agent, and makes the session restricted; nil for whoever is
	// logged in.
	Agent *config.Agent
	// Played, if set, is how the session is shown in memory.
	Played *Played
	// Environ describes the terminal; nil is the environment of this process. Connection
	// leads to the terminal, nil for that of the process.
	Environ    Environ
	Connection *tty.Connection
	// Host, if set, has the store open and works on it for the sessions of several agents in
	// this process; From is the address that this one's agent comes from.
	Host *Host
	From string
	// withheld counts the mistakes that an agent is not told in words.
	withheld int
	// number is that among the sessions of the host, name what others read of this one; the
	// login without it.
	number int
	name   string
}

// environ is what describes the terminal.
func (s Session) environ() Environ {
	if s.Environ == nil {
		return os.Environ()
	}
	return s.Environ
}

// language is that of the screen.
func (s Session) language() *catalog.Language { return s.environ().Language(s.Config.UI) }

// Run ends when the agent quits, ctx ends or a part fails. The screen ends
// first and gives the terminal back, then the work behind it, then the store.
func (s Session) Run(ctx context.Context) error {
	dir, err := filepath.Abs(s.Dir) // the store hands paths in it to sessions that were started in other folders
	if err != nil {
		return err
	}
	s.Dir, s.Notices = dir, slices.Clone(s.Notices)
	if err := s.restrict(); err != nil {
		return err
	}
	if s.Host != nil {
		return s.runBeside(ctx)
	}
	log, file, err := logfile.Open(s.Dir)
	if err != nil {
		return err
	}
	defer file.Close()
	feed, guard := state.NewFeed(), s.guard()
	s.Platforms.Heard = guard.AddSecret
	db, err := s.openStore(ctx, feed, sqlite.Retention(retention(s.Config)), s.noticed(),
		sqlite.Due(Service(s.Config)), sqlite.Thanks(s.said(phrases.Thanks).Only), sqlite.Looks(!s.sends()))
	if err != nil {
		return catalog.Errorf("open the store: %w", err)
	}
	if err := s.admitted(ctx, db); err != nil {
		return errors.Join(err, db.Close())
	}
	s.clocked(db)
	for _, news := range db.Condition().News {
		log.Warn("the store", "news", news)
	}
	if !s.looks() {
		s.Notices = append(s.Notices, reply.AdoptEdits(ctx, s.language(), s.Dir, db)...)
	}
	err = s.show(ctx, db, feed, guard, log)
	s.printUnsent(os.Stdout, db)
	return errors.Join(err, db.Close())
}

func (s Session) show(ctx context.Context, db *sqlite.DB, feed *state.Feed, guard *attach.Guard, log *slog.Logger) error {
	s.Platforms.Credentials, s.Platforms.ReadOnly = &api.Credentials{}, !s.sends()
	live := s.live(ctx, db, log)
	db.SetWindows(windows(live))
	db.SetCodes(codes(live))
	due, wrong := service(s.Config, live)
	saved := savedViews(s.language(), s.Config, live)
	db.SetSaved(filters(saved))
	db.Begin()
	all := workAccounts(live)
	me, name, from := s.who()
	s.reads(db)
	did := s.journal(db, me)
	noted := activity{db, did, s.rights(), me, s.Config.UI.OnlyAssigneeSends}
	changes := changes.New(changes.Options{Store: noted, Feed: feed, Accounts: all, Refuse: s.refuse, Log: log})
	var sends *outbox.Outbox // it works with the engine, and the engine wakes it
	engine := syncer.New(syncer.Options{Store: db, Feed: feed, Accounts: all, Sessions: db, Boxes: boxes(db), Log: log,
		Refreshed: func(account api.AccountID) { sends.TryNow(account); changes.TryNow(account) }})
	sends = outbox.New(s.outbox(noted, feed, engine, all, guard, log))
	files, err := newAttachments(s, guard, log)
	if err != nil {
		return err
	}
	screen := s.screen(db, noted, live, due, wrong, saved)
	screen.Outbox, screen.Changes, screen.Engine, screen.Files, screen.Feed = sends, changes, engine, files, feed
	readTogether(db, engine, accountsOf(all))
	db.Join(name, from)
	g := supervise.NewGroup(ctx, log)
	g.Go("downloads", files.Run)
	if did != nil {
		g.Go("the log of what is sent and done", did.Run)
	}
	if s.Config.Push != (config.Push{}) {
		g.Go("codes of channels that are being connected", func(ctx context.Context) error { return push.WatchPairings(ctx, s.Dir, hears(all)) })
	}
	shown := make(chan struct{})
	parts := append(s.push(engine, sends.LookNow, db, log), fetching(db, engine), db.EnforceRetention, expireLog(s.Dir, retention(s.Config), db.Notice), db.NoteComebacks)
	hooks := s.hooks(db, feed, log)
	parts = append(parts, sends.Sweep, sends.Carry, alone(db, accountsOf(all), name, sends.Serve, changes.Serve))
	work := supervise.NewPausable(func(ctx context.Context) error {
		await(ctx, shown)
		if !s.sends() {
			return whileAlone(ctx, db, name, fetching(db, engine))
		}
		turn := hooks.begin(ctx)
		return supervise.Together(ctx, func(ctx context.Context) error { return hooks.keep(ctx, turn) }, func(ctx context.Context) error {
			return db.WithLease(ctx, name, func(ctx context.Context) error { return supervise.Together(ctx, parts...) })
		})
	})
	g.Go("the work behind the screen", work.Run)
	g.Go("watching for sleep", func(ctx context.Context) error {
		return state.WatchSleep(ctx, nil, func(slept time.Duration) {
			log.Info("the machine slept, or its date was set", "for", slept)
			engine.Wake(slept)
			feed.Mark(state.Inbox, state.Accounts, state.Outbox, state.Changes) // what was planned by the time of day is due
		})
	})
	screen.Shown = func() { close(shown) }
	if s.Agent == nil {
		screen.Suspender = newSuspender(g.Context(), db, work)
	}
	err = s.run(g.Context(), s.allowed(screen))
	return errors.Join(g.End(), supervise.LogPanic(err, log))
}

// screen is what a screen works on beside the outbox, the changes, the engine and the files.
// wrong is what is wrong with how long customers may wait.
func (s Session) screen(db *sqlite.DB, noted activity, live []client, due state.Service, wrong []config.Problem, saved []env.SavedView) ui.Options {
	own, macros, wrongMacros := OwnActions(s.Config)
	_, wrongColours := Wishes(s.Config)
	keys, clashes := keymap.New(Bindings(s.Config), own...)
	words, promises := s.fileWords(), s.said(phrases.Promises)
	s.Notices = append(s.mistakes(slices.Concat(s.Problems, wrong, wrongMacros, wrongColours, keyProblems(s.Config, keys, clashes))), s.Notices...)
	return ui.Options{
		Store: noted, Accounts: s.accounts(live), Keys: keys,
		FileWords: words, Commands: s.Config.Commands, Spelling: speller(s.Config), SpellAfter: spellAfter(s.Config), Settings: s.settings(), Environ: s.environ(), Connection: s.Connection, Owner: s.owner(), Place: s.place(), Notices: s.Notices, StateDir: s.Dir, PlaceDir: s.placeDir(), Team: s.team(db), PlanNow: planNow(db),
		Notes: noted, Did: noted.did, Me: noted.me, Shift: noted, HandoverDir: cmp.Or(s.Config.Handover.Folder, filepath.Join(s.Dir, "handover")),
		KeepSetting: s.keepSetting(), Service: due, Promises: promises, Macros: macros, Saved: saved, Practice: s.Practice,
		SavedReplies: func() ([]canned.Reply, []string) { return canned.Load(s.Config.ReplyFolders()...) },
	}
}

// allowed takes from the screen what the agent may not do.
func (s Session) allowed(screen ui.Options) ui.Options {
	if s.looks() {
		screen = onlyLook(screen)
	}
	if !s.sends() {
		screen.Settings.MarkRead = "reply" // opening asks nothing of a platform
	}
	screen.Settings.Rights, screen.Settings.Restricted = s.rights(), s.Agent != nil
	return screen
}

// workAfter is how long the work waits at most for the first frame: a terminal that
// takes nothing holds up no message.
const workAfter = 2 * time.Second

// await waits for the first whole frame, so that the work behind the screen takes
// neither the processor nor the list from it.
func await(ctx context.Context, shown <-chan struct{}) {
	late := time.NewTimer(workAfter)
	defer late.Stop()
	select {
	case <-ctx.Done():
	case <-late.C:
	case <-shown:
	}
}

// fetching runs the engine while the disk has room for what it fetches.
func fetching(db *sqlite.DB, engine *syncer.Engine) func(context.Context) error {
	return func(ctx context.Context) error { return db.WhileFetchable(ctx, engine.Run) }
}

// live makes the clients. An account that gets none is reported on screen and in
// its health; the others work.
func (s *Session) live(ctx context.Context, db *sqlite.DB, log *slog.Logger) []client {
	var good []client
	known, err := db.Health(ctx)
	if err != nil {
		log.Warn("read health", "err", err)
	}
	for _, l := range connect(ctx, s.Config, s.Platforms, log) {
		if l.provider != nil {
			good = append(good, l)
			continue
		}
		s.Notices = append(s.Notices, s.language().Sentence(l.why))
		if err := db.SaveHealth(ctx, l.stopped(known)); err != nil {
			log.Warn("save health", "account", l.id, "err", err)
		}
	}
	if err := s.markAbsent(ctx, db); err != nil {
		log.Warn("mark absent accounts", "err", err)
	}
	return good
}

// codes are what rows call channels.
func codes(live []client) func(api.AccountID, api.ChannelKind) string {
	rules := rulesOf(live)
	return func(account api.AccountID, kind api.ChannelKind) string { return rules(account, kind).Code }
}

// windows says how long free text may be sent on the channels of the clients.
func windows(live []client) state.Windows {
	rules := rulesOf(live)
	return func(account api.AccountID, kind api.ChannelKind) time.Duration { return rules(account, kind).Window }
}

func rulesOf(live []client) func(api.AccountID, api.ChannelKind) api.ChannelRules {
	traits := map[api.AccountID]api.Traits{}
	for _, l := range live {
		traits[l.id] = l.provider.Traits()
	}
	return func(account api.AccountID, kind api.ChannelKind) api.ChannelRules { return traits[account].Rule(kind) }
}

// markAbsent marks the accounts as stopped that the store knows and the config does
// not have or describes wrongly: nothing updates them any more.
func (s *Session) markAbsent(ctx context.Context, db *sqlite.DB) error {
	known, err := db.Health(ctx)
	if err != nil {
		return err
	}
	for _, h := range known {
		if slices.ContainsFunc(s.Config.Accounts, func(a config.Account) bool { return a.Name == string(h.Account) }) {
			continue
		}
		h.State, h.Reason = state.HealthStopped, s.absence(string(h.Account))
		h.Listed, h.Partial, h.Unended, h.Total, h.Left = h.Known, false, "", 0, 0 // no more of it comes
		if err := db.SaveHealth(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) absence(account string) string {
	for _, p := range s.Problems {
		if p.Account == account {
			return p.String()
		}
	}
	return "it is not in the config any more"
}

// workAccounts is what engine, outbox and changes know of the clients.
func workAccounts(live []client) []work.Account {
	all := make([]work.Account, len(live))
	for i, l := range live {
		all[i] = work.Account{ID: l.id, Provider: l.provider}
	}
	return all
}

// accountsOf names the accounts of the clients.
func accountsOf(all []work.Account) []api.AccountID {
	ids := make([]api.AccountID, len(all))
	for i, a := range all {
		ids[i] = a.ID
	}
	return ids
}

// accounts are the clients as the screen needs them.
func (s Session) accounts(live []client) []ui.Account {
	out := make([]ui.Account, len(live))
	for i, l := range live {
		out[i] = ui.Account{ID: l.id, Traits: l.provider.Traits(), Caps: s.mayUse(api.CapsOf(l.provider, api.Identity{})), Provider: l.provider}
	}
	return out
}

// retention is how long messages stay on this machine.
func retention(c config.Config) state.Retention {
	k := state.Retention{For: c.Retention, Accounts: map[api.AccountID]time.Duration{}}
	for _, a := range c.Accounts {
		if a.Retention != nil {
			k.Accounts[api.AccountID(a.Name)] = *a.Retention
		}
	}
	return k
}

// Bindings are the configured keys, and those that follow from enter_sends.
func Bindings(c config.Config) map[string][]string {
	keys := maps.Clone(c.Keys)
	if c.UI.EnterSends {
		return keys
	}
	for action, own := range map[keymap.Action][]string{keymap.Send: {"alt+enter"}, keymap.NewLine: {"enter", "ctrl+j"}} {
		if _, chosen := keys[string(action)]; !chosen {
			keys[string(action)] = own
		}
	}
	return keys
}

// speller is the command that knows words, nil if the user has none.
func speller(c config.Config) *usercmd.Command {
	if c.Spelling == nil {
		return nil
	}
	return &usercmd.Command{Name: "Spelling", Run: c.Spelling.Command, Limit: spellTime}
}

// spellTime is how long a look for words that are not known may take.
const spellTime = 5 * time.Second

func spellAfter(c config.Config) time.Duration {
	if c.Spelling == nil {
		return 0
	}
	return c.Spelling.After
}

func (s Session) settings() ui.Settings {
	c, u, e := s.Config, s.Config.UI, s.environ()
	t := told(c, s.Dir)
	if s.Host != nil {
		t.CountFile = "" // the host keeps it up
	}
	wishes, _ := Wishes(c)
	if u.ScreenReader {
		u.Theme, u.Query, u.Line, u.Links = "dark", "off", "fast", "off" // nothing that is asked would be used
	}
	return ui.Settings{
		ASCII: ascii(u, e), ScreenReader: u.ScreenReader, Theme: u.Theme, Wishes: wishes, MarkRead: u.MarkRead, Hints: u.Hints, Line: u.Line, Query: u.Query, Links: u.Links, Drop: c.Files.Drop, Images: u.Images, Emoji: u.Emoji, ShowImages: u.ShowImages,
		Mouse: u.Mouse, RTL: u.RTL, Language: e.Language(u),
		NoColor: u.Theme == "mono" || e.Get("NO_COLOR") != "", Unchecked: !u.CheckBeforeSend, OnlyAssigneeSends: u.OnlyAssigneeSends, Delay: u.Delay, Delays: c.Delays, Told: t, Machine: machine(c, e),
	}
}

// place is where the agent was, nil for nowhere: a session that only looks takes nobody's
// place.
func (s Session) place() *place.Place {
	if s.looks() {
		return nil
	}
	return s.owner().Claim(s.placeDir(), time.Now())
}
