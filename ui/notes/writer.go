package notes

import (
	"context"
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/state"
	"unibox/state/note"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/menu"
)

const (
	// saveAfter is how long after a key what is typed is saved, as a reply's draft is.
	saveAfter = 250 * time.Millisecond
	// rows are how many rows of a note are seen while it is written.
	rows = 6
)

// writer is the box in which a note is written. It is open until the note is saved or
// left, and never becomes anything else.
type writer struct {
	dialog.Box
	notes *Notes
	// name is whom the note is about, edited the note that is changed, nil for a new one.
	name   string
	edited *note.Note
	draft  note.Draft
	// known are the names to complete, nil until they are read; asked: one was to be
	// completed before.
	known []string
	asked bool
	// kept is what the store has of what is typed; due counts the saves that were put off.
	kept string
	due  int
	// keeping: a save of the draft is under way; more: and another has to follow.
	// finish: the note is to be saved after it.
	keeping, more, finish bool
}

// begin opens the box with what was begun.
func (w *writer) begin(begun string) tea.Cmd {
	value := begun
	if w.edited != nil && begun == "" {
		value = w.edited.Body
	}
	w.Menu = menu.New(w.title(), menu.Options{Input: true, Prompt: w.notes.env.T("NOTE"), Rows: rows, Private: true, Value: value,
		Text: []string{w.notes.env.T("Private note, stays here: it is never sent, and no platform sees it. @name tells a colleague.")}})
	w.notes.writing = w
	return w.notes.screen.Dialogs.Open(w)
}

// title is what stands over the box.
func (w *writer) title() string {
	if w.edited != nil {
		return w.notes.env.T("NOTE about %s, changed", w.name)
	}
	return w.notes.env.T("NOTE about %s", w.name)
}

// Mask names whom the note is about no longer. What is written stays.
func (w *writer) Mask() {
	w.name = w.notes.env.Personal(w.draft.Conversation, w.name)
	w.SetTitle(w.title())
}

// resume puts what was begun earlier before what is typed by now.
func (w *writer) resume(begun string) tea.Cmd {
	if w.notes.writing != w || begun == "" {
		return nil
	}
	w.kept = begun
	switch typed := w.typed(); {
	case strings.Contains(typed, begun):
		return nil
	case typed == "":
		w.SetValue(begun)
		return nil
	default:
		w.SetValue(begun + "\n" + typed)
	}
	return w.Typed("")
}

// Choose implements dialog.Dialog; there is nothing to choose.
func (w *writer) Choose(menu.Item) tea.Cmd { return nil }

// Scope is that of the note's keys.
func (w *writer) Scope() keymap.Scope { return keymap.Note }

// Act runs an action of the box.
func (w *writer) Act(action keymap.Action) tea.Cmd {
	switch action {
	case keymap.SaveNote:
		return w.save()
	case keymap.NoteNewLine:
		w.NewLine()
		return w.Typed("")
	case keymap.NoteComplete:
		return w.complete()
	case keymap.LeaveNote:
		return w.leave()
	}
	return nil
}

// Typed saves what is typed a moment later.
func (w *writer) Typed(string) tea.Cmd {
	w.due++
	w.SetNote("")
	due := w.due
	return w.notes.env.After(saveAfter, then(func() tea.Cmd {
		if due != w.due {
			return nil
		}
		return w.keep()
	}))
}

// typed is what the box holds, empty where that is the note as it was.
func (w *writer) typed() string {
	if w.edited != nil && w.Value() == w.edited.Body {
		return ""
	}
	return w.Value()
}

// keep stores what is typed as a draft.
func (w *writer) keep() tea.Cmd {
	was, body := w.kept, w.typed()
	switch {
	case was == body:
		return nil
	case w.keeping:
		w.more = true
		return nil
	}
	w.keeping = true
	return w.notes.env.Read(func(ctx context.Context) tea.Msg {
		kept, err := w.notes.env.Notes.SaveNoteDraft(ctx, w.draft, was, body)
		return then(func() tea.Cmd { return w.isKept(body, kept, err) })
	})
}

// isKept goes on after a draft was saved, and became kept.
func (w *writer) isKept(body, kept string, err error) tea.Cmd {
	more, finish := w.more, w.finish
	w.keeping, w.more, w.finish = false, false, false
	if err != nil {
		return w.notes.env.Fail(err)
	}
	w.kept = kept
	if kept != body {
		return w.join(body, kept)
	}
	if finish {
		return w.save()
	}
	if more {
		return w.keep()
	}
	return nil
}

// join brings into the box what another session of the writer made of a text. It is not saved as a
// note before the writer has seen it.
func (w *writer) join(body, kept string) tea.Cmd {
	joined := state.MergeText(body, w.typed(), kept)
	if joined == "" && w.edited != nil {
		joined = w.edited.Body
	}
	w.SetValue(joined)
	more := w.Typed("")
	w.SetNote(w.notes.env.T("another session writes this note too: both texts are in the box"))
	return more
}

// leave closes the box and keeps what is typed.
func (w *writer) leave() tea.Cmd {
	w.closed()
	w.notes.left = w
	if w.typed() == "" {
		return w.keep()
	}
	return tea.Batch(w.keep(), w.notes.env.Say(w.notes.env.T("the note about %s is not saved: press %s to go on with it", w.name, w.notes.env.KeyFor(keymap.PrivateNote))))
}

