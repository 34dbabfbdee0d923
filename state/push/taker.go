package push

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"unibox/api"
	"unibox/state/osfile"
)

const (
	// engineEvery is how often the engine is tried that does not run.
	engineEvery = time.Second
	// lookEvery is how often the spool is looked at where the system does not say that
	// something came, and lookAnyway how often where it does.
	lookEvery, lookAnyway = time.Second, time.Minute
	// atATime is how many events are taken between two looks.
	atATime = 500
	// ackPatience is how long an acknowledgement waits for its message, and ackEvery
	// how often it is looked for at most.
	ackPatience, ackEvery = 10 * time.Minute, 5 * time.Second
	// pairingLife is how old what is to be shown of a channel that is being connected
	// may be: the code lives for seconds.
	pairingLife = time.Minute
	// mostAcks is how many wait at most.
	mostAcks = 1000
)

// Engine is what reads from the platforms: syncer.Engine.
type Engine interface {
	// Push takes hints, and reports false while it does not run.
	Push(account api.AccountID, h api.Hints) bool
	// Channels tells how channels are, as it is known from before; false as for Push.
	Channels(account api.AccountID, states []api.ChannelState) bool
	// Reachable says that events of an account can arrive.
	Reachable(account api.AccountID)
	// Unreachable says that they cannot, as far as anybody can tell.
	Unreachable(account api.AccountID)
}

// Store keeps what only an event says.
type Store interface {
	// SaveAck reports false for a message that is not stored.
	SaveAck(ctx context.Context, ack api.Ack) (bool, error)
}

// Taker takes the events that were kept, in the process that has the lease.
type Taker struct {
	spool    *Spool
	file     string
	accounts map[api.AccountID]Account
	engine   Engine
	store    Store
	log      *slog.Logger

	// Ended, if set, is called where a delivery of an account has ended. It is set
	// before Run, and must not block.
	Ended func(api.AccountID)

	// known is in the file; unsaved: it is not yet.
	known   known
	unsaved bool
	// most is how many events are taken between two looks.
	most int
	// told: the engine knows how channels are.
	told bool
	// acksDue is when messages of acknowledgements are looked for again.
	acksDue time.Time
	// unread are the events that cannot be read, which was logged.
	unread map[string]bool
}

// knownFile holds what events said.
const knownFile = "known.json"

// known is what events said that no call returns.
type known struct {
	// Channels are the problems of channels, by account and id.
	Channels map[api.AccountID]map[string]string
	// Acks wait for their messages.
	Acks []waitingAck
}

type waitingAck struct {
	api.Ack
	Since time.Time
}

// NewTaker returns a taker of what a state folder keeps. Log may be nil.
func NewTaker(dir string, accounts []Account, engine Engine, store Store, log *slog.Logger) *Taker {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	t := &Taker{
		spool: SpoolIn(dir), file: filepath.Join(folder(dir), knownFile), accounts: map[api.AccountID]Account{},
		engine: engine, store: store, log: log, most: atATime,
	}
	for _, a := range accounts {
		t.accounts[a.ID] = a
	}
	return t
}

// Run takes events until ctx ends. It may run again after it returned.
func (t *Taker) Run(ctx context.Context) error {
	t.known, t.told, t.unsaved, t.acksDue, t.unread = known{}, false, false, time.Time{}, nil
	if _, err := readJSON(t.file, &t.known); err != nil {
		t.log.Warn("read what events have said", "err", err)
	}
	arrived, stop := t.watch()
	defer stop()
	t.spool.sweep(time.Now())
	for {
		wait := t.take(ctx)
		if arrived == nil {
			wait = min(wait, lookEvery)
		}
		late := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			late.Stop()
			return ctx.Err()
		case <-arrived:
			late.Stop()
		case <-late.C:
		}
	}
}

// watch says when something was put into the spool, nil where the system cannot.
func (t *Taker) watch() (<-chan struct{}, func()) {
	w, err := fsnotify.NewWatcher()
	if err == nil {
		err = errors.Join(osfile.MakeFolder(t.spool.dir), w.Add(t.spool.dir))
		if err == nil {
			arrived := make(chan struct{}, 1)
			go wake(arrived, w)
			return arrived, func() { w.Close() }
		}
		w.Close()
	}
	t.log.Debug("the folder of events is looked at regularly", "err", err)
	return nil, func() {}
}

// wake reads all that the system says until the watcher is closed, so that its queue never
// stays full, and passes on once that something arrived. An error, as that the queue was
// full, may hide that. What is being written, and what we remove, is nothing new.
func wake(arrived chan<- struct{}, w *fsnotify.Watcher) {
	for {
		fresh := true
		select {
		case e, open := <-w.Events:
			if !open {
				return
			}
			fresh = e.Has(fsnotify.Create) && !strings.HasPrefix(filepath.Base(e.Name), partPrefix)
		case _, open := <-w.Errors:
			if !open {
				return
			}
		}
		if !fresh {
			continue
		}
		select {
		case arrived <- struct{}{}:
		default:
		}
	}
}

