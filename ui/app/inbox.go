package app

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/attach"
	"unibox/state/changes"
	"unibox/state/config"
	"unibox/state/download"
	"unibox/state/journal"
	"unibox/state/logfile"
	"unibox/state/outbox"
	"unibox/state/phrases"
	"unibox/state/sqlite"
	"unibox/state/supervise"
	"unibox/state/syncer"
	"unibox/state/work"
	"unibox/ui"
	"unibox/ui/catalog"
	"unibox/ui/env"
)

// Inbox is a store with all that acts on it, without a screen: for commands that run
// beside a screen on the same store, or without one. What it submits is in the outbox on
// the disk; it sends nothing but in [Inbox.Deliver] and [Inbox.Work], which have the lease.
// What is done is noted in the log as if it were done on a screen.
type Inbox struct {
	activity
	// Feed says what went stale, also by what other processes do.
	Feed *state.Feed
	// Outbox and Changes submit alone. Their clients know no secret and make no request.
	Outbox  *outbox.Outbox
	Changes *changes.Changes
	// Accounts are those of the config, Saved its views.
	Accounts []ui.Account
	Saved    []env.SavedView
	Guard    *attach.Guard
	// News, if set, is told by Work what a person should know, a sentence at a time.
	News func(sentence string)

	session Session
	log     *slog.Logger
	// heard is called with each secret that an account signs in with, end once all is closed.
	heard   func(secret string)
	end     func() error
	quit    func()
	journal chan struct{}
}

// Open opens the store of a session for commands. Nobody is asked for a secret, and nothing
// of the network.
func (s Session) Open(ctx context.Context) (*Inbox, error) {
	dir, err := filepath.Abs(s.Dir)
	if err != nil {
		return nil, err
	}
	s.Dir = dir
	if err := s.restrict(); err != nil {
		return nil, err
	}
	if s.Host != nil {
		return s.openBeside()
	}
	log, file, err := logfile.Open(s.Dir)
	if err != nil {
		return nil, err
	}
	i := &Inbox{Feed: state.NewFeed(), Guard: s.guard(), session: s, log: log, quit: func() {}, journal: make(chan struct{})}
	i.heard, s.Platforms.Heard = i.Guard.AddSecret, i.Guard.AddSecret
	db, err := s.openStore(ctx, i.Feed, sqlite.Retention(retention(s.Config)), sqlite.Notified(),
		sqlite.Due(Service(s.Config)), sqlite.Thanks(s.said(phrases.Thanks).Only), sqlite.Looks(!s.sends()))
	if err != nil {
		return nil, errors.Join(catalog.Errorf("open the store: %w", err), file.Close())
	}
	if err := s.admitted(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close(), file.Close())
	}
	offline := s.offline()
	i.Accounts, i.Saved = s.accounts(offline), savedViews(s.language(), s.Config, offline)
	db.SetWindows(windows(offline))
	db.SetCodes(codes(offline))
	s.reads(db)
	i.end = func() error { return errors.Join(db.Close(), file.Close()) }
	i.submits(db, offline)
	return i, nil
}

// submits makes what puts wishes on the disk, and the log of what is done.
func (i *Inbox) submits(db *sqlite.DB, clients []client) {
	s, log, all := i.session, i.log, workAccounts(clients)
	i.activity = activity{db, s.journal(db, i.Me()), s.rights(), i.Me(), s.Config.UI.OnlyAssigneeSends}
	i.Outbox = outbox.New(s.outbox(i.activity, i.Feed, nobody{}, all, i.Guard, log))
	i.Changes = changes.New(changes.Options{Store: i.activity, Feed: i.Feed, Accounts: all, Refuse: s.refuse, Log: log})
	i.writeJournal()
}

// writeJournal writes what is noted, until the inbox is closed.
func (i *Inbox) writeJournal() {
	if i.activity.log == nil {
		close(i.journal)
		return
	}
	ctx, quit := context.WithCancel(context.Background())
	i.quit = quit
	go func(l *journal.Log) {
		defer close(i.journal)
		if err := l.Run(ctx); err != nil && ctx.Err() == nil {
			i.log.Warn("the log of what is sent and done", "err", err)
		}
	}(i.activity.log)
}

