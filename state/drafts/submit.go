package drafts

import (
	"context"
	"errors"
	"strings"

	"unibox/api"
	"unibox/state"
)

// BeginSubmit announces a submit, so that a program that ends before Submit is
// called keeps the reply. What was to be saved of the reply before is older and
// is dropped: saved after the submit, it would come back as a draft.
func (d *Drafts) BeginSubmit(draft state.Draft) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.unsaved, draft.Conversation)
	d.sending[draft.Conversation] = draft
}

// Submit hands a draft that was announced by BeginSubmit to the outbox.
// Afterwards the stored draft is what another session wrote in it, and mostly
// empty. If that fails, the reply is stored again, before what was typed after
// it.
func (d *Drafts) Submit(ctx context.Context, out Outbox, draft state.Draft, first *state.First) ([]state.Outbound, error) {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	if !d.takeAnnounced(draft.Conversation) {
		return nil, ErrEnding
	}
	draft.Rev = d.known[draft.Conversation].Rev
	if d.behind(draft.Conversation) {
		draft.Rev = -1 // the agent has not seen all of what is stored
	}
	rows, err := out.Submit(ctx, draft, first)
	if err == nil {
		d.forget(unsaved{draft: draft})
		d.keepRest(ctx, draft)
		return rows, nil
	}
	d.mu.Lock()
	d.unsaved[draft.Conversation] = unsaved{draft: d.withTypedSince(draft)}
	d.mu.Unlock()
	return nil, errors.Join(err, d.flush(ctx, draft.Conversation))
}

// TakeBack puts an unsent message before the stored draft.
func (d *Drafts) TakeBack(ctx context.Context, out Outbox, seen state.Outbound) error {
	id := seen.Conversation
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	if err := d.flush(ctx, id); err != nil {
		return err
	}
	was := d.known[id]
	draft, err := out.Takeback(ctx, seen)
	if err == nil {
		d.revised(Revision{From: was, To: draft, Own: true})
	}
	return err
}

// takeAnnounced removes a submit's announcement and reports whether it was
// still there.
func (d *Drafts) takeAnnounced(id api.ConversationID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.sending[id]
	delete(d.sending, id)
	return ok
}

// behind reports whether there is a revision that the box has not taken.
func (d *Drafts) behind(id api.ConversationID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.revisions[id]) > 0
}

// withTypedSince is a reply with what was typed after it. mu is held.
func (d *Drafts) withTypedSince(reply state.Draft) state.Draft {
	u, ok := d.unsaved[reply.Conversation]
	if !ok || SameText(u.draft, reply) {
		return reply
	}
	return Join(reply, u.draft, "\n")
}

// keepRest removes what was sent from the stored draft, which is empty unless
// another session changed it, and saves what was typed since. The message is in
// the outbox already, so that an error here is none of the submit: the next save
// meets it again. diskMu is held.
func (d *Drafts) keepRest(ctx context.Context, sent state.Draft) {
	id := sent.Conversation
	nothing := state.Draft{Conversation: id}
	d.known[id] = nothing
	stored, err := d.store.Draft(ctx, id)
	if err != nil {
		return
	}
	rest := Merge(sent, nothing, stored)
	if rest.Body = strings.TrimLeft(rest.Body, "\n"); !SameText(rest, stored) {
		rest.Rev = stored.Rev
		if saved, err := d.store.SaveDraft(ctx, rest); err == nil {
			stored = saved
		}
	}
	d.revised(Revision{From: nothing, To: stored})
	_ = d.flush(ctx, id)
}