// take takes what is there, and says when to look again.
func (t *Taker) take(ctx context.Context) time.Duration {
	if !t.tell() {
		return engineEvery
	}
	now, taken := time.Now(), 0
	t.retryAcks(ctx, now)
	t.forgetPairing(now)
	defer t.save()
	for e, err := range t.spool.Events() {
		if err != nil {
			t.skip(e, err)
			continue
		}
		if taken == t.most {
			return 0
		}
		if ctx.Err() != nil || !t.event(ctx, e) {
			return engineEvery
		}
		if t.save(); t.unsaved {
			return lookAnyway
		}
		if err := t.spool.Remove(e); err != nil {
			t.log.Warn("remove an event that was taken", "err", err)
			return lookAnyway
		}
		taken++
	}
	if len(t.known.Acks) > 0 {
		return t.acksDue.Sub(now)
	}
	return lookAnyway
}

// skip leaves an event where it is that cannot be read, and logs that once.
func (t *Taker) skip(e Event, err error) {
	if t.unread[e.name] {
		return
	}
	if t.unread == nil {
		t.unread = map[string]bool{}
	}
	t.unread[e.name] = true
	t.log.Warn("take an event", "err", err)
}

// tell tells the engine what is known of channels, once it runs.
func (t *Taker) tell() bool {
	if t.told {
		return true
	}
	for account, problems := range t.known.Channels {
		var list []api.ChannelState
		for id, problem := range problems {
			list = append(list, api.ChannelState{Channel: api.ChannelID{Account: account, Remote: id}, Problem: problem})
		}
		if _, ours := t.accounts[account]; ours && !t.engine.Channels(account, list) {
			return false
		}
	}
	t.told = true
	return true
}

// event takes one event, and reports false if the engine does not run.
func (t *Taker) event(ctx context.Context, e Event) bool {
	a, ours := t.accounts[e.Account]
	if !ours {
		return true // its account was removed
	}
	h, err := a.Push.Read(e.Account, e.Body)
	if err != nil {
		t.log.Warn("an event makes no sense", "account", e.Account, "err", err)
		return true
	}
	for _, ack := range h.Acks {
		if t.ack(ctx, ack) {
			continue
		}
		h.Conversations = append(h.Conversations, ack.Conversation) // its message has not been read
		waits := slices.ContainsFunc(t.known.Acks, func(w waitingAck) bool { return w.Ack == ack })
		if !waits && len(t.known.Acks) < mostAcks {
			t.known.Acks, t.unsaved = append(t.known.Acks, waitingAck{ack, e.At}), true
		}
	}
	t.keepChannels(h.Channels)
	if time.Since(e.At) > pairingLife {
		h.Pairings = nil
	}
	t.share(h.Pairings, e.At)
	if !t.engine.Push(e.Account, h) {
		return false
	}
	if h.Jobs && t.Ended != nil {
		t.Ended(e.Account)
	}
	return true
}

func (t *Taker) ack(ctx context.Context, ack api.Ack) (known bool) {
	known, err := t.store.SaveAck(ctx, ack)
	if err != nil && ctx.Err() == nil {
		t.log.Warn("keep how far a message has come", "account", ack.Conversation.Account, "err", err)
	}
	return known
}

// retryAcks looks for the messages of acknowledgements that came first, once that is due.
func (t *Taker) retryAcks(ctx context.Context, now time.Time) {
	if now.Before(t.acksDue) {
		return
	}
	t.acksDue = now.Add(ackEvery)
	before := len(t.known.Acks)
	t.known.Acks = slices.DeleteFunc(t.known.Acks, func(w waitingAck) bool {
		return now.Sub(w.Since) > ackPatience || t.ack(ctx, w.Ack)
	})
	t.unsaved = t.unsaved || len(t.known.Acks) < before
}

// keepChannels keeps how channels are for the next start.
func (t *Taker) keepChannels(states []api.ChannelState) {
	for _, s := range states {
		account, id := s.Channel.Account, s.Channel.Remote
		if t.known.Channels == nil {
			t.known.Channels = map[api.AccountID]map[string]string{}
		}
		if t.known.Channels[account] == nil {
			t.known.Channels[account] = map[string]string{}
		}
		if problems := t.known.Channels[account]; problems[id] != s.Problem {
			problems[id], t.unsaved = s.Problem, true
		}
	}
}

// save keeps what is known. What cannot be saved is tried again.
func (t *Taker) save() {
	if !t.unsaved {
		return
	}
	if err := writeFile(t.file, encoded(t.known)); err != nil {
		t.log.Warn("keep what events have said", "err", err)
		return
	}
	t.unsaved = false
}
