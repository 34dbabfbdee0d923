package reply

import (
	"context"
	"errors"
	"sync"

	"unibox/state/note"
)

// edit is the text of a message as it was edited, and what of it is on disk.
type edit struct{ body, stored string }

// edits keeps edits of messages that are not sent off, by what they are drafts of. It may be
// used from several goroutines.
type edits struct {
	mu sync.Mutex
	of map[note.Draft]edit
	// disk is held while one reads or writes there.
	disk sync.Mutex
}

func (e *edits) get(d note.Draft) (kept edit, known bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	kept, known = e.of[d]
	return kept, known
}

// change changes what is kept of an edit.
func (e *edits) change(d note.Draft, to func(*edit)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.of == nil {
		e.of = map[note.Draft]edit{}
	}
	kept := e.of[d]
	to(&kept)
	e.of[d] = kept
}

// put keeps the text of an edit, empty for none.
func (e *edits) put(d note.Draft, body string) { e.change(d, func(kept *edit) { kept.body = body }) }

// load returns what is kept of an edit. It touches the disk.
func (e *edits) load(ctx context.Context, store note.Store, d note.Draft) (body string, err error) {
	e.disk.Lock()
	defer e.disk.Unlock()
	if kept, known := e.get(d); known || store == nil {
		return kept.body, nil
	}
	if body, err = store.NoteDraft(ctx, d); err == nil {
		e.change(d, func(kept *edit) { *kept = edit{body, body} })
	}
	return body, err
}

// unsaved lists the edits that are not on disk as they were typed.
func (e *edits) unsaved() (all []note.Draft) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for d, kept := range e.of {
		if kept.body != kept.stored {
			all = append(all, d)
		}
	}
	return all
}

// flush writes each edit that is not on disk as it was typed.
func (e *edits) flush(ctx context.Context, store note.Store) (err error) {
	if store == nil {
		return nil
	}
	e.disk.Lock()
	defer e.disk.Unlock()
	for _, d := range e.unsaved() {
		kept, _ := e.get(d)
		if _, failed := store.SaveNoteDraft(ctx, d, kept.stored, kept.body); failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		e.change(d, func(now *edit) { now.stored = kept.body })
	}
	return err
}

// abandon forgets what is not on disk.
func (e *edits) abandon() {
	for _, d := range e.unsaved() {
		e.change(d, func(kept *edit) { kept.body = kept.stored })
	}
}
