package outbox

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"unibox/api"
	"unibox/state"
)

// disk is a store in memory that outlives the processes using it.
type disk struct {
	mu     sync.Mutex
	feed   *state.Feed
	last   int64
	rows   []state.Outbound
	kinds  map[api.ConversationID]api.ChannelKind
	drafts map[api.ConversationID]state.Draft
	known  map[api.ConversationID]api.Conversation
	seen   map[api.ConversationID][]seenMessage
	// log has what became of each row, in order.
	log map[string][]string
}

type seenMessage struct {
	message api.Message
	at      time.Time
}

func newDisk() *disk {
	return &disk{
		feed: state.NewFeed(), kinds: map[api.ConversationID]api.ChannelKind{},
		drafts: map[api.ConversationID]state.Draft{}, known: map[api.ConversationID]api.Conversation{},
		seen: map[api.ConversationID][]seenMessage{}, log: map[string][]string{},
	}
}

var errKilled = errors.New("the process was killed")

// process is one program using a disk. It dies at its crash-th write, before
// the write or after it; a dead process reaches neither disk nor network.
type process struct {
	*disk
	life
	noLease atomic.Bool
}

// life ends at a write, counted across all that a process writes.
type life struct {
	mu     sync.Mutex
	writes int
	crash  int
	after  bool
	dead   bool
	die    context.CancelFunc
}

func (l *life) kill() {
	l.dead = true
	if l.die != nil {
		l.die()
	}
}

func (l *life) gone() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dead
}

// write does a write unless the process is dead or dies before it.
func (p *process) write(do func()) error {
	p.life.mu.Lock()
	defer p.life.mu.Unlock()
	if p.dead {
		return errKilled
	}
	p.writes++
	fatal := p.writes == p.crash
	if !fatal || p.after {
		p.disk.mu.Lock()
		do()
		p.disk.mu.Unlock()
	}
	if fatal {
		p.kill()
		return errKilled
	}
	return nil
}

