package drafts

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"unibox/api"
	"unibox/state"
)

// memory is a store of drafts and an outbox in memory, with the revisions of the
// real ones.
type memory struct {
	mu     sync.Mutex
	drafts map[api.ConversationID]state.Draft
	fail   error
	// sent, and what the outbox answers.
	sent    []state.Draft
	refuse  error
	waiting chan struct{} // a submit waits for it, if set
	// stuck is a conversation whose saves wait for the end of the test.
	stuck api.ConversationID
	ended <-chan struct{}
	// saves counts what was asked to be saved.
	saves atomic.Int32
}

func newMemory() *memory {
	return &memory{drafts: map[api.ConversationID]state.Draft{}}
}

func (m *memory) Draft(_ context.Context, id api.ConversationID) (state.Draft, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	draft := m.drafts[id]
	draft.Conversation = id
	return draft, m.fail
}

func (m *memory) SaveDraft(_ context.Context, draft state.Draft) (state.Draft, error) {
	m.saves.Add(1)
	if draft.Conversation == m.stuck {
		<-m.ended
		return draft, errors.New("the test is over")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return draft, m.fail
	}
	if old := m.drafts[draft.Conversation]; old.Rev != draft.Rev {
		return old, state.ErrDraftMoved
	}
	draft.Rev++
	m.drafts[draft.Conversation] = draft
	return draft, nil
}

