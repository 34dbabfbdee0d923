package syncer

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

const acct api.AccountID = "acme"

func convID(n int) api.ConversationID {
	return api.ConversationID{Account: acct, Remote: strconv.Itoa(n)}
}

// call is one request that the fake platform took in.
type call struct {
	op     string // "identify", "list", "messages"
	id     api.ConversationID
	cursor api.Cursor
	limit  int
	at     time.Time
}

func (c call) class() api.Class {
	switch c.op {
	case "identify":
		return api.ClassOther
	case "list":
		return api.ClassConversations
	}
	return api.ClassMessages
}

// platform is a scripted provider. Conversation n was created after n-1; its
// messages are numbered from 1, oldest first, and the number is also the
// store's position.
type platform struct {
	t      *testing.T
	traits api.Traits

	mu       sync.Mutex
	convs    []api.Conversation // newest first
	messages map[string]int
	calls    []call
	busy     map[string]int
	running  int
	mostBusy int

	latency time.Duration
	// hang and fail, if set, decide about a call.
	hang func(call) bool
	fail func(call) error
	// listing, if set, answers for the list from its second page on.
	listing func(from int, page *api.Page[api.Conversation]) error
	// total is how many conversations the list says there are.
	total int
	// ignore makes every cursor bring the newest page.
	ignore   bool
	channels []api.Channel
	// epoch is part of cursors; those of another are refused.
	epoch int
}

// newPlatform has n conversations of size messages each, made long ago.
func newPlatform(t *testing.T, pace, n, size int) *platform {
	p := &platform{t: t, messages: map[string]int{}, busy: map[string]int{}}
	p.traits = api.Traits{
		Platform: "fake", Conversations: api.OrderByCreation, HeadPage: 20, HistoryPage: 100,
		Budgets: map[api.Class]api.Budget{
			api.ClassMessages:      {Requests: 20 * pace, Per: time.Minute},
			api.ClassConversations: {Requests: 10 * pace, Per: time.Minute},
		},
	}
	born := time.Now().Add(-48 * time.Hour)
	for i := 1; i <= n; i++ {
		p.convs = append(p.convs, conversation(i, born.Add(time.Duration(i)*time.Millisecond)))
		p.messages[convID(i).Remote] = size
	}
	slices.Reverse(p.convs)
	return p
}

func conversation(n int, created time.Time) api.Conversation {
	return api.Conversation{ID: convID(n), Created: api.Known(created)}
}

func (p *platform) add(n, size int, created time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.convs = slices.Insert(p.convs, 0, conversation(n, created))
	p.messages[convID(n).Remote] = size
}

// write lets a customer write in conversation n.
func (p *platform) write(n, count int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.messages[convID(n).Remote] += count
	if p.traits.Conversations == api.OrderByActivity {
		i := slices.IndexFunc(p.convs, func(c api.Conversation) bool { return c.ID == convID(n) })
		c := p.convs[i]
		c.Active = api.Known(time.Now())
		p.convs = slices.Insert(slices.Delete(p.convs, i, i+1), 0, c)
	}
}

