// Package drafts saves what an agent types and merges it with what other
// sessions type in the same draft: a draft is one text for all who write in it.
// It is a small state machine in front of the store, without a screen, so that
// two of them on one store can be tested against each other.
//
// The screen has a box that holds the text and hands it to Drafts with Put.
// Commands of the screen call Flush, Load, Refresh and Submit, which touch the
// disk one after the other. Where the store turns out to hold more than the box
// was known to hold, both are merged, and the difference is a Revision that the
// box takes in order with TakeRevisions.
package drafts

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"unibox/api"
	"unibox/state"
)

// ErrEnding: the program ended before the submit began; the reply stays a draft.
var ErrEnding = errors.New("the program is ending; the reply is kept as a draft")

// Store keeps drafts on disk.
type Store interface {
	// Draft returns the stored draft, or an empty one with its revision.
	Draft(ctx context.Context, id api.ConversationID) (state.Draft, error)
	// SaveDraft stores a draft, or removes it when it is empty, and returns it
	// with its new revision. state.ErrDraftMoved, and what is stored, if another
	// session was faster.
	SaveDraft(ctx context.Context, d state.Draft) (state.Draft, error)
}

// Outbox turns drafts into messages and back.
type Outbox interface {
	// Submit makes messages of a draft. An error means that the draft is as it
	// was.
	Submit(ctx context.Context, d state.Draft, first *state.First) ([]state.Outbound, error)
	// Takeback puts an unsent message back into the stored draft, and returns
	// that.
	Takeback(ctx context.Context, seen state.Outbound) (state.Draft, error)
}

// Drafts are the drafts of one session.
//
// Put, PutBehind, BeginSubmit, Drop and TakeRevisions touch memory only and never wait
// for the disk: Update calls them. The others touch the disk, for each conversation
// one at a time, so that a save, a submit and a read of the same draft never cross. No
// conversation waits for another one's, whose files may be large.
//
// A text passed to Put is a change to what the store was known to hold. That is
// why Put is refused while there are revisions to take, and why one that waits
// to be saved is merged with each new revision: nobody's text is lost to a late
// save.
type Drafts struct {
	store Store

	// mu guards what follows: drafts on disk, texts to be saved, replies whose submit
	// has not begun, revisions that the boxes have not taken.
	mu        sync.Mutex
	disk      map[api.ConversationID]*onDisk
	unsaved   map[api.ConversationID]unsaved
	sending   map[api.ConversationID]state.Draft
	revisions map[api.ConversationID][]Revision
}

// onDisk is the stored draft of a conversation. Its lock is held while the disk is
// touched, and taken before Drafts.mu.
type onDisk struct {
	mu sync.Mutex
	// known is what the store was last seen to hold, if it was seen.
	known state.Draft
	seen  bool
}

// know notes what the store holds.
func (o *onDisk) know(d state.Draft) { o.known, o.seen = d, true }

// at finds the stored draft of a conversation. Its fields need its lock.
func (d *Drafts) at(id api.ConversationID) *onDisk {
	d.mu.Lock()
	defer d.mu.Unlock()
	o, ok := d.disk[id]
	if !ok {
		o = &onDisk{}
		d.disk[id] = o
	}
	return o
}

// hold locks the stored draft of a conversation until what it returns is called.
func (d *Drafts) hold(id api.ConversationID) (release func()) {
	o := d.at(id)
	o.mu.Lock()
	return o.mu.Unlock
}

// unsaved is what a draft should become: itself, or, with behind, what is
// stored with its text appended, for text that was typed before the stored
// draft was read.
type unsaved struct {
	draft  state.Draft
	behind bool
}

// Revision is a change of the stored draft that the box did not make, or not
// alone.
type Revision struct {
	// From is where the box was, To is what is stored now.
	From, To state.Draft
	// Own: this session caused it, by taking a message back.
	Own bool
	// Gone: what the box had built upon was sent or emptied by another session.
	Gone bool
}

