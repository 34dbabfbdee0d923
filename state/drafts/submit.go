package drafts

import (
	"context"
	"errors"

	"unibox/api"
	"unibox/state"
)

// BeginSubmit announces a submit, so that a program that ends ([Drafts.End]) before Submit
// is called keeps the reply. What was to be saved of the reply before is older and
// is dropped: saved after the submit, it would come back as a draft.
func (d *Drafts) BeginSubmit(draft state.Draft) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.unsaved, draft.Conversation)
	d.sending[draft.Conversation] = draft
}

// Sentences about a draft that is not what the agent had seen when sending it.
var (
	// ErrSentElsewhere: the reply was sent; nothing of it is left here.
	ErrSentElsewhere = errors.New("another session sent this reply a moment ago: it is not sent twice")
	errKept          = errors.New("another session sent this draft a moment ago; your text is another one and is kept: send it if it is still wanted")
	errChanged       = errors.New("another session changed this draft a moment ago: read it, then send it")
	errEmptied       = errors.New("another session emptied this draft a moment ago; yours is kept: send it if it is still wanted")
)

// Submit hands a draft that was announced by BeginSubmit to the outbox, at the revision
// that its box had seen. Afterwards the stored draft is what another session wrote in
// it, and mostly empty. If that fails, the reply is stored again, before what was typed
// after it; with ErrSentElsewhere there is nothing to store. It waits for no save of
// another conversation, and for one of its own only while that is at the disk.
func (d *Drafts) Submit(ctx context.Context, out Outbox, draft state.Draft, first *state.First) ([]state.Outbound, error) {
	id := draft.Conversation
	defer d.hold(id)()
	if !d.takeAnnounced(id) {
		return nil, ErrEnding
	}
	rev, err := d.revision(ctx, id)
	var rows []state.Outbound
	if err == nil {
		draft.Rev = rev
		rows, err = out.Submit(ctx, draft, first)
	}
	if errors.Is(err, state.ErrDraftSent) || errors.Is(err, state.ErrDraftMoved) {
		err = d.moved(ctx, draft, err)
	}
	if err == nil || errors.Is(err, ErrSentElsewhere) {
		d.forget(unsaved{draft: draft})
		d.keepRest(ctx, id)
		return rows, err
	}
	d.mu.Lock()
	d.unsaved[id] = unsaved{draft: d.withTypedSince(draft)}
	d.mu.Unlock()
	return nil, errors.Join(err, d.flush(ctx, id))
}

// revision is the revision of the stored draft that the box had seen, -1 if the box has
// not seen all of what is stored. The draft is held.
func (d *Drafts) revision(ctx context.Context, id api.ConversationID) (int64, error) {
	o := d.at(id)
	unseen := d.behind(id)
	if !o.seen {
		stored, err := d.load(ctx, id)
		if err != nil {
			return 0, err
		}
		unseen = unseen || !stored.Empty()
	}
	if unseen {
		return -1, nil
	}
	return o.known.Rev, nil
}

// moved says what another session did with a draft. Where it left nothing, ours is no
// change of what there was but a text of its own. The draft is held.
func (d *Drafts) moved(ctx context.Context, draft state.Draft, why error) error {
	o := d.at(draft.Conversation)
	base := o.known
	stored, err := d.store.Draft(ctx, draft.Conversation)
	if err == nil && stored.Empty() {
		o.know(stored)
	}
	switch {
	case err != nil:
		return errors.Join(why, err)
	case errors.Is(why, state.ErrDraftSent) && SameText(base, draft):
		return ErrSentElsewhere
	case errors.Is(why, state.ErrDraftSent):
		return errKept
	case stored.Empty():
		return errEmptied
	}
	return errChanged
}

// TakeBack puts an unsent message before the stored draft.
func (d *Drafts) TakeBack(ctx context.Context, out Outbox, seen state.Outbound) error {
	id := seen.Conversation
	defer d.hold(id)()
	if err := d.flush(ctx, id); err != nil {
		return err
	}
	was := d.at(id).known
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

// keepRest follows a draft that was sent: what is stored is empty, unless another session
// wrote in it since, and what was typed since is saved. The message is in the outbox
// already, so that an error here is none of the submit: the next save meets it again. The
// draft is held.
func (d *Drafts) keepRest(ctx context.Context, id api.ConversationID) {
	stored, err := d.store.Draft(ctx, id)
	if err != nil {
		d.at(id).seen = false
		return
	}
	d.revised(Revision{From: state.Draft{Conversation: id}, To: stored})
	_ = d.flush(ctx, id)
}