// set changes the script.
func (p *platform) set(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

func (p *platform) log() []call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

func (p *platform) count(match func(call) bool) int {
	n := 0
	for _, c := range p.log() {
		if match(c) {
			n++
		}
	}
	return n
}

func (p *platform) Traits() api.Traits { return p.traits }

func (p *platform) Identify(ctx context.Context) (api.Identity, error) {
	err := p.enter(ctx, call{op: "identify"})
	return api.Identity{Label: "Acme", Channels: p.channels}, err
}

func (p *platform) Conversations(ctx context.Context, req api.PageRequest) (api.Page[api.Conversation], error) {
	var page api.Page[api.Conversation]
	if err := p.enter(ctx, call{op: "list", cursor: req.Cursor}); err != nil {
		return page, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	from, _ := strconv.Atoi(string(req.Cursor))
	if p.ignore {
		from = 0
	}
	to := min(from+100, len(p.convs))
	page.Items, page.Total = slices.Clone(p.convs[from:to]), p.total
	if to < len(p.convs) {
		page.Next = api.Cursor(strconv.Itoa(to))
	}
	if p.listing != nil && from > 0 {
		return page, p.listing(from, &page)
	}
	return page, nil
}

func (p *platform) Messages(ctx context.Context, id api.ConversationID, req api.PageRequest) (api.Page[api.Message], error) {
	var page api.Page[api.Message]
	err := p.enter(ctx, call{op: "messages", id: id, cursor: req.Cursor, limit: req.Limit})
	if err != nil {
		return page, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	below, limit, err := p.place(id, req)
	for n := below - 1; n > 0 && len(page.Items) < limit; n-- {
		page.Items = append(page.Items, message(id, n))
	}
	if last := below - 1 - len(page.Items); last > 0 {
		page.Next = api.Cursor(fmt.Sprintf("%d.%d.%d", p.epoch, last+1, limit))
	}
	return page, err
}

func (p *platform) Send(context.Context, api.Outgoing) (api.Receipt, error) {
	p.t.Error("the engine sent something")
	return api.Receipt{}, nil
}

// place reads a cursor: epoch, the number to go below, and the page size.
func (p *platform) place(id api.ConversationID, req api.PageRequest) (below, limit int, err error) {
	newest := p.messages[id.Remote] + 1
	if req.Cursor == "" {
		return newest, req.Limit, nil
	}
	var epoch int
	if _, err := fmt.Sscanf(string(req.Cursor), "%d.%d.%d", &epoch, &below, &limit); err != nil {
		p.t.Errorf("a cursor that was never given: %q", req.Cursor)
	}
	switch {
	case p.ignore:
		return newest, limit, nil
	case epoch != p.epoch:
		return 0, 0, &api.Error{Kind: api.ErrCursor, Platform: "fake", Op: "messages"}
	}
	return below, limit, nil
}

func message(id api.ConversationID, n int) api.Message {
	return api.Message{
		ID:           api.MessageID{Account: acct, Remote: id.Remote + "/" + strconv.Itoa(n)},
		Conversation: id,
		At:           time.Unix(int64(n), 0),
	}
}

// enter records a call, checks that its conversation is not being asked
// already, and takes its time.
func (p *platform) enter(ctx context.Context, c call) error {
	c.at = time.Now()
	p.mu.Lock()
	p.calls = append(p.calls, c)
	p.running++
	p.mostBusy = max(p.mostBusy, p.running)
	if c.op == "messages" {
		if p.busy[c.id.Remote]++; p.busy[c.id.Remote] > 1 {
			p.t.Errorf("two requests at a time for conversation %s", c.id.Remote)
		}
	}
	latency, hang := p.latency, p.hang != nil && p.hang(c)
	var err error
	if p.fail != nil {
		err = p.fail(c)
	}
	p.mu.Unlock()
	defer p.set(func() { p.running--; p.busy[c.id.Remote]-- })
	if hang {
		<-ctx.Done()
		return ctx.Err()
	}
	if latency > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(latency):
		}
	}
	return err
}

// memory is a small store that keeps the promises of [Store].
type memory struct {
	mu     sync.Mutex
	heads  map[api.ConversationID]state.Head
	spans  map[api.ConversationID]state.Coverage
	known  map[api.ConversationID]map[state.Pos]bool
	health []state.Health
	// learned is when a message was first seen.
	learned map[api.MessageID]time.Time
	// reading is when somebody was last said to read in a conversation.
	reading map[api.ConversationID]time.Time
	// suspect holds conversations whose next page seems to lack a message.
	suspect map[api.ConversationID]bool
	broken  error
	// below is the cursor of the list, since belowAt.
	below   api.Cursor
	belowAt time.Time
}

func newMemory() *memory {
	return &memory{
		heads:   map[api.ConversationID]state.Head{},
		spans:   map[api.ConversationID]state.Coverage{},
		known:   map[api.ConversationID]map[state.Pos]bool{},
		learned: map[api.MessageID]time.Time{},
		reading: map[api.ConversationID]time.Time{},
		suspect: map[api.ConversationID]bool{},
	}
}

func (m *memory) Reading(id api.ConversationID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reading[id] = time.Now()
}

func (m *memory) SaveIdentity(context.Context, api.AccountID, api.Identity) error { return nil }

func (m *memory) SaveConversations(_ context.Context, convs []api.Conversation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range convs {
		h := m.heads[c.ID]
		h.ID, h.Answered, h.Read, h.Away = c.ID, c.Answered, c.Read, c.Closed.Or(false)
		h.Active = work.Later(work.Later(h.Active, c.Created.Or(time.Time{})), c.Active.Or(time.Time{}))
		m.heads[c.ID] = h
	}
	return nil
}

func (m *memory) SaveListed(ctx context.Context, account api.AccountID, convs []api.Conversation, below api.Cursor, at time.Time) error {
	m.set(func() { m.below, m.belowAt = below, at })
	return m.SaveConversations(ctx, convs)
}

func (m *memory) Listing(context.Context, api.AccountID) (api.Cursor, time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.below, m.belowAt, nil
}

// set changes what is stored.
func (m *memory) set(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f()
}

func (m *memory) Heads(context.Context, api.AccountID) ([]state.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.SortedFunc(maps.Values(m.heads), func(a, b state.Head) int {
		return b.Active.Compare(a.Active)
	}), m.broken
}

func (m *memory) Coverage(_ context.Context, id api.ConversationID) (state.Coverage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.spans[id]), nil
}