// Close writes what is noted, and closes the store.
func (i *Inbox) Close() error {
	i.quit()
	<-i.journal
	return i.end()
}

// outbox says what every outbox of a session has: of those that only submit, too.
func (s Session) outbox(store activity, feed *state.Feed, heads outbox.HeadReader, all []work.Account, guard *attach.Guard, log *slog.Logger) outbox.Options {
	return outbox.Options{Store: store, Feed: feed, Heads: heads, Files: files(store.DB), Followed: store.DB.Followed, Accounts: all, Dir: outboxIn(s.Dir), Open: guard.Open,
		Refused: s.rights().Refuse(state.RightsSend), Shared: s.Config.Shared(), Box: BoxName(), BoxID: s.boxID, Now: store.Now, Log: log}
}

// nobody reads no history: it is for an outbox that does not run.
type nobody struct{}

func (nobody) ReadHead(context.Context, api.ConversationID, time.Time) error {
	return errors.New("no history is read here")
}

// offline are the clients of the accounts, for what can be known without a secret: what
// their channels take, and what they can do.
func (s Session) offline() []client {
	var all []client
	for _, a := range s.Config.Accounts {
		platform, known := s.Platforms.Find(a.Platform)
		if !known {
			continue
		}
		l := api.Login{Account: api.AccountID(a.Name), BaseURL: s.Platforms.Server(a), User: a.User, Keys: a.Keys, Pace: a.Pace, ReadOnly: true, Log: slog.New(slog.DiscardHandler)}
		l.Token, l.Password = "offline", "offline"
		if provider, err := platform.New(l); err == nil {
			all = append(all, client{id: l.Account, provider: provider})
		}
	}
	return all
}

// Account is an account of the config; its Provider is nil where there is none of the name.
func (i *Inbox) Account(id api.AccountID) ui.Account {
	for _, a := range i.Accounts {
		if a.ID == id {
			return a
		}
	}
	return ui.Account{ID: id}
}

// ReadOnly reports whether nothing may be changed.
func (i *Inbox) ReadOnly() bool { return i.session.looks() || i.Condition().ReadOnly }

// WhyNotWrite is the sentence for why nothing may be changed here, nil if something may. The
// rights of an agent are not what unibox runs with: starting it otherwise would not help.
func (i *Inbox) WhyNotWrite() error {
	if i.Condition().ReadOnly {
		return state.ErrRunsReadOnly
	}
	return i.session.rights().Refuse(state.RightsDraft)
}

// WhyNotSend is the sentence for why nothing may be sent here, nil if it may.
func (i *Inbox) WhyNotSend() error { return i.session.rights().Refuse(state.RightsSend) }

// WhyNotAnswer is the sentence for why only another answers a customer, nil if the session may.
func (i *Inbox) WhyNotAnswer(ctx context.Context, id api.ConversationID) error {
	return i.refuseOthers(ctx, id)
}

// Me is the name under which notes are written and what is done is noted.
func (i *Inbox) Me() string {
	me, _, _ := i.session.who()
	return me
}

// Agent is who works here by --agent; false for whoever is logged in.
func (i *Inbox) Agent() (config.Agent, bool) {
	if i.session.Agent == nil {
		return config.Agent{}, false
	}
	return *i.session.Agent, true
}

// Config is the config that it was opened with.
func (i *Inbox) Config() config.Config { return i.session.Config }

// LearnSecrets lets the guard know the secrets of the accounts, before it looks at a file that
// is to be sent. A program that prints one is run for it, as it is again to sign in.
func (i *Inbox) LearnSecrets(ctx context.Context) {
	for _, a := range i.session.Config.Accounts {
		for _, from := range []config.Source{a.Token, a.Password} {
			if !from.Given() {
				continue
			}
			if secret, err := from.Read(ctx); err == nil {
				i.Guard.AddSecret(secret)
			}
		}
	}
}

