package reply

import (
	"context"
	"errors"
	"slices"
	"sync"

	"unibox/state"
	"unibox/ui/env"
)

// edit is the text of a message as it was edited, and what of it is on disk; typed is what this
// session made of it last.
type edit struct{ body, stored, typed string }

// follow takes what is on disk now, which was made there of the text from.
func (e *edit) follow(from, stored string) {
	e.body, e.stored = mergeEdits(from, e.body, stored), stored
}

// mergeEdits applies to ours what theirs changed. What theirs emptied, by sending it off, is gone
// only if ours had left it alone.
func mergeEdits(from, ours, theirs string) string {
	if theirs == "" && ours != from {
		return ours
	}
	return state.MergeText(from, ours, theirs)
}

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

// put keeps the text of an edit that came of another one, empty for none. What another session
// added to that meanwhile stays.
func (e *edits) put(d env.Edit, from, body string) {
	e.change(d, func(kept *edit) { kept.body, kept.typed = mergeEdits(from, body, kept.body), body })
}

// sentOff drops the text of an edit that was sent off, but not what was typed since, nor what
// another session added.
func (e *edits) sentOff(d env.Edit, body string) {
	e.change(d, func(kept *edit) {
		if kept.typed == body {
			kept.body, kept.typed = state.MergeText(body, "", kept.body), ""
		}
	})
}

// load returns what is kept of an edit. It touches the disk: another session may have sent the
// edit off, or gone on with it.
func (e *edits) load(ctx context.Context, on env.Edits, d env.Edit) (body string, err error) {
	e.disk.Lock()
	defer e.disk.Unlock()
	if on != nil {
		if body, err = on.KeptEdit(ctx, d); err == nil {
			e.change(d, func(kept *edit) { kept.follow(kept.stored, body) })
		}
	}
	kept, _ := e.get(d)
	return kept.body, err
}

// unsaved lists the edits that are not on disk as they were typed.
func (e *edits) unsaved() (all []env.Edit) {
	return slices.DeleteFunc(e.behind(), func(d env.Edit) bool { kept, _ := e.get(d); return kept.body == "" })
}

// behind lists the edits of which the disk has something else, what was sent off included.
func (e *edits) behind() (all []env.Edit) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for d, kept := range e.of {
		if kept.body != kept.stored {
			all = append(all, d)
		}
	}
	return all
}

// flush writes each edit of which the disk has something else.
func (e *edits) flush(ctx context.Context, on env.Edits) (err error) {
	if on == nil {
		return nil
	}
	e.disk.Lock()
	defer e.disk.Unlock()
	for _, d := range e.behind() {
		kept, _ := e.get(d)
		stored, failed := on.KeepEdit(ctx, d, kept.stored, kept.body)
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		e.change(d, func(now *edit) { now.follow(kept.body, stored) })
	}
	return err
}

// abandon forgets what is not on disk.
func (e *edits) abandon() {
	for _, d := range e.unsaved() {
		e.change(d, func(kept *edit) { kept.stored = kept.body })
	}
}