func (w *writer) closed() {
	w.Close()
	w.notes.writing = nil
}

// knows takes the names that are known here.
func (w *writer) knows(names []string) tea.Cmd {
	asked := w.asked
	w.known, w.asked = append([]string{}, names...), false
	switch {
	case w.notes.writing != w:
		return nil
	case w.finish && !w.keeping:
		w.finish = false
		return w.save()
	case asked:
		return w.complete()
	}
	return nil
}

// complete completes the name before the cursor.
func (w *writer) complete() tea.Cmd {
	if w.known == nil {
		w.asked = true
		return nil
	}
	before, fit := note.Complete(w.BeforeCursor(), w.known)
	if before != w.BeforeCursor() {
		w.Complete(before)
	}
	cmd := w.Typed("")
	switch {
	case len(fit) > 1:
		w.SetNote(strings.Join(fit, ", "))
	case len(fit) == 0:
		w.SetNote(w.notes.env.T("no name that is known here begins so: %s", strings.Join(w.known, ", ")))
	}
	return cmd
}

// save stores the note.
func (w *writer) save() tea.Cmd {
	body := strings.TrimRight(w.Value(), " \n")
	if why := note.Wrong(body); why != "" {
		w.SetNote(why)
		return nil
	}
	if w.keeping || w.known == nil { // whom it names is not known yet
		w.finish = true
		return nil
	}
	w.due++
	named := note.Names(body, w.known)
	if w.edited != nil {
		return w.saveEdit(body, named)
	}
	n := note.New(w.draft.Conversation, w.draft.Writer, body, w.notes.env.Now())
	return w.store(func(ctx context.Context) error { return w.notes.env.Notes.AddNote(ctx, n, named) }, named, w.notes.env.T("the note about %s is saved", w.name), func(ctx context.Context) error {
		if _, err := w.notes.env.Notes.SaveNoteDraft(ctx, w.draft, "", body); err != nil {
			return err
		}
		return w.notes.env.Notes.DeleteNote(ctx, n)
	})
}

// signed is the text of another's note that was changed, with a line that says by whom: its
// author has not written that.
func (w *writer) signed(was note.Note, body string) string {
	by := w.notes.env.T("(changed by %s)", w.notes.env.Me)
	if was.By(w.notes.env.Me) || body == was.Body || strings.HasSuffix(body, "\n"+by) {
		return body
	}
	return body + "\n" + by
}

func (w *writer) saveEdit(body string, named []string) tea.Cmd {
	was := *w.edited
	now, back := was, was
	now.Body, now.Edited = w.signed(was, body), w.notes.env.Now()
	return w.store(func(ctx context.Context) error {
		if body == was.Body {
			return nil
		}
		return w.notes.env.Notes.EditNote(ctx, now, was.Body, named)
	}, named, w.notes.env.T("the note about %s is changed", w.name), func(ctx context.Context) error {
		return w.notes.env.Notes.EditNote(ctx, back, now.Body, note.Names(back.Body, w.known))
	})
}

// store closes the box and runs a change that names colleagues; where that fails, the box opens
// again with what was typed. What takes it back waits for it.
func (w *writer) store(change func(context.Context) error, named []string, did string, undo func(context.Context) error) tea.Cmd {
	e, kept, stored := w.notes.env, w.kept, make(chan struct{})
	w.closed()
	return w.notes.screen.Did(did, e.Read(func(ctx context.Context) tea.Msg {
		defer close(stored)
		err := change(ctx)
		if err == nil { // what is left of the draft would be offered again, and harms nobody
			_, _ = e.Notes.SaveNoteDraft(ctx, w.draft, kept, "")
			absent := e.Absent(ctx, named)
			return then(func() tea.Cmd { return w.sayAbsent(absent) })
		}
		return then(func() tea.Cmd { return w.again(err) })
	}), func() tea.Cmd {
		return e.Read(func(ctx context.Context) tea.Msg {
			select {
			case <-stored:
				return env.WrittenMsg{Err: undo(ctx)}
			case <-ctx.Done():
				return env.WrittenMsg{Err: ctx.Err()}
			}
		})
	})
}

// sayAbsent says which colleagues do not see now that a note names them.
func (w *writer) sayAbsent(absent []string) tea.Cmd {
	if len(absent) == 0 {
		return nil
	}
	e := w.notes.env
	return e.Say(e.T("not here now: %s; the note waits for them under %s", e.Line(strings.Join(absent, ", ")), e.KeyFor(keymap.GoToMentions)))
}

// again opens the box with what could not be stored.
func (w *writer) again(err error) tea.Cmd {
	w.SetNote(w.notes.env.T("not saved: %s", w.notes.env.Explain(err)))
	return w.goOn()
}

// goOn opens the box anew as it was left.
func (w *writer) goOn() tea.Cmd {
	w.notes.writing, w.notes.left = w, nil
	return tea.Batch(w.notes.screen.Dialogs.Open(w), w.keep())
}

// Flush stores what is typed in the open box and in the last one, at the end of the program.
func (n *Notes) Flush(ctx context.Context) (err error) {
	for _, w := range []*writer{n.writing, n.left} {
		if w != nil && w.kept != w.typed() {
			_, failed := n.env.Notes.SaveNoteDraft(ctx, w.draft, w.kept, w.typed())
			err = errors.Join(err, failed)
		}
	}
	return err
}