// Files saves attachments into a folder, "" for that of the config.
func (i *Inbox) Files(folder string) (*download.Downloads, error) {
	s := i.session
	if folder != "" && s.Agent != nil {
		return nil, catalog.Errorf("files are saved in your own folder alone: leave out where")
	}
	s.Config.Files.Folder = cmp.Or(folder, s.Config.Files.Folder)
	files, err := newAttachments(s, i.Guard, i.log)
	return files.Downloads, err
}

// Worker is the session that runs engine and outbox of the store; false where none does that
// could send.
func (i *Inbox) Worker(ctx context.Context) (state.Session, bool, error) {
	all, err := i.Sessions(ctx)
	if err != nil {
		return state.Session{}, false, err
	}
	all = slices.DeleteFunc(all, func(s state.Session) bool { return s.Self || s.Looks })
	slices.SortStableFunc(all, func(a, b state.Session) int {
		switch {
		case a.Works && !b.Works:
			return -1
		case b.Works && !a.Works:
			return 1
		}
		return 0
	})
	if len(all) == 0 {
		return state.Session{}, false, nil
	}
	return all[0], true, nil
}

// noClient says why an account has no client.
func noClient(account api.AccountID, wrong []string) error {
	if len(wrong) > 0 {
		return errors.New(strings.Join(wrong, "\n"))
	}
	return catalog.Errorf("there is no account %q in the config", account)
}

// Deliver sends what is in the outbox and carries out what is to be changed, until done
// returns: it signs in, waits for the lease and works while it has it. It returns what done
// did. Where another session has the lease all the time, it is that one which sends. An
// account that cannot sign in is an error, if it is the one that matters. What is being sent
// when done returns, or ctx ends, has [Finishes] to get its answer.
func (i *Inbox) Deliver(ctx context.Context, account api.AccountID, done func(context.Context) error) error {
	if h := i.session.Host; h != nil { // which sends
		if !slices.ContainsFunc(h.work.live, func(l client) bool { return l.id == account }) {
			return noClient(account, nil)
		}
		return done(ctx)
	}
	live, wrong := i.signIn(ctx)
	if !slices.ContainsFunc(live, func(l client) bool { return l.id == account }) {
		return noClient(account, wrong)
	}
	all := workAccounts(live)
	carried := changes.New(changes.Options{Store: i.activity, Feed: i.Feed, Accounts: all, Log: i.log})
	engine := syncer.New(syncer.Options{Store: i.DB, Feed: i.Feed, Accounts: all, Sessions: i.DB, Log: i.log})
	sends := outbox.New(i.session.outbox(i.activity, i.Feed, engine, all, i.Guard, i.log))
	_, name, from := i.session.who()
	if i.onlyLookers(ctx) { // who only looks gives the lease to a session that it sees
		i.Join(name, from)
	}
	return finishing(ctx, done, sends.Finish, func(ctx context.Context) error {
		return i.WithLease(ctx, name, func(ctx context.Context) error {
			return supervise.Together(ctx, sends.Carry, alone(i.DB, accountsOf(all), name, sends.Serve, carried.Serve))
		})
	})
}

// Finishes is how long a request that is out may take when its session ends.
const Finishes = 20 * time.Second

// finishing runs work beside done, until done returned and finish has waited for what work
// is in the middle of. It returns what done did, or why work failed before.
func finishing(ctx context.Context, done func(context.Context) error, finish func(context.Context), work func(context.Context) error) error {
	ended := errors.New("done")
	var result error
	waits := func(working context.Context) error {
		asked, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(working, cancel)()
		result = done(asked)
		limited, cancel := context.WithTimeout(working, Finishes)
		defer cancel()
		finish(limited)
		return ended
	}
	err := supervise.Together(context.WithoutCancel(ctx), waits, work)
	if errors.Is(err, ended) {
		return result
	}
	return err
}

// sayNews hands what a person should know of the store and of hooks to News, as it comes.
func (i *Inbox) sayNews(ctx context.Context) error {
	sub := i.Feed.Subscribe()
	defer sub.Close()
	for said := 0; ; {
		for _, news := range i.Condition().News[said:] {
			said++
			if i.News != nil {
				i.News(news)
			}
		}
		if _, err := sub.Next(ctx); err != nil {
			return err
		}
	}
}

