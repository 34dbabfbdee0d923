package outbox_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox"
	"unibox/state/sqlite"
	"unibox/state/supervise"
	"unibox/state/syncer"
)

// proc is one process: its store, its clients and its outbox.
type proc struct {
	*outbox.Outbox
	life   *life
	db     *sqlite.DB
	line   *line
	client api.Provider
	// engine reads by itself where the world wants that.
	engine *syncer.Engine
	ended  chan struct{}
}

// life is what a process has until it is killed.
type life struct {
	mu     sync.Mutex
	dead   bool
	cancel context.CancelFunc
	// dying is where it dies at the next write.
	dying place
}

func (l *life) gone() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dead
}

func launch(w *world) *proc {
	feed := state.NewFeed()
	db, err := sqlite.Open(context.Background(), w.dir, feed)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &proc{life: &life{cancel: cancel}, db: db, line: newLine(w.in, w.harm), ended: make(chan struct{})}
	p.line.die, p.line.storing = p.kill, p.life.doom
	client, err := w.of.client(w.account, p.line)
	if err != nil {
		w.t.Fatal(err)
	}
	p.client = client
	account := outbox.Account{ID: "acc", Provider: client}
	heads, work := outbox.Engine(mortal{db, p}, account), []func(context.Context) error{}
	if w.engine {
		p.engine = syncer.New(syncer.Options{Store: db, Feed: feed, Accounts: []syncer.Account{account}})
		heads, work = p.engine, append(work, p.engine.Run)
	}
	p.Outbox = outbox.New(outbox.Options{
		Store: mortal{db, p}, Heads: heads, Feed: feed,
		Dir: filepath.Join(w.dir, "outbox"), Accounts: []outbox.Account{account},
	})
	if err := db.SaveConversations(ctx, w.town.chats); err != nil {
		w.t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		db.WithLease(ctx, "test", func(ctx context.Context) error { return supervise.Together(ctx, append(work, p.Run)...) })
	}()
	return p
}

var errDead = errors.New("this process is dead")

// kill ends the process between two instructions, as kill -9 does: nothing is
// written any more and its connections break.
func (p *proc) kill() {
	p.life.mu.Lock()
	p.life.dead = true
	p.life.mu.Unlock()
	p.line.cut()
	p.life.cancel()
}

// doom has the process die at its next write.
func (l *life) doom(at place) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dying = at
}

// quit is an orderly end, or the funeral after another one.
func (p *proc) quit() {
	p.life.cancel()
	<-p.ended
	p.line.cut()
	p.db.Close()
}

// mortal is the store as the outbox of a process reaches it: not at all once
// that is dead.
type mortal struct {
	*sqlite.DB
	p *proc
}

// write carries out a write, unless the process dies before it.
func (m mortal) write(do func() error) error {
	l := m.p.life
	l.mu.Lock()
	at := l.dying
	l.dying = ""
	l.mu.Unlock()
	if at == storing {
		m.p.kill()
	}
	if l.gone() {
		return errDead
	}
	err := do()
	if at == recorded {
		m.p.kill()
	}
	return err
}

func (m mortal) Submit(ctx context.Context, draft state.Draft, rows []state.Outbound) (out []state.Outbound, err error) {
	err = m.write(func() error { out, err = m.DB.Submit(ctx, draft, rows); return err })
	return out, err
}

func (m mortal) SaveOutbound(ctx context.Context, o state.Outbound, was state.Status) (ok bool, err error) {
	err = m.write(func() error { ok, err = m.DB.SaveOutbound(ctx, o, was); return err })
	return ok, err
}

func (m mortal) Postpone(ctx context.Context, ids []int64, until time.Time, why string) error {
	return m.write(func() error { return m.DB.Postpone(ctx, ids, until, why) })
}

func (m mortal) Adopt(ctx context.Context, from, to api.ConversationID) error {
	return m.write(func() error { return m.DB.Adopt(ctx, from, to) })
}

func (m mortal) SaveConversations(ctx context.Context, convs []api.Conversation) error {
	return m.write(func() error { return m.DB.SaveConversations(ctx, convs) })
}

func (m mortal) SaveHead(ctx context.Context, id api.ConversationID, page api.Page[api.Message], at time.Time) (saved state.Saved, err error) {
	err = m.write(func() error { saved, err = m.DB.SaveHead(ctx, id, page, at); return err })
	return saved, err
}

func (m mortal) Unsettled(ctx context.Context, account api.AccountID) ([]state.Outbound, error) {
	if m.p.life.gone() {
		return nil, errDead
	}
	return m.DB.Unsettled(ctx, account)
}