func (p *process) read(ctx context.Context, do func()) error {
	if p.gone() {
		return errKilled
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	p.disk.mu.Lock()
	defer p.disk.mu.Unlock()
	do()
	return nil
}

func (d *disk) find(id int64) int {
	return slices.IndexFunc(d.rows, func(o state.Outbound) bool { return o.ID == id })
}

func (d *disk) put(o state.Outbound) {
	o.Files = slices.Clone(o.Files)
	i := d.find(o.ID)
	d.rows[i] = o
	d.note(o)
}

func (d *disk) note(o state.Outbound) {
	if l := d.log[o.Key]; len(l) == 0 || l[len(l)-1] != words[o.Status] {
		d.log[o.Key] = append(l, words[o.Status])
	}
	d.feed.Mark(state.Outbox, state.Inbox, state.Thread(o.Conversation))
}

var words = [...]string{"queued", "uploading", "inflight", "accepted", "done", "failed", "uncertain", "held"}

func (p *process) Kind(ctx context.Context, id api.ConversationID) (kind api.ChannelKind, err error) {
	ok := false
	err = p.read(ctx, func() { kind, ok = p.kinds[id] })
	if err == nil && !ok {
		err = state.ErrNoSuch
	}
	return kind, err
}

func (p *process) Submit(ctx context.Context, draft state.Draft, rows []state.Outbound) ([]state.Outbound, error) {
	out := slices.Clone(rows)
	return out, p.write(func() {
		for i := range out {
			p.last++
			out[i].ID = p.last
			if out[i].First != nil {
				p.kinds[out[i].Conversation] = out[i].First.Kind
			}
			p.rows = append(p.rows, out[i])
			p.note(out[i])
		}
		delete(p.drafts, draft.Conversation)
	})
}

func (p *process) Outbound(ctx context.Context, id int64) (o state.Outbound, err error) {
	i := -1
	err = p.read(ctx, func() {
		if i = p.find(id); i >= 0 {
			o = p.rows[i]
			o.Files = slices.Clone(o.Files)
		}
	})
	if err == nil && i < 0 {
		err = state.ErrNoSuch
	}
	return o, err
}

func (p *process) Unsettled(ctx context.Context, account api.AccountID) (rows []state.Outbound, err error) {
	err = p.read(ctx, func() {
		for _, o := range p.rows {
			if o.Status != state.Done && o.Conversation.Account == account {
				rows = append(rows, o)
			}
		}
	})
	return rows, err
}

func (p *process) Unsent(ctx context.Context) (rows []state.Outbound, err error) {
	err = p.read(ctx, func() {
		for _, o := range p.rows {
			if o.Status != state.Done {
				rows = append(rows, o)
			}
		}
	})
	return rows, err
}

func (p *process) FilesInUse(ctx context.Context) (files []state.File, err error) {
	err = p.read(ctx, func() {
		for _, o := range p.rows {
			if o.Status != state.Done {
				files = append(files, o.Files...)
			}
		}
		for _, d := range p.drafts {
			files = append(files, d.Files...)
		}
	})
	return files, err
}

func (p *process) SaveOutbound(ctx context.Context, o state.Outbound, was state.Status) (bool, error) {
	if p.noLease.Load() {
		return false, state.ErrNoLease
	}
	return p.Decided(ctx, o, was)
}

func (p *process) Postpone(ctx context.Context, ids []int64, until time.Time, why string) error {
	if p.noLease.Load() {
		return state.ErrNoLease
	}
	return p.write(func() {
		for _, id := range ids {
			if i := p.find(id); i >= 0 && p.rows[i].Status == state.Queued {
				o := p.rows[i]
				o.NotBefore, o.Reason = until, why
				p.put(o)
			}
		}
	})
}

func (p *process) Decided(ctx context.Context, o state.Outbound, was state.Status) (ok bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	err = p.write(func() {
		i := p.find(o.ID)
		if ok = i >= 0 && p.rows[i].Status == was && p.rows[i].Key == o.Key; ok {
			p.put(o)
		}
	})
	return ok, err
}

func (p *process) DeleteOutbound(ctx context.Context, o state.Outbound, was state.Status) (ok bool, err error) {
	err = p.write(func() {
		i := p.find(o.ID)
		if ok = i >= 0 && p.rows[i].Status == was && p.rows[i].Key == o.Key; ok {
			p.rows = slices.Delete(p.rows, i, i+1)
			p.feed.Mark(state.Outbox)
		}
	})
	return ok, err
}

// WhenSent finds nothing: what is to happen is the store's own.
func (p *process) WhenSent(context.Context, api.ConversationID, state.WhenSent) (bool, error) {
	return false, nil
}

func (p *process) Takeback(ctx context.Context, o state.Outbound, was state.Status) (d state.Draft, ok bool, err error) {
	err = p.write(func() {
		i := p.find(o.ID)
		if ok = i >= 0 && p.rows[i].Status == was && p.rows[i].Key == o.Key; ok {
			o := p.rows[i]
			old := p.drafts[o.Conversation]
			d = state.Draft{Conversation: o.Conversation, Body: o.Body + old.Body, Files: append(slices.Clone(o.Files), old.Files...)}
			p.drafts[o.Conversation] = d
			p.rows = slices.Delete(p.rows, i, i+1)
			p.feed.Mark(state.Outbox)
		}
	})
	return d, ok, err
}

func (p *process) Adopt(ctx context.Context, from, to api.ConversationID) error {
	return p.write(func() {
		for i := range p.rows {
			if p.rows[i].Conversation == from {
				p.rows[i].Conversation = to
			}
		}
		p.kinds[to] = p.kinds[from]
		delete(p.kinds, from)
		p.feed.Mark(state.Outbox)
	})
}

func (p *process) SaveConversations(ctx context.Context, convs []api.Conversation) error {
	return p.write(func() {
		for _, c := range convs {
			p.known[c.ID] = c
		}
	})
}

func (p *process) SaveHead(ctx context.Context, id api.ConversationID, page api.Page[api.Message], _ time.Time) (state.Saved, error) {
	return state.Saved{}, p.write(func() {
		for _, m := range slices.Backward(page.Items) {
			if !slices.ContainsFunc(p.seen[id], func(s seenMessage) bool { return s.message.ID == m.ID }) {
				p.seen[id] = append(p.seen[id], seenMessage{m, time.Now()})
				p.feed.Mark(state.Thread(id))
			}
		}
	})
}

func (p *process) SeenSince(ctx context.Context, id api.ConversationID, since time.Time) (out []api.Message, err error) {
	err = p.read(ctx, func() {
		for _, s := range p.seen[id] {
			linked := slices.ContainsFunc(p.rows, func(o state.Outbound) bool { return o.Receipt.Message == s.message.ID })
			if !s.at.Before(since) && s.message.Direction == api.Outbound && !linked {
				out = append(out, s.message)
			}
		}
	})
	return out, err
}

func (p *process) FailedLate(context.Context, api.AccountID, []api.ConversationID) ([]state.LateFailure, error) {
	return nil, nil // messages of this history do not change
}

// position is a message's place on this disk.
func position(m api.Message) state.Pos { return state.Pos(m.At.UnixMilli()) }

func (p *process) CameSince(ctx context.Context, id api.ConversationID, above state.Pos, _ time.Time) (n int, err error) {
	err = p.read(ctx, func() {
		for _, s := range p.seen[id] {
			if s.message.Direction == api.Inbound && position(s.message) > above {
				n++
			}
		}
	})
	return n, err
}

// row reads a row past any process.
func (d *disk) row(id int64) state.Outbound {
	d.mu.Lock()
	defer d.mu.Unlock()
	if i := d.find(id); i >= 0 {
		return d.rows[i]
	}
	return state.Outbound{}
}
