package ui

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"unibox/api"
	"unibox/state"
)

// desk is a store of drafts in memory, with the revisions of the real one.
type desk struct {
	*shelf
	mu     sync.Mutex
	drafts map[api.ConversationID]state.Draft
	fail   error
	// sent, and what the outbox answers.
	sent    []state.Draft
	refuse  error
	waiting chan struct{} // a submit waits for it, if set
}

func newDesk() *desk {
	return &desk{shelf: newShelf(3, 3), drafts: map[api.ConversationID]state.Draft{}}
}

func (d *desk) Draft(_ context.Context, id api.ConversationID) (state.Draft, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	draft := d.drafts[id]
	draft.Conversation = id
	return draft, d.fail
}

func (d *desk) SaveDraft(_ context.Context, draft state.Draft) (state.Draft, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil {
		return draft, d.fail
	}
	if old := d.drafts[draft.Conversation]; old.Rev != draft.Rev {
		return old, state.ErrDraftMoved
	}
	draft.Rev++
	d.drafts[draft.Conversation] = draft
	return draft, nil
}

func (d *desk) Submit(_ context.Context, draft state.Draft, _ *state.First) ([]state.Outbound, error) {
	if d.waiting != nil {
		<-d.waiting
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuse != nil {
		return nil, d.refuse
	}
	d.sent = append(d.sent, draft)
	if stored := d.drafts[draft.Conversation]; stored.Rev == draft.Rev || sameText(stored, draft) {
		d.drafts[draft.Conversation] = state.Draft{Conversation: draft.Conversation, Rev: stored.Rev + 1}
	}
	return []state.Outbound{{Conversation: draft.Conversation}}, nil
}

func (d *desk) Decide(context.Context, int64, state.Decision) error  { return nil }
func (d *desk) Takeback(context.Context, int64) (state.Draft, error) { return state.Draft{}, nil }
func (d *desk) Progress(int64) (float64, bool)                       { return 0, false }

var (
	anna  = api.ConversationID{Account: "a", Remote: "0"}
	boris = api.ConversationID{Account: "a", Remote: "1"}
)

func said(id api.ConversationID, body string) state.Draft {
	return state.Draft{Conversation: id, Body: body}
}

func (d *desk) holds(t *testing.T, id api.ConversationID, want string) {
	t.Helper()
	if got := d.drafts[id].Body; got != want {
		t.Errorf("the stored draft is %q, want %q", got, want)
	}
}

func TestFailedSubmitKeepsTheReplyBeforeWhatWasTypedSince(t *testing.T) {
	desk := newDesk()
	desk.refuse = errors.New("disk full")
	d := newDrafts(desk)
	d.begin(said(anna, "the reply"))
	d.put(said(anna, "and more")) // typed after enter
	if _, err := d.submit(t.Context(), desk, said(anna, "the reply"), nil); !errors.Is(err, desk.refuse) {
		t.Fatal(err)
	}
	if err := d.flush(t.Context(), anna); err != nil { // the save of what was typed comes late
		t.Fatal(err)
	}
	desk.holds(t, anna, "the reply\nand more")
}

func TestSentReplyDoesNotComeBack(t *testing.T) {
	desk := newDesk()
	d := newDrafts(desk)
	d.put(said(anna, "the reply"))
	d.begin(said(anna, "the reply"))
	if _, err := d.submit(t.Context(), desk, said(anna, "the reply"), nil); err != nil {
		t.Fatal(err)
	}
	d.put(said(anna, "next"))
	if err := d.flushAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	desk.holds(t, anna, "next")
	if len(desk.sent) != 1 {
		t.Errorf("sent %d times", len(desk.sent))
	}
}

func TestEndingBeforeASubmitBeganKeepsTheReply(t *testing.T) {
	desk := newDesk()
	d := newDrafts(desk)
	d.begin(said(anna, "the reply"))
	d.put(said(anna, "typed since"))
	if err := d.flushAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	desk.holds(t, anna, "the reply\ntyped since")
	if _, err := d.submit(t.Context(), desk, said(anna, "the reply"), nil); !errors.Is(err, errEnding) || len(desk.sent) != 0 {
		t.Errorf("the submit went on: %v, %d sent", err, len(desk.sent))
	}
}

func TestEndingWaitsForASubmitUnderWay(t *testing.T) {
	desk := newDesk()
	desk.waiting = make(chan struct{})
	d := newDrafts(desk)
	d.begin(said(anna, "the reply"))
	submitted := make(chan error)
	go func() {
		_, err := d.submit(context.Background(), desk, said(anna, "the reply"), nil)
		submitted <- err
	}()
	for d.turnPending(anna) { // until the submit has the disk
	}
	d.put(said(anna, "typed since"))
	ended := make(chan error)
	go func() { ended <- d.flushAll(context.Background()) }()
	close(desk.waiting)
	if err := errors.Join(<-submitted, <-ended); err != nil {
		t.Fatal(err)
	}
	desk.holds(t, anna, "typed since")
}

// turnPending reports whether an announced submit has not begun.
func (d *drafts) turnPending(id api.ConversationID) bool {
	d.noteMu.Lock()
	defer d.noteMu.Unlock()
	_, ok := d.sending[id]
	return ok
}

func TestTextTypedBeforeTheDraftWasReadStandsBehindIt(t *testing.T) {
	desk := newDesk()
	desk.drafts[anna] = state.Draft{Conversation: anna, Body: "stored, ", Rev: 7}
	d := newDrafts(desk)
	d.putBehind(said(anna, "typed"))
	draft, err := d.load(t.Context(), anna)
	if err != nil || draft.Body != "stored, typed" {
		t.Fatalf("%q, %v", draft.Body, err)
	}
	desk.holds(t, anna, "stored, typed")
}

func TestDraftOfAnotherSessionIsKeptBehindOurs(t *testing.T) {
	desk := newDesk()
	d := newDrafts(desk)
	if _, err := d.load(t.Context(), anna); err != nil {
		t.Fatal(err)
	}
	desk.drafts[anna] = state.Draft{Conversation: anna, Body: "theirs", Rev: 1}
	d.put(said(anna, "ours"))
	if err := d.flush(t.Context(), anna); err != nil {
		t.Fatal(err)
	}
	desk.holds(t, anna, "ours\n\ntheirs")
	if turns := d.take(anna); len(turns) != 1 || turns[0].from.Body != "ours" || turns[0].to.Body != "ours\n\ntheirs" {
		t.Errorf("the box hears %+v", turns)
	}
}

func TestFailedSaveStaysNotedAndIsSavedLater(t *testing.T) {
	desk := newDesk()
	d := newDrafts(desk)
	d.put(said(anna, "typed"))
	desk.fail = errors.New("disk full")
	if err := d.flush(t.Context(), anna); err == nil {
		t.Fatal("no error")
	}
	desk.fail = nil
	if err := d.flushAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	desk.holds(t, anna, "typed")
}

// A submit that ends after the agent has moved on may touch neither the box
// nor the marks of the conversation that is open then.
func TestLateSubmitActsWhereItWasMade(t *testing.T) {
	m := bare(3, 3, 120, 40)
	m.open(anna)
	row, _ := m.inbox.Selected()
	visit := m.reply.visit
	m.open(boris)
	m.reply.loaded, m.focus, m.composing = true, 2, true
	m.reply.box.SetValue("to boris")
	m.submitted(submittedMsg{visit: visit, row: row, sent: said(anna, "to anna"), next: true})
	if !m.composing || m.reply.box.Value() != "to boris" || m.thread.Conversation() != boris {
		t.Errorf("composing %v, box %q, thread %v", m.composing, m.reply.box.Value(), m.thread.Conversation())
	}
	m.submitted(submittedMsg{visit: visit, row: row, sent: said(anna, "to anna"), err: errors.New("disk full")})
	if got := m.reply.box.Value(); strings.Contains(got, "anna") {
		t.Errorf("anna's reply is in boris's box: %q", got)
	}
}

func TestLateLookUpFillsNoOtherSheet(t *testing.T) {
	m := bare(3, 3, 120, 40)
	m.openInfo()
	late := infoMsg{sheet: m.sheet, facts: []api.Fact{{Label: "Participants", Value: "Maya"}}}
	asked := goToMsg{sheet: m.sheet, list: state.List{Rows: m.opt.Store.(*shelf).rows}}
	m.menuClose()
	m.openPalette()
	m.gotInfo(late)
	m.gotGoTo(asked)
	if it, _ := m.sheet.menu.Selected(); it.Value == nil || it.Detail == "" {
		t.Errorf("the palette holds %+v", it)
	}
	m.menuChoose() // panicked when the value was of another sheet
}
