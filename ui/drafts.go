package ui

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"unibox/api"
	"unibox/state"
)

// errEnding: the program ends before a submit began; the reply stays a draft.
var errEnding = errors.New("the program is ending; the reply is kept as a draft")

// drafts saves what is typed, one disk access after the other, so that a save,
// a submit and a read of the same draft never cross. What Update calls (put,
// putBehind, begin, drop, take) touches memory only; the rest runs in commands.
//
// Another session may write in the same draft. Whenever what is stored turns
// out to be more than what the box was known to hold, the two are merged, and
// the difference is a turn that the box takes in order: a note is not accepted
// before, and one that waits already takes it by itself. So every note is a
// change to what is known, and nobody's text is lost to a late one.
type drafts struct {
	store Store

	noteMu sync.Mutex
	// notes hold what the disk does not have yet, sending what was submitted
	// and has not come to its turn, turns what the boxes have not taken.
	notes   map[api.ConversationID]note
	sending map[api.ConversationID]state.Draft
	turns   map[api.ConversationID][]turn

	// diskMu is held while the disk is touched; known, what it was seen to hold
	// last, is under it.
	diskMu sync.Mutex
	known  map[api.ConversationID]state.Draft
}

// note is what a draft should become: itself, or what is stored with its text
// behind, for text that was typed before the stored draft was read.
type note struct {
	draft  state.Draft
	behind bool
}

// turn is a change of what is stored that did not come from the box, or not
// alone: where the box stood, what is stored now. own: this session made it;
// gone: what the box had built upon was sent or emptied elsewhere.
type turn struct {
	from, to  state.Draft
	own, gone bool
}

func newDrafts(store Store) *drafts {
	return &drafts{store: store, notes: map[api.ConversationID]note{}, sending: map[api.ConversationID]state.Draft{},
		turns: map[api.ConversationID][]turn{}, known: map[api.ConversationID]state.Draft{}}
}

// put notes what the draft of a conversation should be on disk. It reports
// false, and notes nothing, while there are turns to take first.
func (d *drafts) put(draft state.Draft) bool {
	d.noteMu.Lock()
	defer d.noteMu.Unlock()
	if len(d.turns[draft.Conversation]) > 0 {
		return false
	}
	d.notes[draft.Conversation] = note{draft: draft}
	return true
}

// putBehind notes what should stand behind whatever is stored.
func (d *drafts) putBehind(draft state.Draft) {
	d.noteMu.Lock()
	defer d.noteMu.Unlock()
	d.notes[draft.Conversation] = note{draft: draft, behind: true}
}

// take hands the turns over that the box of a conversation has to follow.
func (d *drafts) take(id api.ConversationID) []turn {
	d.noteMu.Lock()
	defer d.noteMu.Unlock()
	turns := d.turns[id]
	delete(d.turns, id)
	return turns
}

// drop forgets what was noted for a conversation.
func (d *drafts) drop(id api.ConversationID) {
	d.noteMu.Lock()
	defer d.noteMu.Unlock()
	delete(d.notes, id)
}

// begin announces a submit, so that a program that ends before its turn keeps
// the reply.
func (d *drafts) begin(draft state.Draft) {
	d.noteMu.Lock()
	defer d.noteMu.Unlock()
	d.sending[draft.Conversation] = draft
}

// noted is the newest note of a conversation. What was typed behind a submit
// that has not come to its turn has to wait for it.
func (d *drafts) noted(id api.ConversationID) (note, bool) {
	d.noteMu.Lock()
	defer d.noteMu.Unlock()
	n, ok := d.notes[id]
	_, waits := d.sending[id]
	return n, ok && !waits
}

// saved forgets a note that is on disk, unless a newer one took its place.
func (d *drafts) saved(n note) {
	d.noteMu.Lock()
	defer d.noteMu.Unlock()
	id := n.draft.Conversation
	if now, ok := d.notes[id]; ok && now.behind == n.behind && sameText(now.draft, n.draft) {
		delete(d.notes, id)
	}
}