func posOf(m api.Message) state.Pos {
	_, n, _ := strings.Cut(m.ID.Remote, "/")
	pos, _ := strconv.Atoi(n)
	return state.Pos(pos)
}

func (m *memory) SaveHead(_ context.Context, id api.ConversationID, page api.Page[api.Message], at time.Time) (state.Saved, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := m.heads[id]
	h.Checked = at
	m.heads[id] = h
	if len(page.Items) == 0 {
		return state.Saved{}, nil
	}
	saved, newest := m.file(id, page)
	m.spans[id] = m.spans[id].Head(newest, saved.Oldest, page.Next)
	saved.Suspect = m.suspect[id]
	delete(m.suspect, id)
	return saved, nil
}

func (m *memory) SaveBelow(_ context.Context, id api.ConversationID, pos state.Pos, page api.Page[api.Message], _ time.Time) (state.Saved, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := spanAt(m.spans[id], pos)
	if m.ignored(id, pos, page) {
		m.spans[id][i].Older = ""
		return state.Saved{}, &api.Error{Kind: api.ErrCursor, Op: "save"}
	}
	saved, _ := m.file(id, page)
	if page.Next == "" || saved.Oldest < m.spans[id][i].Oldest {
		m.spans[id] = m.spans[id].Below(i, saved.Oldest, page.Next)
	}
	return saved, nil
}

func (m *memory) ignored(id api.ConversationID, pos state.Pos, page api.Page[api.Message]) bool {
	older := false
	for _, item := range page.Items {
		p := posOf(item)
		if p > pos && !m.known[id][p] {
			return true
		}
		older = older || p < pos
	}
	return !older && page.Next != ""
}

func (m *memory) file(id api.ConversationID, page api.Page[api.Message]) (saved state.Saved, newest state.Pos) {
	if m.known[id] == nil {
		m.known[id] = map[state.Pos]bool{}
	}
	for _, item := range page.Items {
		pos := posOf(item)
		if !m.known[id][pos] {
			m.known[id][pos] = true
			m.learned[item.ID] = time.Now()
			saved.New++
		}
		newest, saved.Oldest = max(newest, pos), pos
	}
	return saved, newest
}

func (m *memory) SaveHealth(_ context.Context, h state.Health) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.health = append(m.health, h)
	return nil
}

func (m *memory) Health(context.Context) ([]state.Health, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.health) == 0 {
		return nil, nil
	}
	return m.health[len(m.health)-1:], nil
}

func (m *memory) last() state.Health {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.health) == 0 {
		return state.Health{}
	}
	return m.health[len(m.health)-1]
}

// oldest is the lower end of the newest span.
func (m *memory) oldest(n int) state.Pos {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.spans[convID(n)]) == 0 {
		return 0
	}
	return m.spans[convID(n)][0].Oldest
}

func (m *memory) cover(n int) state.Coverage {
	c, _ := m.Coverage(context.Background(), convID(n))
	return c
}

// seen is when message k of conversation n came in.
func (m *memory) seen(n, k int) (time.Time, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, ok := m.learned[message(convID(n), k).ID]
	return at, ok
}

// start runs an engine until the test's function returns.
func start(t *testing.T, p *platform, m *memory) (*Engine, func()) {
	t.Helper()
	e := New(Options{Store: m, Feed: state.NewFeed(), Accounts: []Account{{ID: acct, Provider: p}}})
	return e, launch(e)
}

func launch(e *Engine) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	return func() { cancel(); <-done }
}

// of is the last health of one account of several.
func (m *memory) of(account api.AccountID) state.Health {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, h := range slices.Backward(m.health) {
		if h.Account == account {
			return h
		}
	}
	return state.Health{}
}
