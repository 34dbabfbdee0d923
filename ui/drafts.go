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
// putBehind, begin, drop) touches memory only; the rest runs in commands.
type drafts struct {
	store Store

	noteMu sync.Mutex
	// notes hold what the disk does not have yet, sending what was submitted
	// and has not come to its turn.
	notes   map[api.ConversationID]note
	sending map[api.ConversationID]state.Draft

	// diskMu is held while the disk is touched; rev, the revisions that are
	// known, is under it.
	diskMu sync.Mutex
	rev    map[api.ConversationID]int64
}

// note is what a draft should become: itself, or what is stored with its text
// behind, for text that was typed before the stored draft was read.
type note struct {
	draft  state.Draft
	behind bool
}

func newDrafts(store Store) *drafts {
	return &drafts{store: store, notes: map[api.ConversationID]note{}, sending: map[api.ConversationID]state.Draft{},
		rev: map[api.ConversationID]int64{}}
}

// put notes what the draft of a conversation should be on disk.
func (d *drafts) put(draft state.Draft) { d.note(note{draft: draft}) }

// putBehind notes what should stand behind whatever is stored.
func (d *drafts) putBehind(draft state.Draft) { d.note(note{draft: draft, behind: true}) }

func (d *drafts) note(n note) {
	d.noteMu.Lock()
	defer d.noteMu.Unlock()
	d.notes[n.draft.Conversation] = n
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

func (d *drafts) noted(id api.ConversationID) (note, bool) {
	d.noteMu.Lock()
	defer d.noteMu.Unlock()
	n, ok := d.notes[id]
	return n, ok
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

func sameText(a, b state.Draft) bool { return a.Body == b.Body && slices.Equal(a.Files, b.Files) }

// flush saves the newest note of a conversation. What cannot be saved stays
// noted. theirs is what another session had put there meanwhile: it is kept
// behind ours, and the box has to show it.
func (d *drafts) flush(ctx context.Context, id api.ConversationID) (theirs string, err error) {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	return d.flushLocked(ctx, id)
}

func (d *drafts) flushLocked(ctx context.Context, id api.ConversationID) (theirs string, err error) {
	n, ok := d.noted(id)
	if !ok {
		return "", nil
	}
	draft := n.draft
	if _, known := d.rev[id]; !known || n.behind {
		stored, err := d.loadLocked(ctx, id)
		if err != nil {
			return "", err
		}
		if n.behind {
			draft = join(stored, draft, "")
		}
	}
	if theirs, err = d.saveLocked(ctx, draft); err != nil {
		return "", err
	}
	d.saved(n)
	return theirs, nil
}

// saveLocked stores a draft; one that another session put there is kept behind.
func (d *drafts) saveLocked(ctx context.Context, draft state.Draft) (theirs string, err error) {
	id := draft.Conversation
	draft.Rev = d.rev[id]
	kept, err := d.store.SaveDraft(ctx, draft)
	if errors.Is(err, state.ErrDraftMoved) {
		if !strings.Contains(draft.Body, kept.Body) {
			theirs = kept.Body
		}
		draft = join(draft, state.Draft{Body: theirs, Files: kept.Files}, "\n\n")
		draft.Rev = kept.Rev
		kept, err = d.store.SaveDraft(ctx, draft)
	}
	if err != nil {
		return "", err
	}
	d.rev[id] = kept.Rev
	return theirs, nil
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
		if _, err := d.flushLocked(ctx, id); err != nil && first == nil {
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

// load saves what is noted, then reads the stored draft.
func (d *drafts) load(ctx context.Context, id api.ConversationID) (state.Draft, error) {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	if _, err := d.flushLocked(ctx, id); err != nil {
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

// submit sends a draft off that was announced by begin; afterwards the
// conversation has no stored draft. If that fails, the reply is stored again,
// in front of what was typed after it.
func (d *drafts) submit(ctx context.Context, out Outbox, draft state.Draft, first *state.First) ([]state.Outbound, error) {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	if !d.turn(draft.Conversation) {
		return nil, errEnding
	}
	rows, err := out.Submit(ctx, draft, first)
	delete(d.rev, draft.Conversation)
	if err == nil {
		d.saved(note{draft: draft})
		return rows, nil
	}
	d.noteMu.Lock()
	d.notes[draft.Conversation] = note{draft: d.withNote(draft)}
	d.noteMu.Unlock()
	_, saveErr := d.flushLocked(ctx, draft.Conversation)
	return nil, errors.Join(err, saveErr)
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
func (d *drafts) takeback(ctx context.Context, out Outbox, id api.ConversationID, outbound int64) (state.Draft, error) {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	if _, err := d.flushLocked(ctx, id); err != nil {
		return state.Draft{}, err
	}
	draft, err := out.Takeback(ctx, outbound)
	if err == nil {
		d.rev[id] = draft.Rev
	}
	return draft, err
}

// replace sets the text of a stored draft, its files stay.
func (d *drafts) replace(ctx context.Context, id api.ConversationID, body string) error {
	d.diskMu.Lock()
	defer d.diskMu.Unlock()
	if _, err := d.flushLocked(ctx, id); err != nil {
		return err
	}
	draft, err := d.loadLocked(ctx, id)
	if err != nil {
		return err
	}
	draft.Body = body
	_, err = d.saveLocked(ctx, draft)
	return err
}
