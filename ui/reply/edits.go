package reply

import (
	"context"
	"errors"
	"sync"

	"unibox/ui/env"
)

// edit is the text of a message as it was edited, and what of it is on disk.
type edit struct{ body, stored string }

// edits keeps edits of messages that are not sent off, by message. It may be
// used from several goroutines.
type edits struct {
	mu sync.Mutex
	of map[env.Edit]edit
	// disk is held while one reads or writes there.
	disk sync.Mutex
}

func (e *edits) get(d env.Edit) (kept edit, known bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	kept, known = e.of[d]
	return kept, known
}

// change changes what is kept of an edit.
func (e *edits) change(d env.Edit, to func(*edit)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.of == nil {
		e.of = map[env.Edit]edit{}
	}
	kept := e.of[d]
	to(&kept)
	e.of[d] = kept
}

// put keeps the text of an edit, empty for none.
func (e *edits) put(d env.Edit, body string) { e.change(d, func(kept *edit) { kept.body = body }) }

// load returns what is kept of an edit. It touches the disk.
func (e *edits) load(ctx context.Context, on env.Edits, d env.Edit) (body string, err error) {
	e.disk.Lock()
	defer e.disk.Unlock()
	if kept, known := e.get(d); known || on == nil {
		return kept.body, nil
	}
	if body, err = on.KeptEdit(ctx, d); err == nil {
		e.change(d, func(kept *edit) { *kept = edit{body, body} })
	}
	return body, err
}

// unsaved lists the edits that are not on disk as they were typed.
func (e *edits) unsaved() (all []env.Edit) {
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
func (e *edits) flush(ctx context.Context, on env.Edits) (err error) {
	if on == nil {
		return nil
	}
	e.disk.Lock()
	defer e.disk.Unlock()
	for _, d := range e.unsaved() {
		kept, _ := e.get(d)
		if failed := on.KeepEdit(ctx, d, kept.stored, kept.body); failed != nil {
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