// turned takes in that what is stored is not where the box stands. diskMu is
// held.
func (d *drafts) turned(t turn) {
	id := t.to.Conversation
	d.known[id] = t.to
	if sameText(t.from, t.to) && !t.gone {
		return
	}
	d.noteMu.Lock()
	defer d.noteMu.Unlock()
	d.turns[id] = append(d.turns[id], t)
	if n, ok := d.notes[id]; ok && !n.behind {
		n.draft = mergeDrafts(t.from, n.draft, t.to)
		d.notes[id] = n
	}
}

func sameText(a, b state.Draft) bool { return a.Body == b.Body && slices.Equal(a.Files, b.Files) }

// flush saves the newest note of a conversation. What cannot be saved stays
// noted.
func (d *drafts) flush(ctx context.Context, id api.ConversationID) error {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	return d.flushLocked(ctx, id)
}

func (d *drafts) flushLocked(ctx context.Context, id api.ConversationID) error {
	n, ok := d.noted(id)
	if !ok {
		return nil
	}
	draft := n.draft
	if n.behind {
		if _, err := d.loadLocked(ctx, id); err != nil {
			return err
		}
		draft = join(d.known[id], draft, "")
	}
	stored, gone, err := d.saveLocked(ctx, draft)
	if err != nil {
		return err
	}
	d.saved(n)
	d.turned(turn{from: draft, to: stored, gone: gone})
	return nil
}

// mostMoves bounds how often a save is tried while others save the same draft.
const mostMoves = 10

// saveLocked stores a draft and returns what is stored: where another session
// was faster, both texts. gone: that one had emptied it.
func (d *drafts) saveLocked(ctx context.Context, draft state.Draft) (stored state.Draft, gone bool, err error) {
	base := d.known[draft.Conversation]
	draft.Rev = base.Rev
	stored, err = d.store.SaveDraft(ctx, draft)
	for range mostMoves {
		if !errors.Is(err, state.ErrDraftMoved) {
			break
		}
		gone = gone || stored.Empty() && !base.Empty()
		draft = mergeDrafts(base, draft, stored)
		base, draft.Rev = stored, stored.Rev
		stored, err = d.store.SaveDraft(ctx, draft)
	}
	return stored, gone && !draft.Empty(), err
}

// join puts b's text and files behind a's.
func join(a, b state.Draft, between string) state.Draft {
	if a.Body != "" && b.Body != "" {
		a.Body += between
	}
	a.Body += b.Body
	for _, f := range b.Files {
		if !slices.Contains(a.Files, f) {
			a.Files = append(slices.Clip(a.Files), f)
		}
	}
	return a
}

