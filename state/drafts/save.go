package drafts

import (
	"context"
	"errors"

	"unibox/api"
	"unibox/state"
)

// flush is Flush while the draft is held.
func (d *Drafts) flush(ctx context.Context, id api.ConversationID) error {
	u, ok := d.due(id)
	if !ok {
		return nil
	}
	draft := u.draft
	if u.behind {
		if _, err := d.load(ctx, id); err != nil {
			return err
		}
		draft = Join(d.at(id).known, draft, "")
	}
	stored, gone, err := d.save(ctx, draft)
	if err != nil {
		return err
	}
	d.forget(u)
	d.revised(Revision{From: draft, To: stored, Gone: gone})
	return nil
}

// due is the newest text of a conversation to be saved now. What was typed
// behind a reply whose submit has not begun has to wait for it.
func (d *Drafts) due(id api.ConversationID) (unsaved, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	u, ok := d.unsaved[id]
	_, waits := d.sending[id]
	return u, ok && !waits
}

// forget removes a text that is on disk, unless a newer one replaced it.
func (d *Drafts) forget(u unsaved) {
	d.mu.Lock()
	defer d.mu.Unlock()
	id := u.draft.Conversation
	if now, ok := d.unsaved[id]; ok && now.behind == u.behind && SameText(now.draft, u.draft) {
		delete(d.unsaved, id)
	}
}

// maxRetries bounds how often a save is tried while others save the same draft.
const maxRetries = 10

// save stores a draft and returns what is stored: where another session was
// faster, both texts. gone: that session had emptied it. The draft is held.
func (d *Drafts) save(ctx context.Context, draft state.Draft) (stored state.Draft, gone bool, err error) {
	base := d.at(draft.Conversation).known
	draft.Rev = base.Rev
	stored, err = d.store.SaveDraft(ctx, draft)
	for range maxRetries {
		if !errors.Is(err, state.ErrDraftMoved) {
			break
		}
		gone = gone || stored.Empty() && !base.Empty()
		draft = Merge(base, draft, stored)
		base, draft.Rev = stored, stored.Rev
		stored, err = d.store.SaveDraft(ctx, draft)
	}
	return stored, gone && !draft.Empty(), err
}

// load reads the stored draft. The draft is held.
func (d *Drafts) load(ctx context.Context, id api.ConversationID) (state.Draft, error) {
	draft, err := d.store.Draft(ctx, id)
	if err == nil {
		d.at(id).know(draft)
	}
	return draft, err
}

// revised records that what is stored is not where the box is. The draft is held.
func (d *Drafts) revised(r Revision) {
	id := r.To.Conversation
	d.at(id).know(r.To)
	if SameText(r.From, r.To) && !r.Gone {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.revisions[id] = append(d.revisions[id], r)
	if u, ok := d.unsaved[id]; ok && !u.behind {
		u.draft = Merge(r.From, u.draft, r.To)
		d.unsaved[id] = u
	}
}