func (m *memory) Submit(_ context.Context, draft state.Draft, _ *state.First) ([]state.Outbound, error) {
	if m.waiting != nil {
		<-m.waiting
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse != nil {
		return nil, m.refuse
	}
	stored := m.drafts[draft.Conversation]
	switch {
	case stored.Rev == draft.Rev, !stored.Empty() && SameText(stored, draft):
	case stored.Empty() && len(m.sent) > 0:
		return nil, state.ErrDraftSent
	default:
		return nil, state.ErrDraftMoved
	}
	m.sent = append(m.sent, draft)
	m.drafts[draft.Conversation] = state.Draft{Conversation: draft.Conversation, Rev: stored.Rev + 1}
	return []state.Outbound{{Conversation: draft.Conversation}}, nil
}

func (m *memory) Takeback(context.Context, state.Outbound) (state.Draft, error) {
	return state.Draft{}, nil
}

var anna = api.ConversationID{Account: "a", Remote: "0"}

func said(id api.ConversationID, body string) state.Draft {
	return state.Draft{Conversation: id, Body: body}
}

func (m *memory) holds(t *testing.T, id api.ConversationID, want string) {
	t.Helper()
	if got := m.drafts[id].Body; got != want {
		t.Errorf("the stored draft is %q, want %q", got, want)
	}
}

func TestFailedSubmitKeepsTheReplyBeforeWhatWasTypedSince(t *testing.T) {
	mem := newMemory()
	mem.refuse = errors.New("disk full")
	d := New(mem)
	d.BeginSubmit(said(anna, "the reply"))
	d.Put(said(anna, "and more")) // typed after enter
	if _, err := d.Submit(t.Context(), mem, said(anna, "the reply"), nil); !errors.Is(err, mem.refuse) {
		t.Fatal(err)
	}
	if err := d.Flush(t.Context(), anna); err != nil { // the save of what was typed comes late
		t.Fatal(err)
	}
	mem.holds(t, anna, "the reply\nand more")
}

func TestSentReplyDoesNotComeBack(t *testing.T) {
	mem := newMemory()
	d := New(mem)
	d.Put(said(anna, "the reply"))
	d.BeginSubmit(said(anna, "the reply"))
	if _, err := d.Submit(t.Context(), mem, said(anna, "the reply"), nil); err != nil {
		t.Fatal(err)
	}
	d.Put(said(anna, "next"))
	if err := d.FlushAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	mem.holds(t, anna, "next")
	if len(mem.sent) != 1 {
		t.Errorf("sent %d times", len(mem.sent))
	}
}

func TestEndingBeforeASubmitBeganKeepsTheReply(t *testing.T) {
	mem := newMemory()
	d := New(mem)
	d.BeginSubmit(said(anna, "the reply"))
	d.Put(said(anna, "typed since"))
	if err := d.End(t.Context()); err != nil {
		t.Fatal(err)
	}
	mem.holds(t, anna, "the reply\ntyped since")
	if _, err := d.Submit(t.Context(), mem, said(anna, "the reply"), nil); !errors.Is(err, ErrEnding) || len(mem.sent) != 0 {
		t.Errorf("the submit went on: %v, %d sent", err, len(mem.sent))
	}
}

// A program that only asks whether to end takes no reply back that is on its way: it may go on.
func TestSavingAllLeavesAnAnnouncedReplyOnItsWay(t *testing.T) {
	mem := newMemory()
	d := New(mem)
	d.BeginSubmit(said(anna, "the reply"))
	d.Put(said(anna, "typed since"))
	if err := d.FlushAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Submit(t.Context(), mem, said(anna, "the reply"), nil); err != nil || len(mem.sent) != 1 {
		t.Errorf("%v, %d sent", err, len(mem.sent))
	}
}

func TestEndingWaitsForASubmitUnderWay(t *testing.T) {
	mem := newMemory()
	mem.waiting = make(chan struct{})
	d := New(mem)
	d.BeginSubmit(said(anna, "the reply"))
	submitted := make(chan error)
	go func() {
		_, err := d.Submit(context.Background(), mem, said(anna, "the reply"), nil)
		submitted <- err
	}()
	for d.announced(anna) { // until the submit has the disk
	}
	d.Put(said(anna, "typed since"))
	ended := make(chan error)
	go func() { ended <- d.End(context.Background()) }()
	close(mem.waiting)
	if err := errors.Join(<-submitted, <-ended); err != nil {
		t.Fatal(err)
	}
	mem.holds(t, anna, "typed since")
}

// announced reports whether an announced submit has not begun.
func (d *Drafts) announced(id api.ConversationID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.sending[id]
	return ok
}

func TestTextTypedBeforeTheDraftWasReadIsAppended(t *testing.T) {
	mem := newMemory()
	mem.drafts[anna] = state.Draft{Conversation: anna, Body: "stored, ", Rev: 7}
	d := New(mem)
	d.PutBehind(said(anna, "typed"))
	draft, err := d.Load(t.Context(), anna)
	if err != nil || draft.Body != "stored, typed" {
		t.Fatalf("%q, %v", draft.Body, err)
	}
	mem.holds(t, anna, "stored, typed")
}

func TestDraftOfAnotherSessionIsKeptBehindOurs(t *testing.T) {
	mem := newMemory()
	d := New(mem)
	if _, err := d.Load(t.Context(), anna); err != nil {
		t.Fatal(err)
	}
	mem.drafts[anna] = state.Draft{Conversation: anna, Body: "theirs", Rev: 1}
	d.Put(said(anna, "ours"))
	if err := d.Flush(t.Context(), anna); err != nil {
		t.Fatal(err)
	}
	mem.holds(t, anna, "ours\n\ntheirs")
	if got := d.TakeRevisions(anna); len(got) != 1 || got[0].From.Body != "ours" || got[0].To.Body != "ours\n\ntheirs" {
		t.Errorf("the box takes %+v", got)
	}
}

func TestFailedSaveIsTriedAgain(t *testing.T) {
	mem := newMemory()
	d := New(mem)
	d.Put(said(anna, "typed"))
	mem.fail = errors.New("disk full")
	if err := d.Flush(t.Context(), anna); err == nil {
		t.Fatal("no error")
	}
	mem.fail = nil
	if err := d.FlushAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	mem.holds(t, anna, "typed")
}

// A save that was on its way when the reply was finished and sent may run after
// the submit.
func TestLateSaveDoesNotBringASentReplyBack(t *testing.T) {
	m := newMemory()
	d := New(m)
	d.Put(said(anna, "hell"))
	d.BeginSubmit(said(anna, "hello"))
	if _, err := d.Submit(t.Context(), m, said(anna, "hello"), nil); err != nil {
		t.Fatal(err)
	}
	if err := d.Flush(t.Context(), anna); err != nil {
		t.Fatal(err)
	}
	m.holds(t, anna, "")
	d.Put(said(anna, "hell"))
	m.refuse = errors.New("disk full")
	d.BeginSubmit(said(anna, "hello"))
	if _, err := d.Submit(t.Context(), m, said(anna, "hello"), nil); err == nil {
		t.Fatal("it was sent")
	}
	m.holds(t, anna, "hello")
}

// shared returns two sessions that have the same draft in their boxes.
func shared(t *testing.T) (mem *memory, one, two *Drafts) {
	t.Helper()
	mem = newMemory()
	mem.drafts[anna] = state.Draft{Conversation: anna, Body: "hello", Rev: 5}
	one, two = New(mem), New(mem)
	for _, d := range []*Drafts{one, two} {
		if _, err := d.Load(t.Context(), anna); err != nil {
			t.Fatal(err)
		}
	}
	return mem, one, two
}

// send presses enter on a text.
func (d *Drafts) send(mem *memory, body string) error {
	d.BeginSubmit(said(anna, body))
	_, err := d.Submit(context.Background(), mem, said(anna, body), nil)
	return err
}

// Of two sessions that send one draft, the second one does not, is told, and loses
// nothing.
func TestASharedDraftGoesOutOnce(t *testing.T) {
	for name, c := range map[string]struct {
		other func(mem *memory, one *Drafts)
		text  string
		want  error
		kept  string
	}{
		"both send the same":     {func(m *memory, d *Drafts) { d.send(m, "hello") }, "hello", ErrSentElsewhere, ""},
		"the first typed more":   {func(m *memory, d *Drafts) { d.send(m, "hello you") }, "hello", ErrSentElsewhere, ""},
		"the second typed more":  {func(m *memory, d *Drafts) { d.send(m, "hello") }, "hello Anna", errKept, "hello Anna"},
		"the first only wrote":   {func(m *memory, d *Drafts) { d.Put(said(anna, "oh, hello")); d.Flush(context.Background(), anna) }, "hello!", errChanged, "oh, hello!"},
		"the first discarded it": {func(m *memory, d *Drafts) { d.Put(said(anna, "")); d.Flush(context.Background(), anna) }, "hello", errEmptied, "hello"},
		"nobody else was there":  {func(*memory, *Drafts) {}, "hello Anna", nil, ""},
	} {
		mem, one, two := shared(t)
		c.other(mem, one)
		sent := len(mem.sent)
		err := two.send(mem, c.text)
		if !errors.Is(err, c.want) || len(mem.sent)-sent != map[bool]int{true: 1}[c.want == nil] {
			t.Errorf("%s: %v, %d sent", name, err, len(mem.sent))
		}
		mem.holds(t, anna, c.kept)
		two.TakeRevisions(anna)
		if c.kept == "" {
			continue
		}
		if err := two.send(mem, c.kept); err != nil { // now it was seen
			t.Errorf("%s: again: %v", name, err)
		}
		mem.holds(t, anna, "")
	}
}

// Between enter and the outbox is nothing but the submit: no save of the text, and no
// wait for the disk of another conversation.
func TestASubmitWaitsForNothing(t *testing.T) {
	mem, d, _ := shared(t)
	boris := api.ConversationID{Account: "a", Remote: "1"}
	mem.stuck, mem.ended = boris, t.Context().Done()
	d.Put(said(boris, "a long draft"))
	var saving sync.WaitGroup
	saving.Go(func() { _ = d.Flush(context.Background(), boris) })
	t.Cleanup(saving.Wait)
	for mem.saves.Load() == 0 { // until it is at the disk
		runtime.Gosched()
	}
	d.Put(said(anna, "hello, Ann"))
	if err := d.send(mem, "hello, Anna"); err != nil || len(mem.sent) != 1 || mem.sent[0].Body != "hello, Anna" {
		t.Fatalf("%v, sent %+v", err, mem.sent)
	}
	if n := mem.saves.Load(); n != 1 {
		t.Errorf("%d saves for one submit", n-1)
	}
}