// flushAll saves everything that is noted, what was never submitted included,
// and waits for a submit under way. It returns the first error.
func (d *drafts) flushAll(ctx context.Context) error {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	d.noteMu.Lock()
	for _, sent := range d.sending {
		d.notes[sent.Conversation] = note{draft: d.withNote(sent)}
	}
	clear(d.sending)
	ids := slices.Collect(maps.Keys(d.notes))
	d.noteMu.Unlock()
	var first error
	for _, id := range ids {
		if err := d.flushLocked(ctx, id); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// withNote is a reply with what was typed after it. noteMu is held.
func (d *drafts) withNote(sent state.Draft) state.Draft {
	n, ok := d.notes[sent.Conversation]
	if !ok || sameText(n.draft, sent) {
		return sent
	}
	return join(sent, n.draft, "\n")
}

// load saves what is noted, then reads the stored draft, for a box that holds
// nothing of it yet.
func (d *drafts) load(ctx context.Context, id api.ConversationID) (state.Draft, error) {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	if err := d.flushLocked(ctx, id); err != nil {
		return state.Draft{}, err
	}
	draft, err := d.loadLocked(ctx, id)
	if err == nil {
		d.take(id)
	}
	return draft, err
}

func (d *drafts) loadLocked(ctx context.Context, id api.ConversationID) (state.Draft, error) {
	draft, err := d.store.Draft(ctx, id)
	if err == nil {
		d.known[id] = draft
	}
	return draft, err
}

// refresh looks whether another session changed a draft that a box holds.
func (d *drafts) refresh(ctx context.Context, id api.ConversationID) error {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	if err := d.flushLocked(ctx, id); err != nil {
		return err
	}
	was, ok := d.known[id]
	if !ok {
		return nil
	}
	stored, err := d.store.Draft(ctx, id)
	if err == nil && stored.Rev != was.Rev {
		d.turned(turn{from: was, to: stored})
	}
	return err
}

// submit sends a draft off that was announced by begin; afterwards the stored
// draft is what another session wrote in it, and mostly nothing. If that fails,
// the reply is stored again, in front of what was typed after it.
func (d *drafts) submit(ctx context.Context, out Outbox, draft state.Draft, first *state.First) ([]state.Outbound, error) {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	if !d.turn(draft.Conversation) {
		return nil, errEnding
	}
	draft.Rev = d.known[draft.Conversation].Rev
	if d.behind(draft.Conversation) {
		draft.Rev = -1 // of what is stored the agent has not seen all
	}
	rows, err := out.Submit(ctx, draft, first)
	if err == nil {
		d.saved(note{draft: draft})
		return rows, d.leaveTheirs(ctx, draft)
	}
	d.noteMu.Lock()
	d.notes[draft.Conversation] = note{draft: d.withNote(draft)}
	d.noteMu.Unlock()
	return nil, errors.Join(err, d.flushLocked(ctx, draft.Conversation))
}

// behind reports whether there is a turn that the box has not taken.
func (d *drafts) behind(id api.ConversationID) bool {
	d.noteMu.Lock()
	defer d.noteMu.Unlock()
	return len(d.turns[id]) > 0
}

// leaveTheirs takes what was sent out of the stored draft, which is empty unless
// another session changed it, and saves what was typed since. The message is in
// the outbox: what fails here is made up for by the next save.
func (d *drafts) leaveTheirs(ctx context.Context, sent state.Draft) error {
	id := sent.Conversation
	nothing := state.Draft{Conversation: id}
	d.known[id] = nothing
	stored, err := d.store.Draft(ctx, id)
	if err != nil {
		return nil
	}
	rest := mergeDrafts(sent, nothing, stored)
	if rest.Body = strings.TrimLeft(rest.Body, "\n"); !sameText(rest, stored) {
		rest.Rev = stored.Rev
		if saved, err := d.store.SaveDraft(ctx, rest); err == nil {
			stored = saved
		}
	}
	d.turned(turn{from: nothing, to: stored})
	_ = d.flushLocked(ctx, id)
	return nil
}

// turn takes a submit's announcement back and reports whether it still stood.
func (d *drafts) turn(id api.ConversationID) bool {
	d.noteMu.Lock()
	defer d.noteMu.Unlock()
	_, ok := d.sending[id]
	delete(d.sending, id)
	return ok
}

// takeback puts a message that has not gone out in front of the stored draft.
func (d *drafts) takeback(ctx context.Context, out Outbox, id api.ConversationID, outbound int64) error {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	if err := d.flushLocked(ctx, id); err != nil {
		return err
	}
	was := d.known[id]
	draft, err := out.Takeback(ctx, outbound)
	if err == nil {
		d.turned(turn{from: was, to: draft, own: true})
	}
	return err
}

// replace sets the text of a stored draft, its files stay.
func (d *drafts) replace(ctx context.Context, id api.ConversationID, body string) error {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	if err := d.flushLocked(ctx, id); err != nil {
		return err
	}
	draft, err := d.loadLocked(ctx, id)
	if err != nil {
		return err
	}
	draft.Body = body
	stored, _, err := d.saveLocked(ctx, draft)
	if err == nil {
		d.known[id] = stored
	}
	return err
}