// onlyLookers reports whether a session that only looks is there.
func (i *Inbox) onlyLookers(ctx context.Context) bool {
	all, err := i.Sessions(ctx)
	return err == nil && slices.ContainsFunc(all, func(s state.Session) bool { return s.Looks && !s.Self })
}

// signIn makes the clients that make requests, and says why some were not made.
func (i *Inbox) signIn(ctx context.Context) (live []client, wrong []string) {
	p := i.session.Platforms
	p.Heard, p.Credentials, p.ReadOnly = i.heard, &api.Credentials{}, !i.session.sends()
	for _, l := range connect(ctx, i.session.Config, p, i.log) {
		if l.provider == nil {
			wrong = append(wrong, l.why)
			continue
		}
		live = append(live, l)
	}
	return live, wrong
}

// Work is a session without a screen: it fetches, sends and carries out what is to be
// changed until ctx ends, whenever it has the lease. A read-only one only fetches, while
// nobody is there that could send. beside runs with it, whether it has the lease or not, and so
// does the count of who waits, in its file.
func (i *Inbox) Work(ctx context.Context, beside func(context.Context) error) error {
	if i.session.Host != nil { // which works
		return supervise.Together(ctx, beside, i.sayNews)
	}
	return i.run(ctx, i.prepare(ctx), beside)
}

// worker is what fetches, sends and carries out.
type worker struct {
	live    []client
	engine  *syncer.Engine
	sends   *outbox.Outbox
	carried *changes.Changes
}

// prepare signs in, and makes what works.
func (i *Inbox) prepare(ctx context.Context) worker {
	s, db := i.session, i.DB
	s.Platforms.Heard, s.Platforms.Credentials, s.Platforms.ReadOnly = i.heard, &api.Credentials{}, !s.sends()
	live := s.live(ctx, db, i.log)
	all := workAccounts(live)
	carried := changes.New(changes.Options{Store: i.activity, Feed: i.Feed, Accounts: all, Log: i.log})
	var sends *outbox.Outbox
	engine := syncer.New(syncer.Options{Store: db, Feed: i.Feed, Accounts: all, Sessions: db, Boxes: boxes(db), Log: i.log,
		Refreshed: func(account api.AccountID) { sends.TryNow(account); carried.TryNow(account) }})
	sends = outbox.New(s.outbox(i.activity, i.Feed, engine, all, i.Guard, i.log))
	return worker{live, engine, sends, carried}
}

// run works until ctx ends.
func (i *Inbox) run(ctx context.Context, w worker, beside ...func(context.Context) error) error {
	s, db, engine, sends, carried, all := i.session, i.DB, w.engine, w.sends, w.carried, workAccounts(w.live)
	_, name, from := s.who()
	readTogether(db, engine, accountsOf(all))
	db.Unattended()
	db.Join(name, from)
	parts := append(s.push(engine, sends.LookNow, db, i.log), fetching(db, engine), db.EnforceRetention, expireLog(s.Dir, retention(s.Config), db.Notice), db.NoteComebacks)
	hooks := s.hooks(db, i.Feed, i.log)
	parts = append(parts, sends.Sweep, sends.Carry, alone(db, accountsOf(all), name, sends.Serve, carried.Serve))
	return supervise.Together(ctx, append(beside, i.sayNews, i.count, func(ctx context.Context) error {
		if !s.sends() {
			return whileAlone(ctx, db, name, fetching(db, engine))
		}
		turn := hooks.begin(ctx)
		return supervise.Together(ctx, func(ctx context.Context) error { return hooks.keep(ctx, turn) }, func(ctx context.Context) error {
			return db.WithLease(ctx, name, func(ctx context.Context) error { return supervise.Together(ctx, parts...) })
		})
	})...)
}

// outboxIn is where the store in dir has the copies of files that are to be sent.
func outboxIn(dir string) string { return filepath.Join(dir, "outbox") }
