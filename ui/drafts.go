package ui

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"unibox/api"
	"unibox/state"
)

// drafts saves what is typed, one save after the other, so that a save, a
// submit and a read of the same draft never cross. put is cheap and called
// from Update; the rest touches the disk and is called from commands.
type drafts struct {
	store Store

	wantMu sync.Mutex
	want   map[api.ConversationID]state.Draft

	// diskMu is held while the disk is touched; rev is under it.
	diskMu sync.Mutex
	rev    map[api.ConversationID]int64
}

func newDrafts(store Store) *drafts {
	return &drafts{store: store, want: map[api.ConversationID]state.Draft{}, rev: map[api.ConversationID]int64{}}
}

// put notes what the draft of a conversation should be on disk.
func (d *drafts) put(draft state.Draft) {
	d.wantMu.Lock()
	defer d.wantMu.Unlock()
	d.want[draft.Conversation] = draft
}

func (d *drafts) wanted(id api.ConversationID) (state.Draft, bool) {
	d.wantMu.Lock()
	defer d.wantMu.Unlock()
	draft, ok := d.want[id]
	return draft, ok
}

// saved forgets what was noted, unless something newer was noted meanwhile.
func (d *drafts) saved(draft state.Draft) {
	d.wantMu.Lock()
	defer d.wantMu.Unlock()
	if now, ok := d.want[draft.Conversation]; ok && now.Body == draft.Body && slices.Equal(now.Files, draft.Files) {
		delete(d.want, draft.Conversation)
	}
}

// flush saves the newest noted draft of a conversation. What cannot be saved
// stays noted.
func (d *drafts) flush(ctx context.Context, id api.ConversationID) error {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	return d.flushLocked(ctx, id)
}

func (d *drafts) flushLocked(ctx context.Context, id api.ConversationID) error {
	draft, ok := d.wanted(id)
	if !ok {
		return nil
	}
	draft.Rev = d.rev[id]
	kept, err := d.store.SaveDraft(ctx, draft)
	if err != nil {
		return err
	}
	d.rev[id] = kept.Rev
	d.saved(draft)
	return nil
}

// flushAll saves every noted draft and returns the first error.
func (d *drafts) flushAll(ctx context.Context) error {
	d.wantMu.Lock()
	ids := slices.Collect(maps.Keys(d.want))
	d.wantMu.Unlock()
	var first error
	for _, id := range ids {
		if err := d.flush(ctx, id); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// load saves what is noted, then reads the stored draft.
func (d *drafts) load(ctx context.Context, id api.ConversationID) (state.Draft, error) {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	if err := d.flushLocked(ctx, id); err != nil {
		return state.Draft{}, err
	}
	return d.loadLocked(ctx, id)
}

func (d *drafts) loadLocked(ctx context.Context, id api.ConversationID) (state.Draft, error) {
	draft, err := d.store.Draft(ctx, id)
	if err == nil {
		d.rev[id] = draft.Rev
	}
	return draft, err
}

// submit sends a draft off; afterwards the conversation has no stored draft. If
// that fails, the draft is saved.
func (d *drafts) submit(ctx context.Context, out Outbox, draft state.Draft, first *state.First) ([]state.Outbound, error) {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	draft.Rev = d.rev[draft.Conversation]
	rows, err := out.Submit(ctx, draft, first)
	if err != nil {
		return nil, errors.Join(err, d.flushLocked(ctx, draft.Conversation))
	}
	d.saved(draft)
	_, err = d.loadLocked(ctx, draft.Conversation)
	return rows, err
}

// takeback puts a message that has not gone out in front of the stored draft.
func (d *drafts) takeback(ctx context.Context, out Outbox, id api.ConversationID, outbound int64) (state.Draft, error) {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	if err := d.flushLocked(ctx, id); err != nil {
		return state.Draft{}, err
	}
	draft, err := out.Takeback(ctx, outbound)
	if err == nil {
		d.rev[id] = draft.Rev
	}
	return draft, err
}