// New returns the drafts of a session on a store.
func New(store Store) *Drafts {
	return &Drafts{store: store, disk: map[api.ConversationID]*onDisk{}, unsaved: map[api.ConversationID]unsaved{},
		sending: map[api.ConversationID]state.Draft{}, revisions: map[api.ConversationID][]Revision{}}
}

// Put sets what the draft of a conversation should be on disk. It reports
// false, and sets nothing, while there are revisions to take first.
func (d *Drafts) Put(draft state.Draft) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.revisions[draft.Conversation]) > 0 {
		return false
	}
	d.unsaved[draft.Conversation] = unsaved{draft: draft}
	return true
}

// PutBehind sets what is to be appended to whatever is stored.
func (d *Drafts) PutBehind(draft state.Draft) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unsaved[draft.Conversation] = unsaved{draft: draft, behind: true}
}

// TakeRevisions hands over, oldest first, the revisions that the box of a
// conversation has to follow.
func (d *Drafts) TakeRevisions(id api.ConversationID) []Revision {
	d.mu.Lock()
	defer d.mu.Unlock()
	revisions := d.revisions[id]
	delete(d.revisions, id)
	return revisions
}

// Drop forgets what was to be saved for a conversation.
func (d *Drafts) Drop(id api.ConversationID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.unsaved, id)
}

// Flush saves the newest text of a conversation. What cannot be saved stays for
// the next time.
func (d *Drafts) Flush(ctx context.Context, id api.ConversationID) error {
	defer d.hold(id)()
	return d.flush(ctx, id)
}

// End is FlushAll for a program that ends: a reply whose submit has not begun is saved as a
// draft, and Submit refuses it.
func (d *Drafts) End(ctx context.Context) error {
	d.mu.Lock()
	for _, reply := range d.sending {
		d.unsaved[reply.Conversation] = unsaved{draft: d.withTypedSince(reply)}
	}
	clear(d.sending)
	d.mu.Unlock()
	return d.FlushAll(ctx)
}

// FlushAll saves every text, and waits for a submit that has begun. Those that have not go on.
// It returns the first error.
func (d *Drafts) FlushAll(ctx context.Context) error {
	d.mu.Lock()
	ids := slices.Collect(maps.Keys(d.disk))
	for id := range d.unsaved {
		if d.disk[id] == nil {
			ids = append(ids, id)
		}
	}
	d.mu.Unlock()
	var first error
	for _, id := range ids {
		if err := d.Flush(ctx, id); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// Load saves what is unsaved, then reads the stored draft, for a box that holds
// nothing of it yet.
func (d *Drafts) Load(ctx context.Context, id api.ConversationID) (state.Draft, error) {
	defer d.hold(id)()
	if err := d.flush(ctx, id); err != nil {
		return state.Draft{}, err
	}
	draft, err := d.load(ctx, id)
	if err == nil {
		d.TakeRevisions(id)
	}
	return draft, err
}

// Refresh finds out whether another session changed a draft that was loaded.
func (d *Drafts) Refresh(ctx context.Context, id api.ConversationID) error {
	defer d.hold(id)()
	if err := d.flush(ctx, id); err != nil {
		return err
	}
	o := d.at(id)
	if !o.seen {
		return nil
	}
	was := o.known
	stored, err := d.store.Draft(ctx, id)
	if err == nil && stored.Rev != was.Rev {
		d.revised(Revision{From: was, To: stored})
	}
	return err
}

// Replace sets the text of a stored draft; its files stay.
func (d *Drafts) Replace(ctx context.Context, id api.ConversationID, body string) error {
	defer d.hold(id)()
	if err := d.flush(ctx, id); err != nil {
		return err
	}
	draft, err := d.load(ctx, id)
	if err != nil {
		return err
	}
	draft.Body = body
	stored, _, err := d.save(ctx, draft)
	if err == nil {
		d.at(id).know(stored)
	}
	return err
}
